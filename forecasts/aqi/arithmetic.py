"""The looking up of a concentration, written out."""

from forecasts.aqi.bands import Bands, Levels, Risk
from forecasts.aqi.findings import Finding
from forecasts.aqi.tables import Pollutant


def shown(number: float) -> str:
    return f"{number:.6g}".replace("-", "−")


def looked_up(pollutant: Pollutant, finding: Finding) -> str:
    rows, one = finding.table.rows, 10**pollutant.decimals
    value = pollutant.value(finding.steps)
    if isinstance(rows, Risk):
        risk = shown(rows.percent(finding.steps))
        return f"{shown(100 * rows.weight)} × (exp({shown(rows.beta * one)} × {shown(value)}) − 1) = {risk} %"
    if finding.sub_index is None:
        return f"{shown(value)} has no index in this table"
    if isinstance(rows, Levels):
        return _level(rows, finding, value, one)
    return _interpolation(rows, finding, value, one)


def _level(rows: Levels, finding: Finding, value: float, one: int) -> str:
    position = rows.position(finding.steps)
    below, above = ("at least", "below") if rows.is_exclusive else ("above", "at most")
    limits = [f"{below} {shown(rows.bounds[position - 1] / one)}"] if position > 0 else []
    if position < len(rows.bounds):
        limits.append(f"{above} {shown(rows.bounds[position] / one)}")
    return f"{shown(value)} is {' and '.join(limits)}: {finding.sub_index}"


def _interpolation(rows: Bands, finding: Finding, value: float, one: int) -> str:
    band = rows.nearest(finding.steps)
    low, high = shown(band.low / one), shown(band.high / one)
    if finding.sub_index == band.index_high and rows.is_beyond(finding.steps):
        return f"{shown(value)} is beyond {high}, the end of the table: {finding.sub_index}"
    rise = (value - band.low / one) / ((band.high - band.low) / one) * (band.index_high - band.index_low)
    return (
        f"{band.index_low} + ({shown(value)} − {low}) / ({high} − {low}) × ({band.index_high} − {band.index_low}) "
        f"= {shown(band.index_low + rise)}, {rows.rounding.value} {finding.sub_index}"
    )
