"""What the tables of a pollutant say of its averages."""

from collections.abc import Iterable
from typing import NamedTuple

from forecasts.aqi.bands import Risk
from forecasts.aqi.series import Observations, Ratio, Series
from forecasts.aqi.tables import Parts, Pollutant, Scale, Table, Use


class Finding(NamedTuple):
    """One table: the average as it was looked up, and the index or the risk that it has."""

    table: Table
    steps: Ratio
    sub_index: int | None
    risk: float | None

    @property
    def is_beyond(self) -> bool:
        return not isinstance(self.table.rows, Risk) and self.table.rows.is_beyond(self.steps)


Track = tuple[str, Pollutant, Series]


def tracks(observations: Observations, scale: Scale) -> list[Track]:
    """Every pollutant of the scale that the history names. Raises UnitError."""
    return [
        (parameter, pollutant, observations.series(parameter, pollutant.unit, scale.celsius))
        for parameter, pollutant in scale.pollutants.items()
        if parameter in observations
    ]


def findings_at(of: Iterable[Track], hour: int) -> dict[str, list[Finding]]:
    return {parameter: _current(pollutant, series, hour) for parameter, pollutant, series in of}


def _current(pollutant: Pollutant, series: Series, hour: int) -> list[Finding]:
    found: list[Finding] = []
    before: Finding | None = None
    for table in pollutant.current:
        if table.use is Use.WHERE_THE_ONE_BEFORE_ENDS and not (before and before.is_beyond):
            continue
        average = series.average(table.averaging, hour)
        before = None if average is None else look_up(pollutant, table, average)
        if before is not None:
            found.append(before)
    return found


def look_up(pollutant: Pollutant, table: Table, average: Ratio) -> Finding:
    steps = pollutant.steps(average)
    if isinstance(table.rows, Risk):
        return Finding(table, steps, None, table.rows.percent(steps))
    return Finding(table, steps, table.rows.index(steps), None)


def parts_of(found: dict[str, list[Finding]]) -> Parts:
    parts = Parts()
    for parameter, each in found.items():
        for finding in each:
            if finding.sub_index is not None:
                parts.indices[parameter] = max(finding.sub_index, parts.indices.get(parameter, 0))
            elif finding.risk is not None:
                parts.risks[parameter] = max(finding.risk, parts.risks.get(parameter, 0.0))
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
