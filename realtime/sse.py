"""The stream of a location as Server-Sent Events: the socket's frames, for clients that cannot open a socket."""

import logging
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from corsheaders.middleware import CorsMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.db import Error as DatabaseFailure
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException, MethodNotAllowed, NotAuthenticated

from forecasts.api.problems import exception_handler, problem
from forecasts.database import tell_fault
from forecasts.gazetteer import LocationError, aparse_location

from .access.rest import IN_HEADER
from .admission import Admission
from .protocol import Error, ErrorCode, Refused
from .sse_stream import PACE, Pace, Stream, begin

logger = logging.getLogger(__name__)

STATUSES = {
    ErrorCode.TOKEN_IN_URL: 400,
    ErrorCode.NOT_AUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.TOO_MANY_CONNECTIONS: 429,
    ErrorCode.UNAVAILABLE: 503,
}
HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events until its buffer is full
    "X-Content-Type-Options": "nosniff",
}


async def sse(scope: Mapping[str, Any], receive: Any, send: Any, pace: Pace = PACE) -> None:
    """The ASGI application of `/sse/aqi/{location}`."""
    request, admission = ASGIRequest(scope, BytesIO()), Admission(scope)
    # By the same rules as for REST. It answers the preflight of a page too, and else tells what to add to our answer.
    cors: Any = CorsMiddleware(lambda _: HttpResponse())(request)
    if is_preflight(request):
        await answer(send, cors, {})
        return
    try:
        if scope["method"] != "GET":
            raise MethodNotAllowed(scope["method"])
        await admission.enter(scope)
        if admission.is_needed:
            raise NotAuthenticated
        location = await aparse_location(scope["url_route"]["kwargs"]["location"])
        stream = Stream(scope, receive, send, pace, admission)
        await stream.follow(location, HEADERS | cross_origin(cors))
    except (LocationError, APIException, Refused, DatabaseFailure) as error:
        await answer(send, explain(request, error), cross_origin(cors))
    finally:
        admission.leave()


def is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def cross_origin(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.items() if name.lower().startswith(("access-control-", "vary"))}


def explain(request: HttpRequest, error: Exception) -> HttpResponse:
    """The same problem details as those of the REST API."""
    if isinstance(error, Refused):
        return refusal_of(request, error.error)
    if isinstance(error, DatabaseFailure):
        tell_fault(logger, error)
        error = OperationalError(str(error))
    response = exception_handler(error, {"request": request})
    assert response is not None  # noqa: S101  (it knows them all)
    if isinstance(error, NotAuthenticated):
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MethodNotAllowed):
        response["Allow"] = "GET"
    return response


def refusal_of(request: HttpRequest, error: Error) -> HttpResponse:
    words = IN_HEADER if error.code == ErrorCode.TOKEN_IN_URL else error.message
    response = problem(request, STATUSES[error.code], error.code, words)
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    if error.code == ErrorCode.NOT_AUTHENTICATED:
        response["WWW-Authenticate"] = "Bearer"
    return response


async def answer(send: Any, response: HttpResponse, more: Mapping[str, str]) -> None:
    await begin(send, response.status_code, [*response.items(), *more.items()])
    await send({"type": "http.response.body", "body": response.content})
