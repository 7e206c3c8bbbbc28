"""From hourly concentrations to the index of a national scale."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from forecasts.aqi.averaging import ONE_HOUR
from forecasts.aqi.findings import Finding, Track, findings_at, leading, parts_of, tracks
from forecasts.aqi.scales import SCALES
from forecasts.aqi.series import EPOCH, HOUR, History, Observations, Series, hour_number
from forecasts.aqi.tables import Category, Pollutant, Scale
from forecasts.aqi.units import Unit

RECENT_HOURS = 3


@dataclass(frozen=True)
class SubIndex:
    """One pollutant: `value` is the average that was looked up, or the latest hour where there is none.

    `index` is None too where the scale adds risks up instead of comparing indices.
    """

    value: float | None
    unit: Unit
    averaging: str
    index: int | None
    observed_at: datetime | None


@dataclass(frozen=True)
class Index:
    """The overall index of the scale with its category; all None where the scale has none to say.

    `text` is the value as people write it: 10+ is 11.
    """

    value: int | None
    text: str | None
    category: str | None
    label: str | None
    color: str | None
    dominant_pollutant: str | None
    scale: str
    scale_version: str
    averaging: str | None
    advice: str | None
    pollutants: dict[str, SubIndex]


def index(history: History, at: datetime, scale: str = "us_epa_2024") -> Index:
    """The index of the hours that end at `at`; missing hours give None, never an error.

    Values below the noise around zero, non-finite and impossibly large ones are missing. Raises UnitError, and
    KeyError for an unknown scale.
    """
    hour = hour_number(at)
    return _index_at(Observations(history, range(hour, hour + 1)), SCALES[scale], hour)


def indices(history: History, at: datetime, scales: Iterable[str] = SCALES) -> dict[str, Index]:
    """The same in many scales at once, by the id of the scale; averages that scales share are computed once."""
    hour = hour_number(at)
    observations = Observations(history, range(hour, hour + 1))
    return {scale: _index_at(observations, SCALES[scale], hour) for scale in scales}


def hourly_indices(
    history: History, hours: Sequence[datetime], scale: str = "us_epa_2024"
) -> list[tuple[int | None, str | None]]:
    """The value and category id at each of the hours; the same numbers as `index`, for many hours at once."""
    if not hours:
        return []
    numbers = [hour_number(hour) for hour in hours]
    table = SCALES[scale]
    of = tracks(Observations(history, range(min(numbers), max(numbers) + 1)), table)
    return [_value_and_category(of, table, number) for number in numbers]


def category(value: int, scale: str = "us_epa_2024") -> Category:
    return SCALES[scale].category(value)


def _value_and_category(of: list[Track], scale: Scale, hour: int) -> tuple[int | None, str | None]:
    verdict = scale.overall(parts_of(findings_at(of, hour)))
    return (None, None) if verdict is None else (verdict[0], scale.category(verdict[0]).id)


def _index_at(observations: Observations, scale: Scale, hour: int) -> Index:
    of = tracks(observations, scale)
    found = findings_at(of, hour)
    pollutants = {
        parameter: _sub_index(series, pollutant, leading(found[parameter]), hour) for parameter, pollutant, series in of
    }
    return described(scale, scale.overall(parts_of(found)), pollutants)


def described(scale: Scale, verdict: tuple[int, str] | None, pollutants: dict[str, SubIndex]) -> Index:
    if verdict is None:
        return Index(None, None, None, None, None, None, scale.id, scale.version, None, None, pollutants)
    value, dominant = verdict
    kind = scale.category(value)
    return Index(
        value=value,
        text=scale.text(value),
        category=kind.id,
        label=kind.label,
        color=scale.color(value),
        dominant_pollutant=dominant if value > scale.dominant_above else None,
        scale=scale.id,
        scale_version=scale.version,
        averaging=pollutants[dominant].averaging,
        advice=kind.advice,
        pollutants=pollutants,
    )


def _sub_index(series: Series, pollutant: Pollutant, finding: Finding | None, at: int) -> SubIndex:
    if finding is None:
        return _latest_hour(series, pollutant, at)
    averaging = finding.table.averaging
    newest = series.newest(at, averaging.hours)
    value = pollutant.value(finding.steps)
    return SubIndex(value, pollutant.unit, averaging.name, finding.sub_index, EPOCH + newest * HOUR)


def _latest_hour(series: Series, pollutant: Pollutant, at: int) -> SubIndex:
    for hour in range(at, at - RECENT_HOURS - 1, -1):
        average = series.average(ONE_HOUR, hour)
        if average is not None:
            value = pollutant.value(pollutant.steps(average))
            return SubIndex(value, pollutant.unit, ONE_HOUR.name, None, EPOCH + hour * HOUR)
    return SubIndex(None, pollutant.unit, pollutant.current[0].averaging.name, None, None)
