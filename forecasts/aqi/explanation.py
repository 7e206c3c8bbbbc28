"""How an index came about: the hours, their weights, the average, the row of the table, as data and as text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from forecasts.aqi.arithmetic import looked_up, shown
from forecasts.aqi.averaging import Averaging
from forecasts.aqi.findings import findings_at, look_up, parts_of, tracks
from forecasts.aqi.rounding import Rounding
from forecasts.aqi.scales import SCALES
from forecasts.aqi.series import EPOCH, HOUR, History, Observations, Series, hour_number
from forecasts.aqi.tables import Pollutant, Scale, Table
from forecasts.aqi.units import Unit


@dataclass(frozen=True)
class UsedHour:
    """The average is the sum of `value` × `weight`; `at` is the end of the hour."""

    at: datetime
    value: float
    weight: float


@dataclass(frozen=True)
class Step:
    """One table of a pollutant; `value` is the average as the table looks it up, `average` what it was before.

    `counts` says whether it takes part in the index: a table may only stand in for another.
    """

    period: str
    averaging: str
    hours: tuple[UsedHour, ...]
    missing: tuple[datetime, ...]
    average: float | None
    value: float | None
    index: int | None
    risk_percent: float | None
    counts: bool
    arithmetic: tuple[str, ...]


@dataclass(frozen=True)
class PollutantExplanation:
    unit: Unit
    index: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Explanation:
    """`missing_pollutants` are those of the scale without an index or a risk.

    `unchecked` says what of the scale could not be compared with its authority's own text.
    """

    scale: str
    scale_version: str
    authority: str
    at: datetime
    value: int | None
    text: str
    category: str | None
    dominant_pollutant: str | None
    arithmetic: str
    pollutants: dict[str, PollutantExplanation]
    missing_pollutants: tuple[str, ...]
    unchecked: str


def explain(history: History, at: datetime, scale: str = "us_epa_2024") -> Explanation:
    """Every step to what `index` gives for the same arguments. Raises UnitError, and KeyError for an unknown scale."""
    table, hour = SCALES[scale], hour_number(at)
    observations = Observations(history, range(hour, hour + 1))
    found = findings_at(tracks(observations, table), hour)
    parts = parts_of(found)
    value, dominant = table.overall(parts) or (None, None)
    pollutants = {}
    for parameter, each in found.items():
        counting = {id(finding.table) for finding in each}
        steps = tuple(_steps(observations, table, parameter, hour, counting))
        pollutants[parameter] = PollutantExplanation(
            table.pollutants[parameter].unit, parts.indices.get(parameter), steps
        )
    text = "no index" if value is None else table.text(value)
    return Explanation(
        scale=table.id,
        scale_version=table.version,
        authority=table.authority,
        at=EPOCH + hour * HOUR,
        value=value,
        text=text,
        category=None if value is None else table.category(value).id,
        dominant_pollutant=dominant if value is not None and value > table.dominant_above else None,
        arithmetic=f"{table.combined}: {text}",
        pollutants=pollutants,
        missing_pollutants=tuple(name for name in table.pollutants if name not in {*parts.indices, *parts.risks}),
        unchecked=table.unchecked,
    )


def _steps(observations: Observations, scale: Scale, parameter: str, hour: int, counting: set[int]) -> Iterator[Step]:
    pollutant = scale.pollutants[parameter]
    series = observations.series(parameter, pollutant.unit, scale.celsius)
    for table in pollutant.current:
        yield _step(series, pollutant, table, hour, id(table) in counting)


def _step(series: Series, pollutant: Pollutant, table: Table, at: int, counts: bool) -> Step:
    averaging = table.averaging
    window = series.window(at, averaging.hours)
    missing = tuple(EPOCH + (at - i) * HOUR for i, value in enumerate(window) if value is None)
    average = series.average(averaging, at)
    if average is None:
        rule = f"{shown(len(window) - len(missing))} of {averaging.hours} h are there; needed: {averaging.needed}"
        return Step(table.name, averaging.name, (), missing, None, None, None, None, False, (rule,))
    hours = tuple(_used_hours(series, averaging, at, pollutant.unit))
    finding = look_up(pollutant, table, average)
    exact = average.above / (average.below * pollutant.unit.size)
    value = pollutant.value(finding.steps)
    mean = " + ".join(f"{shown(hour.value)}×{shown(hour.weight)}" for hour in hours) + f" = {shown(exact)}"
    rounded = f"{shown(exact)} {pollutant.unit} {pollutant.rounding.value} is {shown(value)}"
    lines = (mean, *([] if pollutant.rounding is Rounding.NONE else [rounded]), looked_up(pollutant, finding))
    return Step(
        table.name, averaging.name, hours, missing, exact, value, finding.sub_index, finding.risk, counts, lines
    )


def _used_hours(series: Series, averaging: Averaging, at: int, unit: Unit) -> Iterator[UsedHour]:
    window = series.window(at, averaging.hours)
    weights, divisor = averaging.weigh(window, series.denominator)
    for i, (value, weight) in enumerate(zip(window, weights, strict=True)):
        if value is not None:
            yield UsedHour(EPOCH + (at - i) * HOUR, value / (series.denominator * unit.size), weight / divisor)
