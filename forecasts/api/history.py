"""What was observed in a period: hour by hour, or a local day at a time; a row is always of one source."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from forecasts.composition import terms
from forecasts.models import Location, Observation, Source
from forecasts.providers import PROVIDERS
from forecasts.quality import is_doubted, names

MIN_HOURS_OF_A_DAY = 18  # 75 %, as the agencies ask of a daily mean
ROWS_AT_ONCE = 2000
ORIGIN = ["source", "licence", "is_simulated"]
COLUMNS = {  # of CSV
    "hourly": [
        *("observed_at", "parameter", "value_ug_m3", "original_value", "original_unit"),
        *(*ORIGIN, "flags", "attribution"),
    ],
    "daily": ["day", "parameter", "mean_ug_m3", "min_ug_m3", "max_ug_m3", "hours", *ORIGIN, "attribution"],
}
UNITS = "µg/m³ at 25 °C and 1 atm; original values in original_unit"
DayKey = tuple[str, int]  # parameter, source


class Observed(NamedTuple):
    observed_at: datetime
    parameter: str
    source_id: int
    value_ug_m3: float
    original_value: float
    original_unit: str
    flags: int | None


class History:
    """`rows()` reads as it goes, so `tail()`, which names the sources of what was read, comes after it.

    A row of CSV, which has no tail, says the attribution itself.
    """

    def __init__(self, location: Location, query: Mapping[str, Any], *, is_csv: bool = False) -> None:
        self.is_csv = is_csv
        self.slug, self.zone, self.query = location.slug, ZoneInfo(location.timezone), query
        # Real sources come before simulated ones, whatever their position.
        sources = sorted(location.sources.all(), key=lambda source: (is_simulated(source), source.position, source.pk))
        self.sources = {source.pk: source for source in sources}
        self.rank = {source.pk: rank for rank, source in enumerate(sources)}
        self.used: set[int] = set()

    def rows(self) -> Iterator[dict[str, Any]]:
        return self._days() if self.query["resolution"] == "daily" else self._hours()

    def head(self) -> dict[str, Any]:
        return {
            "location": self.slug,
            "from": utc(self.query["from"]),
            "to": utc(self.query["to"]),
            "resolution": self.query["resolution"],
            "units": UNITS,
        }

    def tail(self) -> dict[str, Any]:
        return {"attribution": [terms(source) for pk, source in self.sources.items() if pk in self.used]}

    def _observed(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[Observed]:
        period = {"observed_at__gte": since or self.query["from"], "observed_at__lt": until or self.query["to"]}
        chosen = Observation.objects.filter(source__in=list(self.sources), **period)
        if self.query["parameter"]:
            chosen = chosen.filter(parameter__in=self.query["parameter"])
        if not self.query["flagged"]:
            chosen = chosen.believed()
        ordered = chosen.order_by("observed_at", "parameter").values_list(*Observed._fields)
        return map(Observed._make, ordered.iterator(ROWS_AT_ONCE))

    def _hours(self) -> Iterator[dict[str, Any]]:
        for _, hour in groupby(self._observed(), itemgetter(0, 1)):
            rivals = sorted(hour, key=lambda rival: self.rank[rival.source_id])
            believed = [one for one in rivals if not is_doubted(one.flags)]
            yield from map(self._hour, believed[:1] + [one for one in rivals if is_doubted(one.flags)])

    def _hour(self, one: Observed) -> dict[str, Any]:
        return {
            "observed_at": utc(one.observed_at),
            "parameter": one.parameter,
            "value_ug_m3": one.value_ug_m3,
            "original_value": one.original_value,
            "original_unit": one.original_unit,
            **self._origin(one.source_id),
            "flags": " ".join(names(one.flags)) if self.is_csv else names(one.flags),
        }

    def _days(self) -> Iterator[dict[str, Any]]:
        for day, hours in groupby(self._observed(), lambda one: one.observed_at.astimezone(self.zone).date()):
            values: dict[DayKey, list[float]] = defaultdict(list)
            for one in hours:
                values[one.parameter, one.source_id].append(one.value_ug_m3)
            for _, rivals in groupby(sorted(values, key=lambda key: self._preference(key, values)), itemgetter(0)):
                key = next(rivals)
                yield {**summary(day, key[0], values[key]), **self._origin(key[1])}

    def _preference(self, key: DayKey, values: Mapping[DayKey, list[float]]) -> tuple[str, bool, bool, int]:
        """A source that knows enough of the day comes before one that does not, but no simulated before a real one."""
        parameter, source_id = key
        is_short = len(values[key]) < MIN_HOURS_OF_A_DAY
        return parameter, is_simulated(self.sources[source_id]), is_short, self.rank[source_id]

    def _origin(self, source_id: int) -> dict[str, Any]:
        self.used.add(source_id)
        source = self.sources[source_id]
        about = terms(source)
        origin = {"source": about["name"], "licence": about["licence"], "is_simulated": is_simulated(source)}
        return {**origin, "attribution": about["attribution"]} if self.is_csv else origin


def summary(day: date, parameter: str, values: list[float]) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "parameter": parameter,
        "mean_ug_m3": round(sum(values) / len(values), 3) if len(values) >= MIN_HOURS_OF_A_DAY else None,
        "min_ug_m3": min(values),
        "max_ug_m3": max(values),
        "hours": len(values),
    }


def is_simulated(source: Source) -> bool:
    return PROVIDERS[source.provider].about.is_simulated


def utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
