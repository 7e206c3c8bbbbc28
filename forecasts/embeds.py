"""What other sites show of a location without any script: a page for an iframe, and a badge."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from .aqi import SCALES
from .gazetteer import LocationError, parse_location
from .models import Location
from .snapshots import get_current_forecast

CACHE_SECONDS = 60
ASK_AGAIN_SECONDS = 300
LETTER, MARGIN = 7, 10  # px of a badge: the widest that a letter is drawn, and the air beside the words
GREY = "#6B7280"


CLOSED = {"title": _("Log-in required"), "problem": _("This site shows its values only to those who log in.")}

View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """What stands on other sites knows nobody, so it shows nothing where a log-in is required."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if settings.AQI_ANONYMOUS:
            return view(request, *args, **named)
        return render(request, "forecasts/embed_unknown.html", CLOSED, status=403)

    return checked


@require_safe
@xframe_options_exempt
@cache_control(max_age=CACHE_SECONDS)
@open_to_all
def embed(request: HttpRequest, location: str) -> HttpResponse:
    try:
        card = render(request, "forecasts/embed.html", shown(parse_location(location)))
    except LocationError as error:
        return render(request, "forecasts/embed_unknown.html", {"problem": str(error)}, status=404)
    card["Refresh"] = ASK_AGAIN_SECONDS  # without a script, nothing else keeps a card from showing old air as new
    return card


@require_safe
@cache_control(max_age=CACHE_SECONDS)
def badge(request: HttpRequest, location: str) -> HttpResponse:
    picture, status = picture_of(location)
    return render(request, "forecasts/badge.svg", picture, content_type="image/svg+xml", status=status)


def picture_of(location: str) -> tuple[dict[str, Any], int]:
    """What the badge says, and its status: whoever asked for a picture gets one, whatever is wrong."""
    if not settings.AQI_ANONYMOUS:
        return two_words("air quality", "log-in required", GREY), 403
    try:
        return badge_of(shown(parse_location(location))), 200
    except LocationError:
        return two_words("air quality", "unknown place", GREY), 404


@require_safe
@open_to_all
def embeds(request: HttpRequest) -> HttpResponse:
    """How to embed, with the pieces that are to be copied, for one location."""
    places = Location.objects.filter(is_active=True)
    wanted = request.GET.get("location", "")
    place = places.filter(slug=wanted).first() or places.first()
    context = {"place": place, "places": places, "site": request.build_absolute_uri("/").rstrip("/")}
    return render(request, "forecasts/embeds.html", context)


def shown(location: Location) -> dict[str, Any]:
    """The snapshot of a location as a template needs it."""
    data: dict[str, Any] = json.loads(get_current_forecast(location).text)
    data["status"] = honest_status(data)
    data["scale_name"] = SCALES[data["aqi"]["scale"]].name
    data["color"] = data["aqi"]["color"] or GREY
    data["ink"] = ink_on(data["color"])
    if data["observed_at"]:
        data["observed_at"] = datetime.fromisoformat(data["observed_at"])
    return data


def honest_status(data: dict[str, Any]) -> str:
    """A snapshot says what was true when it was published; if nobody publishes any more, it grows old in silence."""
    is_old = data["stale_at"] is not None and datetime.fromisoformat(data["stale_at"]) < now()
    return "stale" if is_old and data["status"] in ("live", "modelled") else str(data["status"])


def badge_of(data: dict[str, Any]) -> dict[str, Any]:
    aqi, status = data["aqi"], data["status"]
    words = "no data" if aqi["value"] is None else f"{aqi['value']} {aqi['label']}"
    if status not in ("live", "unavailable"):
        words += f" · {status}"
    return two_words(data["location"]["name"], words, data["color"])


def two_words(left: str, right: str, color: str) -> dict[str, Any]:
    left_width, right_width = (len(word) * LETTER + 2 * MARGIN for word in (left, right))
    return {
        "left": left,
        "right": right,
        "color": color,
        "ink": ink_on(color),
        "left_width": left_width,
        "right_width": right_width,
        "width": left_width + right_width,
        "left_text": left_width - 2 * MARGIN,
        "right_text": right_width - 2 * MARGIN,
        "left_center": left_width / 2,
        "right_center": left_width + right_width / 2,
    }


def ink_on(color: str) -> str:
    """Black or white, whichever is read better on it (relative luminance of WCAG 2, where both contrast alike)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#FFFFFF"
