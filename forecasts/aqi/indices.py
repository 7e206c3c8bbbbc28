"""From hourly concentrations to the index of a national scale."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from forecasts.aqi.averaging import ONE_HOUR, Averaging
from forecasts.aqi.scales import SCALES
from forecasts.aqi.series import EPOCH, HOUR, History, Series, hour_number, series_in
from forecasts.aqi.tables import Category, Pollutant, Scale
from forecasts.aqi.units import Unit

RECENT_HOURS = 3


@dataclass(frozen=True)
class SubIndex:
    """One pollutant: `value` is the truncated average that gave `index`, or the latest hour where there is no index."""

    value: float | None
    unit: Unit
    averaging: str
    index: int | None
    observed_at: datetime | None


@dataclass(frozen=True)
class Index:
    """The highest sub-index with its category; all None where no pollutant has one."""

    value: int | None
    category: str | None
    label: str | None
    color: str | None
    dominant_pollutant: str | None
    scale: str
    scale_version: str
    averaging: str | None
    advice: str | None
    pollutants: dict[str, SubIndex]


class _Highest(NamedTuple):
    value: int
    steps: int
    averaging: Averaging


def index(history: History, at: datetime, scale: str = "us_epa_2024") -> Index:
    """The index of the hours that end at `at`; missing hours give None, never an error.

    Values below the noise around zero, non-finite and impossibly large ones are missing. Raises UnitError, and
    KeyError for an unknown scale.
    """
    table, hour = SCALES[scale], hour_number(at)
    pollutants = {
        parameter: _sub_index(series, table.pollutants[parameter], hour)
        for parameter, series in _all_series(history, table, range(hour, hour + 1))
    }
    known = {parameter: sub.index for parameter, sub in pollutants.items() if sub.index is not None}
    if not known:
        return Index(None, None, None, None, None, table.id, table.version, None, None, pollutants)
    dominant = max(known, key=lambda parameter: known[parameter])
    described = table.category(known[dominant])
    return Index(
        value=known[dominant],
        category=described.id,
        label=described.label,
        color=described.color,
        dominant_pollutant=dominant,
        scale=table.id,
        scale_version=table.version,
        averaging=pollutants[dominant].averaging,
        advice=described.advice,
        pollutants=pollutants,
    )


def hourly_indices(
    history: History, hours: Sequence[datetime], scale: str = "us_epa_2024"
) -> list[tuple[int | None, str | None]]:
    """The value and category id at each of the hours; the same numbers as `index`, for many hours at once."""
    if not hours:
        return []
    table, numbers = SCALES[scale], [hour_number(hour) for hour in hours]
    every_series = list(_all_series(history, table, range(min(numbers), max(numbers) + 1)))
    return [_value_and_category(every_series, table, number) for number in numbers]


def _value_and_category(
    every_series: Sequence[tuple[str, Series]], table: Scale, hour: int
) -> tuple[int | None, str | None]:
    found = (_highest(series, table.pollutants[parameter], hour) for parameter, series in every_series)
    value = max((highest.value for highest in found if highest is not None), default=None)
    return value, None if value is None else table.category(value).id


def category(value: int, scale: str = "us_epa_2024") -> Category:
    return SCALES[scale].category(value)


def _all_series(history: History, scale: Scale, hours: range) -> Iterable[tuple[str, Series]]:
    for parameter, pollutant in scale.pollutants.items():
        if parameter in history:
            longest = max(RECENT_HOURS + 1, *(table.averaging.hours for table in pollutant.tables))
            needed = range(hours.start - longest + 1, hours.stop)
            yield parameter, series_in(pollutant.unit, parameter, history[parameter], needed)


def _sub_index(series: Series, pollutant: Pollutant, at: int) -> SubIndex:
    highest = _highest(series, pollutant, at)
    if highest is None:
        return _latest_hour(series, pollutant, at)
    averaging = highest.averaging
    newest = next(hour for hour in range(at, at - averaging.hours, -1) if hour in series.numerators)
    value = highest.steps / 10**pollutant.decimals
    return SubIndex(value, pollutant.unit, averaging.name, highest.value, EPOCH + newest * HOUR)


def _highest(series: Series, pollutant: Pollutant, at: int) -> _Highest | None:
    best: _Highest | None = None
    for table in pollutant.tables:
        steps = pollutant.steps(series, table.averaging, at)
        value = None if steps is None else table.index(steps)
        if steps is not None and value is not None and (best is None or value > best.value):
            best = _Highest(value, steps, table.averaging)
    return best


def _latest_hour(series: Series, pollutant: Pollutant, at: int) -> SubIndex:
    for hour in range(at, at - RECENT_HOURS - 1, -1):
        steps = pollutant.steps(series, ONE_HOUR, hour)
        if steps is not None:
            value = steps / 10**pollutant.decimals
            return SubIndex(value, pollutant.unit, ONE_HOUR.name, None, EPOCH + hour * HOUR)
    return SubIndex(None, pollutant.unit, pollutant.tables[0].averaging.name, None, None)
