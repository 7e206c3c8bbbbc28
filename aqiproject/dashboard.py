"""The page for readers. Every address of it gets the same file, whose script reads the address."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from forecasts.database import AWAY
from forecasts.gazetteer import LocationError, parse_location

HTML = "text/html; charset=utf-8"
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title>
<h1>The dashboard has not been built</h1>
<p>Run <code>python3 tasks.py dashboard</code> (<code>make run</code> does it too) and start the server again.
<p>The rest works meanwhile: <a href="/api/docs/">the API</a>, <a href="/admin/">the admin site</a>.</html>"""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return _built("index.html", HTML)


@require_safe
def place(request: HttpRequest, location: str) -> HttpResponse:
    """The same page; what reads no page, such as a search engine, learns from the status whether there is the place."""
    return _built("index.html", HTML, status=404 if is_unknown(location) else 200)


def is_unknown(location: str) -> bool:
    """While the database is away nobody can say so, and the page shows what the browser kept."""
    if not settings.AQI_ANONYMOUS:
        return False  # for which places there are is told only to those who logged in
    try:
        parse_location(location)
    except LocationError:
        return True
    except AWAY:
        pass
    return False


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Not among the other files, because a service worker rules only over what is below its own address."""
    return _built("service-worker.js", "text/javascript; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For what asks without reading a page, and for the pages that name no icon, such as the admin."""
    return redirect(static("dashboard/icon.svg"))


def _built(name: str, media_type: str, status: int = 200) -> HttpResponse:
    try:
        content = (settings.DASHBOARD / name).read_bytes()
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503)
    return HttpResponse(content, content_type=media_type, status=status, headers={"Cache-Control": "no-cache"})
