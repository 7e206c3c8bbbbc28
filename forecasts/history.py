"""Which observations speak for a location at a moment: per parameter those of one source, never a mixture."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from .aqi import STORED_PARAMETERS, Concentration, History, Unit, convert
from .models import Observation, Source
from .prediction.horizon import Array
from .quality import is_far_apart

LOOK_BACK_HOURS = 29 * 24
SHOWN = timedelta(hours=36)  # the longest window of any index, with room

Hours = dict[datetime, Concentration]
Told = dict[datetime, tuple[float, str]]  # value and unit, as the source has them
Loaded = dict[int, dict[str, Told]]
Values = dict[tuple[int, str], "Value"]
Pasts = dict[tuple[int, str], Array]  # by source and parameter: µg/m³ an hour, NaN where it is missing


class Value(NamedTuple):
    value_ug_m3: float
    original: Concentration


class Because(StrEnum):
    """Why a pollutant is shown of one source and not of another that measures it as well."""

    ONLY_SOURCE = "only_source"
    FIRST_IN_ORDER = "first_in_order"
    FIRST_HAS_NOTHING_FRESH = "first_has_nothing_fresh"
    NOTHING_IS_FRESH = "nothing_is_fresh"


@dataclass(frozen=True)
class Choice:
    because: Because
    sources_disagree: bool


@dataclass
class Heard:
    """`history` per parameter, the source that it comes from, and why from that one."""

    history: dict[str, Hours] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)

    def newest_at(self) -> datetime | None:
        return max((max(hours) for hours in self.history.values()), default=None)

    def recent(self, since: datetime) -> History:
        return {
            parameter: {hour: value for hour, value in hours.items() if hour >= since}
            for parameter, hours in self.history.items()
        }


def listen(sources: Iterable[Source], clock: datetime, look_back: timedelta) -> Heard:
    """What was observed up to `clock`, each parameter from the first source that has a fresh value of it."""
    ordered = list(sources)
    return heard_from(ordered, load([source.pk for source in ordered], clock - look_back, clock), clock)


def heard_from(sources: Sequence[Source], loaded: Loaded, clock: datetime) -> Heard:
    """The same of what `load` found. Raises ValueError for a unit that nobody could have stored."""
    heard = Heard()
    for is_good_enough in (_is_fresh, _is_usable):
        for source in sources:
            for parameter, hours in loaded.get(source.pk, {}).items():
                if parameter not in heard.sources and is_good_enough(max(hours), clock):
                    heard.history[parameter] = {
                        at: Concentration(value, Unit(unit)) for at, (value, unit) in hours.items()
                    }
                    heard.sources[parameter] = source
    for parameter, source in heard.sources.items():
        told = [(each, loaded[each.pk][parameter]) for each in sources if parameter in loaded.get(each.pk, {})]
        heard.choices[parameter] = _choice(parameter, source, told, clock)
    return heard


def _choice(parameter: str, chosen: Source, told: Sequence[tuple[Source, Told]], clock: datetime) -> Choice:
    """Of all that have values of it, in their order, the chosen one among them."""
    hours = next(hours for source, hours in told if source is chosen)
    others = [hours for source, hours in told if source is not chosen]
    if not others:
        because = Because.ONLY_SOURCE
    elif not _is_fresh(max(hours), clock):
        because = Because.NOTHING_IS_FRESH
    else:
        because = Because.FIRST_IN_ORDER if told[0][0] is chosen else Because.FIRST_HAS_NOTHING_FRESH
    return Choice(because, any(_disagree(parameter, hours, other, clock) for other in others))


def _disagree(parameter: str, told: Told, other: Told, clock: datetime) -> bool:
    """In the newest hour that both have, if it is fresh."""
    common = max(told.keys() & other.keys(), default=None)
    if common is None or not _is_fresh(common, clock):
        return False
    first, second = (value * _to_micrograms(unit, parameter) for value, unit in (told[common], other[common]))
    return is_far_apart(parameter, first, second)


@cache
def _to_micrograms(unit: str, parameter: str) -> float:
    return float(convert(1.0, Unit(unit), Unit.MICROGRAMS, parameter))


def _is_fresh(observed_at: datetime, clock: datetime) -> bool:
    return clock - observed_at <= timedelta(hours=settings.AQI_STALE_AFTER_HOURS)


def _is_usable(observed_at: datetime, clock: datetime) -> bool:
    return clock - observed_at <= timedelta(hours=settings.AQI_UNAVAILABLE_AFTER_HOURS)


def pasts(source_ids: Iterable[int], clock: datetime) -> Pasts:
    """The last 29 days of every series of the sources, up to the full hour before `clock`."""
    last = clock.replace(minute=0, second=0, microsecond=0)
    first = last - timedelta(hours=LOOK_BACK_HOURS - 1)
    found: Pasts = {}
    rows = _observed(source_ids, first - timedelta(hours=1), last)
    for source_id, parameter, at, value in rows.values_list(
        "source_id", "parameter", "observed_at", "value_ug_m3"
    ).iterator():
        key = source_id, parameter
        if key not in found:
            found[key] = np.full(LOOK_BACK_HOURS, np.nan)
        found[key][(at - first) // timedelta(hours=1)] = max(value, 0.0)
    return found


def values_at(source_ids: Iterable[int], hour: datetime) -> Values:
    """What each source observed in one hour, by source and parameter. Raises ValueError like `heard_from`."""
    rows = _observed(source_ids, hour - timedelta(hours=1), hour).values_list(
        "source_id", "parameter", "value_ug_m3", "original_value", "original_unit"
    )
    return {
        (source_id, parameter): Value(max(value, 0.0), Concentration(max(original, 0.0), Unit(unit)))
        for source_id, parameter, value, original, unit in rows
    }


def _observed(source_ids: Iterable[int], since: datetime, until: datetime) -> QuerySet[Observation]:
    # The parameters are named for the sake of the index, in which they stand before the hour.
    hours = Observation.objects.filter(source__in=source_ids, parameter__in=STORED_PARAMETERS)
    return hours.filter(observed_at__gt=since, observed_at__lte=until).believed()


def load(source_ids: Iterable[int], since: datetime, until: datetime) -> Loaded:
    """What each source observed after `since`: its own values and units, by parameter and hour."""
    rows = _observed(source_ids, since, until).values_list(
        "source_id", "parameter", "observed_at", "original_value", "original_unit"
    )
    found: Loaded = defaultdict(lambda: defaultdict(dict))
    for source_id, parameter, observed_at, value, unit in rows.iterator():
        # An instrument's noise around zero is kept as it came, and counts as zero.
        found[source_id][parameter][observed_at] = max(value, 0.0), unit
    return found
