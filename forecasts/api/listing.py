"""The list of locations: which of them, in which order, and what each row says."""

import json
import math
from collections.abc import Mapping
from typing import Any

from django.db.models import F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import ASin, Cast, Cos, Least, Power, Radians, Sin, Sqrt
from django.urls import reverse

from forecasts.gazetteer import search_locations
from forecasts.models import Location, Snapshot

from .answers import IndexSummarySerializer
from .serializers import LocationSerializer

EARTH_RADIUS_METRES = 6_371_009
SILENT: Mapping[str, None] = dict.fromkeys(IndexSummarySerializer().fields)
NO_TIMES = {"observed_at": None, "stale_at": None}
NOTHING_YET: Mapping[str, Any] = {"status": "unavailable", **NO_TIMES, "aqi": SILENT, "scales": {}}


def find(query: Mapping[str, Any]) -> QuerySet[Location]:
    """The active locations that a LocationQuery asks for, each with the text of its newest snapshot."""
    newest = Snapshot.objects.newest().filter(location=OuterRef("pk"))
    places = Location.objects.filter(is_active=True).annotate(newest_text=Subquery(newest.values("text")))
    if "search" in query:
        places = places.filter(pk__in=[location.pk for location in search_locations(query["search"])])
    if "bbox" in query:
        places = places.filter(inside(*query["bbox"]))
    if "near" in query:
        places = places.filter(latitude__isnull=False, longitude__isnull=False)
        places = places.annotate(metres=metres_from(*query["near"]))
    return places


def inside(west: float, south: float, east: float, north: float) -> Q:
    latitude = Q(latitude__range=(south, north))
    if west <= east:
        return latitude & Q(longitude__range=(west, east))
    return latitude & (Q(longitude__gte=west) | Q(longitude__lte=east))  # across the antimeridian


def metres_from(latitude: float, longitude: float) -> Cast:
    """The haversine formula in SQL; rounding may push it a hair above 1, where no arc sine is."""
    north = Power(Sin(Radians(F("latitude") - latitude) / 2), 2)
    east = Power(Sin(Radians(F("longitude") - longitude) / 2), 2)
    part = north + Cos(Radians(F("latitude"))) * math.cos(math.radians(latitude)) * east
    arc = ASin(Sqrt(Least(part, Value(1.0), output_field=FloatField())))
    return Cast(arc * (2.0 * EARTH_RADIUS_METRES), IntegerField())


def row(location: Location, text: str | None, scale: str | None) -> dict[str, Any]:
    """What a list says of a location: its newest snapshot in short, and where to read more."""
    newest = json.loads(text) if text is not None else NOTHING_YET
    return {
        **{name: getattr(location, name) for name in LocationSerializer.Meta.fields},
        "status": newest["status"],
        "observed_at": newest["observed_at"],
        "stale_at": newest["stale_at"],
        "aqi": newest["aqi"] if scale is None else newest["scales"].get(scale, {**SILENT, "scale": scale}),
        "urls": urls(location.slug),
        **({"distance_km": location.metres / 1000} if hasattr(location, "metres") else {}),
    }


def urls(slug: str) -> dict[str, str]:
    names = ("current", "forecast", "history")
    return {**{name: reverse(name, args=[slug]) for name in names}, "websocket": f"/ws/aqi/{slug}"}
