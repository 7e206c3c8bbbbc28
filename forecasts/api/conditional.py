"""Answers that whoever has them already need not be sent again."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.utils.timezone import now


def conditional(request: HttpRequest, text: str, etag: str, as_of: datetime | None = None) -> HttpResponse:
    """The JSON, or 304 where the client names its etag; what a moment showed stays, all else is asked for each time."""
    named = [tag.removeprefix("W/") for tag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))]
    is_known = "*" in named or etag in named
    response = HttpResponseNotModified() if is_known else HttpResponse(text, content_type="application/json")
    # What was published within the last minute may not be committed yet.
    is_past = as_of is not None and as_of < now() - timedelta(minutes=1)
    response["ETag"], response["Cache-Control"] = etag, "max-age=3600" if is_past else "no-cache"
    return response
