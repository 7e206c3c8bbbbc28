"""Which observations speak for a location at a moment: per parameter those of one source, never a mixture."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from .aqi import Concentration, History, Unit
from .models import Observation, Source
from .prediction.horizon import Array

LOOK_BACK_HOURS = 29 * 24
SHOWN = timedelta(hours=36)  # the longest window of any index, with room

Hours = dict[datetime, Concentration]
Loaded = dict[int, dict[str, dict[datetime, tuple[float, str]]]]
Values = dict[tuple[int, str], "Value"]
Pasts = dict[tuple[int, str], Array]  # by source and parameter: µg/m³ an hour, NaN where it is missing


class Value(NamedTuple):
    value_ug_m3: float
    original: Concentration


@dataclass
class Heard:
    """`history` per parameter, and the source that it comes from."""

    history: dict[str, Hours] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

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
    return heard


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
    hours = Observation.objects.filter(source__in=source_ids, observed_at__gt=since, observed_at__lte=until)
    return hours.believed()


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
