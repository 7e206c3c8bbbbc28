"""`…/current/` for the many who ask again and again: the newest snapshot, answered from memory.

Whatever is unusual about a question goes on to the view of the REST framework, which would answer all of them the
same: a log-in, a parameter, another spelling, a limit that is reached, a snapshot that must be read anew.
"""

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from forecasts import gazetteer, snapshots
from forecasts.api.conditional import conditional
from forecasts.snapshots import CurrentForecast

from .access.buckets import aspend, spend
from .access.rest import limit_of_anybody

PATH = re.compile("/api/v1/locations/([^/]+)/current/")
THIS = f"{__name__}.CurrentMiddleware"

Handler = Callable[[HttpRequest], HttpResponse]


def at_hand(request: HttpRequest) -> CurrentForecast | None:
    """What the view would answer, if that takes neither a query nor a word about who asks or what else is wanted."""
    asked = PATH.fullmatch(request.path_info)
    if asked is None or request.method != "GET" or not is_plain(request.META) or not settings.AQI_ANONYMOUS:
        return None
    location = gazetteer.at_hand(asked[1])
    return snapshots.known(location.pk) if location else None


def is_plain(meta: Mapping[str, Any]) -> bool:
    accepted = meta.get("HTTP_ACCEPT", "*/*")
    takes_json = "application/json" in accepted or "*/*" in accepted
    return takes_json and not meta.get("QUERY_STRING") and "HTTP_AUTHORIZATION" not in meta


class CurrentMiddleware:
    """Stands behind the middleware that adds to every answer, and before that which looks up who asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        current = at_hand(request)
        if current is None or spend(*limit_of_anybody(request.META)):
            return self.get_response(request)
        return conditional(request, current.text, current.etag)


class Question(ASGIRequest):
    current: CurrentForecast


def newest(question: Question) -> HttpResponse:
    return conditional(question, question.current.text, question.current.etag)


class Current:
    """The same as an ASGI application, on the event loop: Django's own takes several turns of a thread an answer."""

    def __init__(self, django: Any) -> None:
        self.django, self.handler = django, with_middleware(newest)

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        question = Question(scope, BytesIO())
        current = at_hand(question)
        if current is None or await aspend(*limit_of_anybody(question.META)):
            await self.django(scope, receive, send)
            return
        question.current = current
        response = self.handler(question)
        head = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.items()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": head})
        await send({"type": "http.response.body", "body": response.content})


def with_middleware(handler: Any) -> Handler:
    """Behind all that stands before our own middleware; none of it waits for anything."""
    before = settings.MIDDLEWARE[: settings.MIDDLEWARE.index(THIS)]
    for name in reversed(before):
        handler = convert_exception_to_response(import_string(name)(convert_exception_to_response(handler)))
    return handler  # type: ignore[no-any-return]  # as Django composes them
