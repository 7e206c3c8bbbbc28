"""Stations of a file as locations and sources, and their values as observations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from django.db import connection, transaction
from django.db.models import Max
from django.utils.text import Truncator, slugify

from forecasts.models import Location, Source

from .manifest import Manifest
from .rows import Value
from .stations import Station

PROVIDER = "files"
# By hand because it is several times as fast as bulk_create and counts what was new.
INSERT = """
    INSERT INTO forecasts_observation
        (source_id, parameter, observed_at, value_ug_m3, original_value, original_unit, flags)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Terms:
    """Where the operator's word comes first, and what a manifest says comes last."""

    licence: str
    attribution: str
    manifest: Manifest


def find_sources(stations: Iterable[Station], location: Location | None, terms: Terms) -> dict[str, Source]:
    """The source of each station, at `location` or at a place of its own; what is not there yet is created."""
    return {station.id: _source(station, location, terms) for station in stations}


def set_terms(sources: Iterable[Source], terms: Terms) -> list[Source]:
    """What the operator says holds for what was imported before, too; returns the sources that it changed."""
    named = {"licence": _fit(terms.licence, 120), "attribution": _fit(terms.attribution, 300)}
    said = {name: words for name, words in named.items() if words}
    changed = [source for source in sources if any(getattr(source, name) != said[name] for name in said)]
    for source in changed:
        for name, words in said.items():
            setattr(source, name, words)
        source.save(update_fields=list(said))
    return changed


@transaction.atomic
def _source(station: Station, location: Location | None, terms: Terms) -> Source:
    known = Source.objects.filter(provider=PROVIDER, station=station.id)
    if location is not None:
        known = known.filter(location=location)
    source = known.select_related("location").order_by("pk").first()
    return source or _new_source(station, location or _new_location(station, terms.manifest), terms)


def _new_source(station: Station, location: Location, terms: Terms) -> Source:
    last = location.sources.aggregate(last=Max("position"))["last"]
    return Source.objects.create(
        location=location,
        provider=PROVIDER,
        station=station.id,
        position=0 if last is None else last + 1,
        is_enabled=not location.sources.filter(provider="simulated", is_enabled=True).exists(),
        name=_fit(_name(station, terms.manifest), 120),
        attribution=_fit(terms.attribution or station.attribution or terms.manifest.title, 300),
        licence=_fit(terms.licence or terms.manifest.licence, 120),
    )


def _new_location(station: Station, manifest: Manifest) -> Location:
    """Inactive, so that the operator looks at it in the admin before readers do."""
    latitude, longitude = manifest.coordinates.get(station.id, (station.latitude, station.longitude))
    return Location.objects.create(
        slug=_free_slug(station.id),
        name=_fit(_name(station, manifest), 120),
        latitude=latitude,
        longitude=longitude,
        is_active=False,
    )


def _name(station: Station, manifest: Manifest) -> str:
    return station.name or manifest.names.get(station.id, station.id)


def _free_slug(text: str) -> str:
    slug = slugify(text)[:70] or "location"
    candidates = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(candidate for candidate in candidates if not Location.objects.filter(slug=candidate).exists())


def _fit(text: str, length: int) -> str:
    return Truncator(text).chars(length)


def store(values: Iterable[Value], sources: Mapping[str, Source]) -> int:
    """One short transaction; what is there already stays as it is. Returns how many were new."""
    moment = connection.ops.adapt_datetimefield_value
    rows = [
        (
            sources[value.station].pk,
            value.measure.parameter,
            moment(value.observed_at),
            value.ug_m3,
            value.original,
            value.measure.unit.value,
            int(value.flags) or None,
        )
        for value in values
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)
        return int(cursor.rowcount)
