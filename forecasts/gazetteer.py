"""What people call places: their text becomes one configured location or a helpful error, never a guess."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from channels.db import database_sync_to_async
from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .coordinates import Coordinate, CoordinateError, parse_coordinate
from .directory import SUGGESTIONS, Directory, forget, fresh, load, spelling
from .models import Location

__all__ = [
    "AmbiguousLocation",
    "City",
    "LocationError",
    "UnknownLocation",
    "aparse_location",
    "at_hand",
    "forget",
    "parse_for_operator",
    "parse_location",
    "search_cities",
    "search_locations",
]

KEEP_SECONDS = 5.0
KEEP_AFTER_MISS_SECONDS = 1.0  # so soon a location that another process added is found
TEXT_MAX = 200
SHOWN_MAX = 100
CURE = _('Give the slug, a name or "latitude,longitude" of a configured location.')

CITIES = Path(__file__).with_name("cities.csv")


class LocationError(LookupError):
    """`text` is what was asked (cut), `suggestions` the slugs of configured locations that may be meant.

    Its words are those of the language that is active where they are read.
    """

    def __init__(self, text: str, message: str | Promise, suggestions: list[str]) -> None:
        super().__init__(message)
        self.text, self.suggestions = shown(text), suggestions


class UnknownLocation(LocationError):  # noqa: N818  (says what is wrong, as Http404 does)
    pass


class AmbiguousLocation(LocationError):  # noqa: N818
    pass


def parse_location(text: str) -> Location:
    """The one active location that a slug, name, alias or coordinate means; raises LocationError.

    Only its identity is loaded: pk, slug, name, country, latitude, longitude, timezone, aliases.
    """
    wanted = understand(text)
    for seconds in (KEEP_SECONDS, KEEP_AFTER_MISS_SECONDS):
        directory = fresh(seconds) or load(seconds)
        if found := look_up(wanted, directory):
            return the_only(found, text)
    raise unknown(text, wanted, directory)


def parse_for_operator(text: str) -> Location:
    """As parse_location; an operator, unlike a reader, is told that a location is there but not active."""
    try:
        return parse_location(text)
    except UnknownLocation as error:
        named = Q(slug__iexact=text) | Q(name__iexact=text)
        if hidden := Location.objects.filter(named, is_active=False).first():
            cure = 'tick "is active" on its page in the admin, which needs a latitude and a longitude'
            message = f'"{hidden.slug}" exists, but is not active: {cure}.'
            raise UnknownLocation(text, message, []) from error
        raise


async def aparse_location(text: str) -> Location:
    """As parse_location, for the event loop: takes a thread only when the directory must be read again."""
    wanted = understand(text)
    for seconds in (KEEP_SECONDS, KEEP_AFTER_MISS_SECONDS):
        directory = fresh(seconds) or await database_sync_to_async(load)(seconds)
        if found := look_up(wanted, directory):
            return the_only(found, text)
    raise unknown(text, wanted, directory)


def at_hand(slug: str) -> Location | None:
    """The active location with this slug, if that can be said without a query."""
    directory = fresh(KEEP_SECONDS)
    return directory.with_slug(slug) if directory else None


def search_locations(text: str) -> list[Location]:
    """The active locations with this text in their slug, name or an alias, or with this country code."""
    return (fresh(KEEP_SECONDS) or load(KEEP_SECONDS)).containing(text)


def understand(text: str) -> str | Coordinate:
    if len(text) > TEXT_MAX:
        too_long = _("A location has at most {most} characters, not {count}. {cure}")
        raise UnknownLocation(text, format_lazy(too_long, most=TEXT_MAX, count=len(text), cure=CURE), [])
    if not text.strip():
        raise UnknownLocation(text, format_lazy(_("The location is empty. {cure}"), cure=CURE), [])
    try:
        return parse_coordinate(text) or text
    except CoordinateError as error:
        no_coordinate = _('"{text}" is no coordinate. {reason}')
        raise UnknownLocation(text, format_lazy(no_coordinate, text=shown(text), reason=error), []) from error


def look_up(wanted: str | Coordinate, directory: Directory) -> list[Location]:
    if isinstance(wanted, str):
        return directory.named(wanted)
    near = [place for place in directory.nearest(wanted, 2) if place[0] <= settings.AQI_NEAREST_KM]
    return [location for km, location in near if km == near[0][0]]


def the_only(found: list[Location], text: str) -> Location:
    if len(found) == 1:
        return found[0]
    slugs = sorted(location.slug for location in found)[:SUGGESTIONS]
    message = format_lazy(
        _('"{text}" may be {slugs}. Give one of these slugs.'), text=shown(text), slugs=", ".join(slugs)
    )
    raise AmbiguousLocation(text, message, slugs)


def unknown(text: str, wanted: str | Coordinate, directory: Directory) -> UnknownLocation:
    if isinstance(wanted, str):
        suggestions = directory.spelled_like(wanted)
        meant = format_lazy(_("Did you mean {slugs}?"), slugs=" / ".join(suggestions))
        nobody = _('No location is called "{text}". {cure}')
        message = format_lazy(nobody, text=shown(text), cure=meant if suggestions else CURE)
        return UnknownLocation(text, message, suggestions)
    near = directory.nearest(wanted, SUGGESTIONS)
    distances = ", ".join(f"{location.slug} ({km:.0f} km)" for km, location in near) or _("none")
    far = _('No location is within {most} km of "{text}". The nearest: {distances}.')
    message = format_lazy(far, most=settings.AQI_NEAREST_KM, text=shown(text), distances=distances)
    return UnknownLocation(text, message, [location.slug for _, location in near])


def shown(text: str) -> str:
    """Safe to log, encode and print: short, and without control, direction and broken characters."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:SHOWN_MAX])


class City(NamedTuple):
    name: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    population: int


@cache
def cities() -> list[tuple[str, City]]:
    """Every city with its spelling, the largest first."""
    with CITIES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [(spelling(row["name"]), _city(row)) for row in rows]


def _city(row: dict[str, str]) -> City:
    place = row["name"], row["country"], float(row["latitude"]), float(row["longitude"])
    return City(*place, row["timezone"], int(row["population"]))


def search_cities(text: str, limit: int = 10) -> list[City]:
    """Cities whose name begins with the text, then those that have it elsewhere; the largest first in both."""
    wanted = spelling(text[:TEXT_MAX])
    found = [(key, city) for key, city in cities() if wanted and wanted in key]
    found.sort(key=lambda entry: not entry[0].startswith(wanted))
    return [city for _, city in found[:limit]]
