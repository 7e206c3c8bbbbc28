"""What a browser may load on our pages, and who may show them in a frame."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors "
)


@sync_and_async_middleware
def content_security_policy(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            return protected(await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        return protected(get_response(request))

    return synchronous


def protected(response: HttpResponse) -> HttpResponse:
    """A page that Django's `xframe_options_exempt` is about may stand in anybody's frame; no other may."""
    ancestors = "*" if getattr(response, "xframe_options_exempt", False) else "'none'"
    response.headers.setdefault("Content-Security-Policy", POLICY + ancestors)
    return response
