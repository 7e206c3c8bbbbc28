"""Errors as RFC 9457 problem details: every error under /api/ is one of these objects, whatever raised it."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext
from django.views import defaults
from rest_framework import exceptions, views

from forecasts.database import AWAY
from forecasts.gazetteer import AmbiguousLocation, LocationError
from forecasts.snapshots import NotKept

from .languages import in_language_of, mark

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5


def problem(request: HttpRequest, status: int, code: str, detail: str, **members: object) -> HttpResponse:
    """`code` is for programs and does not change; `detail` is for people and may."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": escape_uri_path(request.path),
        "code": code,
        **members,
    }
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """What the REST framework calls, in the reader's language; None leaves the error to Django, which logs it.

    A location that nobody configured is 404; a name that several locations share is 409, as the address is right and
    only the choice is open. Both come with suggestions.
    """
    with in_language_of(context["request"]) as language:
        answer = _answer(error, context)
    if answer is not None:
        mark(answer, language)
    return answer


def _answer(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    request = context["request"]
    if isinstance(error, LocationError):
        return _location_problem(request, error)
    if isinstance(error, NotKept):
        return problem(request, 404, "not_kept", str(error))
    if isinstance(error, AWAY):
        return _unavailable(request, error)
    if isinstance(error, exceptions.ValidationError):
        return _parameter_problem(request, error)
    response = views.exception_handler(error, dict(context))
    if response is None:
        return None
    code, detail = response.data["detail"].code, response.data["detail"]
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        wait = response.headers.get("Retry-After", "1")
        detail = gettext("Too many requests; try again in %(seconds)s s.") % {"seconds": wait}
    if isinstance(error, exceptions.NotAuthenticated):
        detail = gettext("Say who you are: send the header Authorization, with “Bearer …” or “Api-Key …”.")
    answer = problem(request, response.status_code, code, detail)
    for name in ("Retry-After", "WWW-Authenticate"):
        if name in response.headers:
            answer[name] = response.headers[name]
    return answer


def _location_problem(request: HttpRequest, error: LocationError) -> HttpResponse:
    is_ambiguous = isinstance(error, AmbiguousLocation)
    status, code = (409, "ambiguous_location") if is_ambiguous else (404, "unknown_location")
    return problem(request, status, code, str(error), suggestions=error.suggestions)


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("The database is out of reach: %s", error)
    answer = problem(request, 503, "temporarily_unavailable", gettext("The database is out of reach; try again soon."))
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _parameter_problem(request: HttpRequest, error: exceptions.ValidationError) -> HttpResponse:
    errors = [
        {"parameter": name, "detail": str(sentence)}
        for name, sentences in error.detail.items()  # type: ignore[union-attr]  # our own are always by parameter
        for sentence in sentences
    ]
    detail = " ".join(f"{error['parameter']}: {error['detail']}" for error in errors)
    return problem(request, 400, "invalid_parameter", detail, errors=errors)


# What Django calls outside the REST framework; aqiproject.urls names them.


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return problem(request, 400, "bad_request", "The server cannot read this request.")
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        return problem(request, 500, "server_error", "Something went wrong on the server; it has been logged.")
    return defaults.server_error(request)
