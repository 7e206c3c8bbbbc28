"""The judge's verdicts beside what is stored: news is judged with the hours around it, and they anew with the news."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from .models import Observation, Source
from .providers import PROVIDERS
from .providers.hours import HOUR
from .quality import AMONG, ON_ARRIVAL, REACH_HOURS, Flag, flag_of, judge

Key = tuple[str, datetime]  # parameter, hour

REACH = REACH_HOURS * HOUR
SECONDS_OF_HOUR = 3600
BATCH = 1000
MEASURING = [name for name, one in PROVIDERS.items() if not one.about.is_modelled and not one.about.is_simulated]


class Row(NamedTuple):
    """An observation; without a `pk` it is news that is not stored yet."""

    pk: int | None
    parameter: str
    observed_at: datetime
    value_ug_m3: float
    flags: int | None


def said_on_arrival(flags: int | None) -> int | None:
    return (flags or 0) & int(ON_ARRIVAL) or None


def judge_news(source: Source, news: Mapping[Key, Observation]) -> None:
    """Gives unsaved rows their flags, and those stored rows of whom something else is to be said now."""
    for new in news.values():
        new.flags = (new.flags or 0) | flag_of(new.parameter, new.value_ug_m3) or None
    times = [new.observed_at for new in news.values() if said_on_arrival(new.flags) is None]
    if not times or not has_instrument(source):
        return
    rows = {(row.parameter, row.observed_at): row for row in stored(source, min(times), max(times))}
    rows |= {key: Row(None, *key, new.value_ug_m3, new.flags) for key, new in news.items()}
    verdicts = other_verdicts(rows.values())
    for row, flags in verdicts:
        if row.pk is None:
            news[row.parameter, row.observed_at].flags = flags
    revise(verdicts, min(times), max(times))


def judge_stored(source: Source, first: datetime, last: datetime) -> int:
    """Judges hours that are stored already, never holding more than one series; returns how many flags changed."""
    if not has_instrument(source):
        return 0
    by_parameter = groupby(stored(source, first, last), attrgetter("parameter"))
    return sum(revise(other_verdicts(series), first, last) for _, series in by_parameter)


def has_instrument(source: Source) -> bool:
    """A model has no sensor that could stick or spike, and a provider that is gone is asked nothing."""
    return source.provider in MEASURING


def stored(source: Source, first: datetime, last: datetime) -> Iterator[Row]:
    """All that the verdicts on the hours within reach of these depend on."""
    rows = Observation.objects.filter(source=source, observed_at__range=(first - 2 * REACH, last + 2 * REACH))
    ordered = rows.order_by("parameter", "observed_at").values_list(*Row._fields)
    return map(Row._make, ordered.iterator())


def other_verdicts(rows: Iterable[Row]) -> list[tuple[Row, int | None]]:
    """Of one source, those whose flags should be others, with these."""
    series: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in rows:
        # What was doubted when it came says nothing about its neighbours, and they say nothing about it.
        if said_on_arrival(row.flags) is None:
            series[row.parameter][int(row.observed_at.timestamp()) // SECONDS_OF_HOUR] = row
    verdicts = {
        parameter: judge(parameter, {hour: row.value_ug_m3 for hour, row in by_hour.items()})
        for parameter, by_hour in series.items()
    }
    told = (
        (row, int(verdicts[parameter].get(hour, Flag(0))) | (row.flags or 0) & int(AMONG) or None)
        for parameter, by_hour in series.items()
        for hour, row in by_hour.items()
    )
    return [(row, flags) for row, flags in told if flags != row.flags]


def revise(verdicts: Iterable[tuple[Row, int | None]], first: datetime, last: datetime) -> int:
    """Stores those whose verdict is certain: beyond the reach of these hours, the series was not read to its end."""
    by_flags: dict[int | None, list[int]] = defaultdict(list)
    for row, flags in verdicts:
        if row.pk is not None and first - REACH <= row.observed_at <= last + REACH:
            by_flags[flags].append(row.pk)
    return set_flags(by_flags)


def set_flags(by_flags: Mapping[int | None, list[int]]) -> int:
    """Stores these flags of these observations; returns of how many."""
    for flags, ids in by_flags.items():
        for start in range(0, len(ids), BATCH):
            Observation.objects.filter(pk__in=ids[start : start + BATCH]).update(flags=flags)
    return sum(map(len, by_flags.values()))
