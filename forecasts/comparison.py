"""Past forecasts of one hour beside what came, of many locations at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from .air import AIRS, air_of
from .aqi import Concentration, category, hourly_indices
from .history import Values, values_at
from .models import Forecast, Source
from .prediction import CHECKED_LEADS
from .providers.hours import HOUR
from .scoring import Expected, Sums, compared

INDEX = "aqi"
LONGEST_AVERAGE_HOURS = 24


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
    """A query a lead: to read the time and the JSON of so many rows in one would take most of all time."""
    return [
        Past(location_id, parameter, unit, lead, msgspec.json.decode(record))
        for lead in reversed(CHECKED_LEADS)
        for location_id, parameter, unit, record in last_published(location_ids, hour - (lead - 1) * HOUR)
        .annotate(text=Cast("record", TextField()))
        .values_list("location_id", "parameter", "unit", "text")
    ]


def last_published(location_ids: Sequence[int], starts_at: datetime) -> QuerySet[Forecast]:
    """Of each location and parameter the last forecast that begins with that hour."""
    ours = Forecast.objects.filter(source=None, starts_at=starts_at, record__isnull=False)
    later = ours.filter(
        location=OuterRef("location"), parameter=OuterRef("parameter"), issued_at__gt=OuterRef("issued_at")
    )
    return ours.filter(~Exists(later), location__in=location_ids).order_by("pk")


class Came:
    """What the sources observed in an hour, and the index that it made."""

    def __init__(self, hour: datetime, sources: Mapping[int, Source]) -> None:
        self.hour, self.airs = hour, {pk: air_of(source) for pk, source in sources.items()}
        self.now = values_at(sources, hour)
        self.indices: dict[tuple[str, tuple[tuple[int, str], ...]], int | None] = {}

    def beside(self, past: Past) -> Comparison | None:
        """None where any of the sources is gone, or did not observe the hour."""
        series = tuple((source, parameter) for parameter, source in sorted(past.record["sources"].items()))
        if any(one not in self.now for one in series):
            return None
        air = max((self.airs[source] for source, _ in series), key=AIRS.index)
        if past.parameter != INDEX:
            return Comparison(past, air, self.now[series[0]].value_ug_m3)
        truth = self.index(past.unit, series)
        if truth is None:
            return None
        median = past.record["quantiles"][check_of(past)][2]
        is_hit = category(int(median), past.unit) == category(truth, past.unit)
        return Comparison(past, air, truth, is_hit)

    def index(self, scale: str, series: tuple[tuple[int, str], ...]) -> int | None:
        key = scale, series
        if key not in self.indices:
            history = {one[1]: self._hours_of(one) for one in series}
            self.indices[key] = hourly_indices(history, [self.hour], scale)[0][0]
        return self.indices[key]

    @cached_property
    def day(self) -> dict[datetime, Values]:
        """A query an hour, for the same reason."""
        before = [self.hour - back * HOUR for back in range(LONGEST_AVERAGE_HOURS)]
        return {at: values_at(self.airs, at) for at in before}

    def _hours_of(self, one: tuple[int, str]) -> dict[datetime, Concentration]:
        return {at: values[one].original for at, values in self.day.items() if one in values}
