"""The active locations, kept in memory under every spelling, so that finding one costs no query."""

import math
import re
import sys
import threading
import time
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from difflib import get_close_matches
from heapq import nsmallest
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from .coordinates import Coordinate
from .models import Location

EARTH_RADIUS_KM = 6371.0088
IDENTITY = ("pk", "slug", "name", "country", "latitude", "longitude", "timezone", "aliases")
SUGGESTIONS = 5
COMPARED_AT_MOST = 200  # comparing spellings costs some microseconds each, and the event loop waits
LAST_LETTER = chr(sys.maxunicode)

# Letters that Unicode does not take apart into a plain one and an accent; apostrophes come in too many shapes.
PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
APOSTROPHES = str.maketrans("", "", "'’‘ʻʼ`")
# Only these marks are accents: in Hindi and other scripts a combining mark is a letter.
ACCENTS = re.compile("[\u0300-\u036f]")
GAPS = re.compile(r"[\s_\-‐‑–]+")


def spelling(text: str) -> str:
    """What is compared of a name: without case, accents and apostrophes, and with one kind of gap."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN_LETTERS)).translate(APOSTROPHES)
    return GAPS.sub(" ", ACCENTS.sub("", letters)).strip()


def on_unit_sphere(point: Coordinate) -> tuple[float, float, float]:
    latitude, longitude = math.radians(point.latitude), math.radians(point.longitude)
    return (
        math.cos(latitude) * math.cos(longitude),
        math.cos(latitude) * math.sin(longitude),
        math.sin(latitude),
    )


def _height(entry: tuple[tuple[float, float, float], Location]) -> float:
    """Above the plane of the equator."""
    return entry[0][2]


class Directory:
    """The active locations as they were when it was loaded."""

    def __init__(self, locations: Iterable[Location], loaded_at: float, state: object) -> None:
        self.loaded_at, self.state = loaded_at, state
        self._by_slug: dict[str, Location] = {}
        self._by_spelling: dict[str, list[Location]] = defaultdict(list)
        self._points: list[tuple[tuple[float, float, float], Location]] = []
        for location in locations:
            self._add(location)
        self._from_south = sorted(self._points, key=_height)
        self._spellings = sorted(self._by_spelling)

    def _add(self, location: Location) -> None:
        self._by_slug[location.slug] = location
        for key in {spelling(text) for text in (location.slug, location.name, *location.aliases)} - {""}:
            self._by_spelling[key].append(location)
        if location.latitude is not None and location.longitude is not None:
            point = on_unit_sphere(Coordinate(location.latitude, location.longitude))
            self._points.append((point, location))

    def named(self, text: str) -> list[Location]:
        """The location with exactly this slug, else all that are spelled like this; the caller's own copies."""
        exact = self._by_slug.get(text)
        found = [exact] if exact is not None else self._by_spelling.get(spelling(text), [])
        return [copy(location) for location in found]

    def with_slug(self, slug: str) -> Location | None:
        """Not a copy: only to be looked at."""
        return self._by_slug.get(slug)

    def containing(self, text: str) -> list[Location]:
        """The locations with this text in a spelling of theirs, or with this country code."""
        wanted = spelling(text)
        found = {
            location.pk: location
            for key, locations in self._by_spelling.items()
            for location in locations
            if wanted and (wanted in key or wanted == location.country.lower())
        }
        return [copy(location) for location in found.values()]

    def nearest(self, point: Coordinate, count: int) -> list[tuple[float, Location]]:
        """The nearest locations and how many kilometres away they are."""
        # The straight line through the ball grows with the way around it, and has no antimeridian.
        here = on_unit_sphere(point)
        near = nsmallest(count, ((math.dist(here, there), index) for index, (there, _) in enumerate(self._points)))
        return [
            (2 * EARTH_RADIUS_KM * math.asin(min(1.0, chord / 2)), copy(self._points[index][1]))
            for chord, index in near
        ]

    def within(self, point: Coordinate, km: float) -> set[int]:
        """The primary keys of the locations so near."""
        return set(self.around(point, km))

    def around(self, point: Coordinate, km: float) -> list[int]:
        """The same, the nearest first."""
        here, chord = on_unit_sphere(point), 2 * math.sin(km / (2 * EARTH_RADIUS_KM))
        first = bisect_left(self._from_south, here[2] - chord, key=_height)
        last = bisect_right(self._from_south, here[2] + chord, key=_height)
        near = ((math.dist(here, there), location.pk) for there, location in self._from_south[first:last])
        return [pk for distance, pk in sorted(near) if distance <= chord]

    def spelled_like(self, text: str) -> list[str]:
        """Slugs of locations that may be meant: what begins with the text, else near spellings."""
        wanted = spelling(text)
        if not wanted:
            return []
        begun = self._beginning_with(wanted)[:SUGGESTIONS]
        near = get_close_matches(wanted, self._comparable(wanted), SUGGESTIONS)
        slugs = (location.slug for key in (*begun, *near) for location in self._by_spelling[key])
        return list(dict.fromkeys(slugs))[:SUGGESTIONS]

    def _comparable(self, wanted: str) -> list[str]:
        """Of many, those with the same first letter that are about as long."""
        if len(self._spellings) <= COMPARED_AT_MOST:
            return self._spellings
        alike = self._beginning_with(wanted[0])
        return nsmallest(COMPARED_AT_MOST, alike, key=lambda spelled: abs(len(spelled) - len(wanted)))

    def _beginning_with(self, text: str) -> list[str]:
        first = bisect_left(self._spellings, text)
        return self._spellings[first : bisect_right(self._spellings, text + LAST_LETTER)]


_directory: Directory | None = None
_state: object = object()  # stands for the locations as they are; every change brings another
_loading = threading.Lock()


def fresh(seconds: float) -> Directory | None:
    """The directory, if it was loaded within so many seconds and no location has changed since."""
    directory = _directory
    if directory is None or directory.state is not _state or directory.loaded_at <= time.monotonic() - seconds:
        return None
    return directory


def load(seconds: float) -> Directory:
    """The directory, read from the database unless somebody else just did while we waited our turn."""
    global _directory
    with _loading:
        directory = fresh(seconds)
        if directory is None:
            # Read only after the clock and the state: what changes meanwhile makes it old.
            rows = Location.objects.filter(is_active=True).only(*IDENTITY)
            directory = _directory = Directory(rows, time.monotonic(), _state)
    return directory


def forget() -> None:
    """Whoever looks next reads the database."""
    global _state
    _state = object()


@receiver([post_save, post_delete], sender=Location)
def forget_after_change(using: str, **kwargs: Any) -> None:
    forget()
    # Others may look before the transaction ends, and see the old state.
    transaction.on_commit(forget, using=using)
