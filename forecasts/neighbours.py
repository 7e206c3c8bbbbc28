"""The same pollutant at the places nearby, as a forecast sees it: a few queries for any number of series."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from .aqi import PARAMETERS
from .coordinates import Coordinate
from .directory import fresh, load
from .judgement import MEASURING
from .long_series import MOST_NEIGHBOURS, NEIGHBOURS_WITHIN_KM
from .models import Location, Observation, Source
from .neighbourhood import DIRECTORY_SECONDS
from .prediction.features import HOURS_OF_NEIGHBOURS, SPEAK_WITHIN
from .prediction.horizon import Array
from .prediction.windows import WIDTH
from .providers.hours import HOUR, on_the_hour

Key = tuple[int, str]  # source and parameter
Neighbours = dict[Key, list[Array]]

PLACES_LOOKED_AT = 30  # the nearest; not all of them measure the pollutant


class Speaker(NamedTuple):
    """A series that has a value of the last hours, and whose it is."""

    source: int
    parameter: str
    location: int
    provider: str
    station: str

    def is_of(self, source: Source) -> bool:
        """Two locations may show the same station; it is no neighbour of itself."""
        is_same_station = (self.provider, self.station) == (source.provider, source.station or None)
        return self.source == source.pk or is_same_station


def neighbours_of(series: Iterable[tuple[Location, str, Source]], clock: datetime) -> Neighbours:
    """What was measured around each of these series, the nearest first, by its source and parameter."""
    measured = [one for one in series if one[2].provider in MEASURING]
    around = places_around({location.pk: location for location, *_ in measured})
    speaking = speakers({pk for found in around.values() for pk in found}, clock)
    chosen = {
        (source.pk, parameter): nearest(parameter, source, around[location.pk], speaking)
        for location, parameter, source in measured
    }
    told = recent_hours({one.source for found in chosen.values() for one in found}, clock)
    return {key: [told[one.source, one.parameter] for one in found] for key, found in chosen.items()}


def places_around(locations: Mapping[int, Location]) -> dict[int, list[int]]:
    """Of each location those nearby, itself among them, the nearest first."""
    if not locations:
        return {}
    directory = fresh(DIRECTORY_SECONDS) or load(DIRECTORY_SECONDS)
    around: dict[int, list[int]] = {pk: [] for pk in locations}
    for pk, location in locations.items():
        if location.latitude is not None and location.longitude is not None:
            here = Coordinate(location.latitude, location.longitude)
            around[pk] = directory.around(here, NEIGHBOURS_WITHIN_KM)[:PLACES_LOOKED_AT]
    return around


def speakers(locations: set[int], clock: datetime) -> dict[Key, list[Speaker]]:
    """By location and parameter."""
    found: dict[Key, list[Speaker]] = defaultdict(list)
    if locations:
        last = on_the_hour(clock)
        sources = Source.objects.filter(location__in=locations, is_enabled=True, provider__in=MEASURING)
        rows = Observation.objects.believed().filter(
            source__in=sources,
            parameter__in=PARAMETERS,
            observed_at__gt=last - SPEAK_WITHIN * HOUR,
            observed_at__lte=last,
        )
        whose = ("source_id", "parameter", "source__location_id", "source__provider", "source__station")
        for row in rows.values_list(*whose).distinct().order_by("source__position", "source_id"):
            speaker = Speaker._make(row)
            found[speaker.location, speaker.parameter].append(speaker)
    return found


def nearest(
    parameter: str, source: Source, places: Sequence[int], speaking: Mapping[Key, list[Speaker]]
) -> list[Speaker]:
    near = (one for place in places for one in speaking.get((place, parameter), ()))
    return [one for one in near if not one.is_of(source)][:MOST_NEIGHBOURS]


def recent_hours(source_ids: set[int], clock: datetime) -> dict[Key, Array]:
    """The hours that the features look at, in arrays that end with the full hour before `clock`."""
    last = on_the_hour(clock)
    found: dict[Key, Array] = defaultdict(lambda: np.full(WIDTH, np.nan))
    if source_ids:
        rows = Observation.objects.believed().filter(
            source__in=source_ids,
            parameter__in=PARAMETERS,
            observed_at__in=[last - back * HOUR for back in HOURS_OF_NEIGHBOURS],
        )
        for source_id, parameter, at, value in rows.values_list(
            "source_id", "parameter", "observed_at", "value_ug_m3"
        ).iterator():
            found[source_id, parameter][-1 - (last - at) // HOUR] = max(value, 0.0)
    return found
