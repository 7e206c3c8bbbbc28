"""Answers in the reader's language: only where one is translated, so that the newest snapshot costs nothing more."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override


@contextmanager
def in_language_of(request: HttpRequest) -> Iterator[str]:
    language = get_language_from_request(request)
    with override(language):
        yield language


def mark(response: HttpResponseBase, language: str) -> None:
    """Says which language it is, and that another reader may get another one."""
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
