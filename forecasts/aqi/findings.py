"""What the tables of a pollutant say of its averages."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from forecasts.aqi.averaging import Averaging
from forecasts.aqi.bands import Risk
from forecasts.aqi.series import Observations, Ratio
from forecasts.aqi.tables import Parts, Pollutant, Scale, Table, Use


class Finding(NamedTuple):
    """One table: the average as it was looked up, and the index or the risk that it has."""

    table: Table
    steps: Ratio
    sub_index: int | None
    risk: float | None


def findings_at(observations: Observations, scale: Scale, hour: int) -> dict[str, list[Finding]]:
    """Of every pollutant of the scale that the history names. Raises UnitError."""
    found = {}
    for parameter, pollutant in scale.pollutants.items():
        if parameter in observations:
            series = observations.series(parameter, pollutant.unit, scale.celsius)
            found[parameter] = _current(pollutant, partial(observations.average, series, hour))
    return found


def _current(pollutant: Pollutant, average_of: Callable[[Averaging], Ratio | None]) -> list[Finding]:
    found: list[Finding] = []
    is_beyond = False
    for table in pollutant.current:
        if table.use is Use.WHERE_THE_ONE_BEFORE_ENDS and not is_beyond:
            continue
        average = average_of(table.averaging)
        is_beyond = False
        if average is not None:
            found.append(look_up(pollutant, table, average))
            is_beyond = not isinstance(table.rows, Risk) and table.rows.is_beyond(found[-1].steps)
    return found


def look_up(pollutant: Pollutant, table: Table, average: Ratio) -> Finding:
    steps = pollutant.steps(average)
    if isinstance(table.rows, Risk):
        return Finding(table, steps, None, table.rows.percent(steps))
    return Finding(table, steps, table.rows.index(steps), None)


def parts_of(found: dict[str, list[Finding]]) -> Parts:
    parts = Parts()
    for parameter, each in found.items():
        indices = [finding.sub_index for finding in each if finding.sub_index is not None]
        risks = [finding.risk for finding in each if finding.risk is not None]
        if indices:
            parts.indices[parameter] = max(indices)
        if risks:
            parts.risks[parameter] = max(risks)
    return parts


def leading(found: Iterable[Finding]) -> Finding | None:
    """The first with the highest index; a risk where there is none; None if nothing is known."""
    best: Finding | None = None
    for finding in found:
        if finding.sub_index is None and finding.risk is None:
            continue
        if best is None or _rank(finding) > _rank(best):
            best = finding
    return best


def _rank(finding: Finding) -> int:
    return -1 if finding.sub_index is None else finding.sub_index
