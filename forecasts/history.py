"""Which observations speak for a location at a moment: per parameter those of one source, never a mixture."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from .aqi import Concentration, History, Unit
from .models import Observation, Source

LOOK_BACK = timedelta(days=28)

Hours = dict[datetime, Concentration]


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


def listen(sources: Iterable[Source], clock: datetime, look_back: timedelta = LOOK_BACK) -> Heard:
    """What was observed up to `clock`, each parameter from the first source that has a fresh value of it."""
    ordered = list(sources)
    by_source = _load([source.pk for source in ordered], clock - look_back, clock)
    heard = Heard()
    for is_good_enough in (_is_fresh, _is_usable):
        for source in ordered:
            for parameter, hours in by_source.get(source.pk, {}).items():
                if parameter not in heard.sources and is_good_enough(max(hours), clock):
                    heard.history[parameter], heard.sources[parameter] = hours, source
    return heard


def _is_fresh(observed_at: datetime, clock: datetime) -> bool:
    return clock - observed_at <= timedelta(hours=settings.AQI_STALE_AFTER_HOURS)


def _is_usable(observed_at: datetime, clock: datetime) -> bool:
    return clock - observed_at <= timedelta(hours=settings.AQI_UNAVAILABLE_AFTER_HOURS)


def _load(source_ids: list[int], since: datetime, clock: datetime) -> dict[int, dict[str, Hours]]:
    hours = Observation.objects.filter(source__in=source_ids, observed_at__gt=since, observed_at__lte=clock)
    rows = hours.believed().values_list("source_id", "parameter", "observed_at", "original_value", "original_unit")
    found: dict[int, dict[str, Hours]] = defaultdict(lambda: defaultdict(dict))
    for source_id, parameter, observed_at, value, unit in rows.iterator():
        # An instrument's noise around zero is kept as it came, and counts as zero.
        found[source_id][parameter][observed_at] = Concentration(max(value, 0.0), Unit(unit))
    return found
