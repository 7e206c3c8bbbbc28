"""Stations compared with those around them, anew in every round: a neighbour may speak hours later."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from .coordinates import Coordinate
from .directory import fresh, load
from .judgement import MEASURING, set_flags
from .models import Location, Observation, Source
from .providers.hours import HOUR
from .quality import AMONG, REGIONAL, REMARKS, flag_among

WITHIN_KM = 25
LOOK_BACK = 6 * HOUR  # as late as stations come
DIRECTORY_SECONDS = 60


class Heard(NamedTuple):
    """An observation, and whose it is."""

    pk: int
    source: int
    location: int
    provider: str
    station: str
    name: str
    parameter: str
    observed_at: datetime
    value_ug_m3: float
    flags: int

    @property
    def identity(self) -> tuple[str, str]:
        """Two locations may show the same station; it says nothing of itself."""
        return self.provider, self.station or self.name or str(self.source)


def judge_among_neighbours(sources: Iterable[Source], clock: datetime) -> int:
    """Flags the last hours of these sources; one query reads, however many they are. Returns how many flags changed."""
    ours = {source.pk: source for source in sources if source.provider in MEASURING}
    near = locations_around({source.location_id: source.location for source in ours.values()})
    by_flags: dict[int | None, list[int]] = defaultdict(list)
    for said in hours_at({pk for found in near.values() for pk in found}, clock):
        for heard in (one for told in said.values() for one in told if one.source in ours):
            flags = flags_among(heard, [one for at in near[heard.location] for one in said.get(at, ())])
            if flags != heard.flags:
                by_flags[flags or None].append(heard.pk)
    return set_flags(by_flags)


def flags_among(heard: Heard, around: list[Heard]) -> int:
    others = {one.identity: one.value_ug_m3 for one in around if one.identity != heard.identity}
    return heard.flags & ~int(AMONG) | int(flag_among(heard.parameter, heard.value_ug_m3, list(others.values())))


def locations_around(locations: dict[int, Location]) -> dict[int, set[int]]:
    """Of each, those whose stations are its neighbours, itself among them."""
    if not locations:
        return {}
    directory = fresh(DIRECTORY_SECONDS) or load(DIRECTORY_SECONDS)
    near = {pk: {pk} for pk in locations}
    for pk, location in locations.items():
        if location.latitude is not None and location.longitude is not None:
            near[pk] |= directory.within(Coordinate(location.latitude, location.longitude), WITHIN_KM)
    return near


def hours_at(locations: set[int], clock: datetime) -> Iterable[dict[int, list[Heard]]]:
    """For each pollutant and hour, by location, that against which nothing is said but by its neighbours."""
    hours: dict[tuple[str, datetime], dict[int, list[Heard]]] = defaultdict(lambda: defaultdict(list))
    for heard in observed(locations, clock):
        if not heard.flags & ~(REMARKS | AMONG):
            hours[heard.parameter, heard.observed_at][heard.location].append(heard)
    return hours.values()


def observed(locations: set[int], clock: datetime) -> Iterator[Heard]:
    if not locations:
        return
    rows = Observation.objects.filter(
        source__location__in=locations,
        source__is_enabled=True,
        source__provider__in=MEASURING,
        parameter__in=REGIONAL,
        observed_at__range=(clock - LOOK_BACK, clock),
    )
    whose = ("source_id", "source__location_id", "source__provider", "source__station", "source__name")
    for *columns, flags in rows.values_list("pk", *whose, "parameter", "observed_at", "value_ug_m3", "flags"):
        yield Heard._make((*columns, flags or 0))
