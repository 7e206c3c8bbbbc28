"""Past forecasts of one hour beside what came, of many locations at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .air import AIRS, air_of
from .aqi import Concentration, Unit, category, hourly_indices
from .history import Loaded, load, values_at
from .models import Forecast, Source
from .prediction import CHECKED_LEADS
from .providers.hours import HOUR
from .scoring import Expected, Sums, compared

INDEX = "aqi"
LONGEST_AVERAGE = timedelta(hours=24)


class Past(NamedTuple):
    """A published forecast, and how many hours before the hour in question it was issued."""

    location_id: int
    parameter: str
    unit: str
    lead: int
    record: dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    past: Past
    air: str
    truth: float
    is_category_hit: bool | None = None

    def sums(self) -> Sums:
        record, check = self.past.record, CHECKED_LEADS.index(self.past.lead)
        usual = record["climatology"]
        expected = Expected(record["quantiles"][check], record["persistence"], None if usual is None else usual[check])
        return compared(expected, self.truth, self.is_category_hit)


def compare(location_ids: Sequence[int], hour: datetime) -> list[Comparison]:
    """Every forecast of that hour of which the truth is known; of each hour of issue the last one published."""
    pasts = [past for past in forecasts_of(location_ids, hour) if None not in past.record["quantiles"][check_of(past)]]
    source_ids = {source for past in pasts for source in past.record["sources"].values()}
    came = Came(hour, Source.objects.in_bulk(source_ids))
    return [found for past in pasts if (found := came.beside(past)) is not None]


def check_of(past: Past) -> int:
    return CHECKED_LEADS.index(past.lead)


def forecasts_of(location_ids: Sequence[int], hour: datetime) -> list[Past]:
    leads = {hour - (lead - 1) * HOUR: lead for lead in CHECKED_LEADS}  # by the first hour of the forecast
    published = Forecast.objects.filter(
        location__in=location_ids, source=None, starts_at__in=leads, record__isnull=False
    )
    last = {
        tuple(key): pk
        for pk, *key in published.order_by("issued_at").values_list("pk", "location", "parameter", "starts_at")
    }
    rows = Forecast.objects.filter(pk__in=last.values()).order_by("-starts_at", "pk")
    return [
        Past(location_id, parameter, unit, leads[starts_at], record or {})
        for location_id, parameter, unit, starts_at, record in rows.values_list(
            "location_id", "parameter", "unit", "starts_at", "record"
        )
    ]


class Came:
    """What the sources observed in an hour, and the index that it made."""

    def __init__(self, hour: datetime, sources: Mapping[int, Source]) -> None:
        self.hour, self.sources = hour, sources
        self.values = values_at(sources, hour)
        self.loaded: Loaded = load(sources, hour - LONGEST_AVERAGE, hour)
        self.indices: dict[tuple[str, tuple[tuple[int, str], ...]], int | None] = {}

    def beside(self, past: Past) -> Comparison | None:
        """None where any of the sources is gone, or did not observe the hour."""
        series = tuple((source, parameter) for parameter, source in sorted(past.record["sources"].items()))
        if any(one not in self.values for one in series):
            return None
        airs = [air_of(self.sources[source]) for source, _ in series]
        air = max(airs, key=AIRS.index)
        if past.parameter != INDEX:
            return Comparison(past, air, self.values[series[0]])
        truth = self.index(past.unit, series)
        if truth is None:
            return None
        median = past.record["quantiles"][check_of(past)][2]
        is_hit = category(int(median), past.unit) == category(truth, past.unit)
        return Comparison(past, air, truth, is_hit)

    def index(self, scale: str, series: tuple[tuple[int, str], ...]) -> int | None:
        key = scale, series
        if key not in self.indices:
            history = {parameter: self._hours(source, parameter) for source, parameter in series}
            self.indices[key] = hourly_indices(history, [self.hour], scale)[0][0]
        return self.indices[key]

    def _hours(self, source: int, parameter: str) -> dict[datetime, Concentration]:
        hours = self.loaded[source][parameter].items()
        return {at: Concentration(value, Unit(unit)) for at, (value, unit) in hours}
