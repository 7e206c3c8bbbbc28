"""The official hours of AirNow files against what we compute from the same raw hours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from forecasts.aqi.averaging import NOWCAST
from forecasts.aqi.findings import look_up
from forecasts.aqi.scales import SCALES
from forecasts.aqi.series import Observations, Ratio, hour_number
from forecasts.aqi.tables import Scale
from forecasts.aqi.units import Concentration, Unit, convert

NOWCAST_SCALES = [scale.id for scale in SCALES.values() if scale.pollutants["pm25"].tables[0].averaging is NOWCAST]

AIRNOW_COLUMNS = ("Site", "Date (LT)", "Raw Conc.", "NowCast Conc.", "AQI", "QC Name")
OUR_COLUMNS = ("location_id", "time_utc", "pm25_raw", "nowcast_conc", "aqi_official", "qc")
LOCAL_TIME = "%Y-%m-%d %I:%M %p"
PARAMETERS_BY_NAME = {"PM2.5": "pm25", "PM10": "pm10"}


class OfficialError(ValueError):
    """A file that is not in a form of AirNow's."""


@dataclass(frozen=True)
class OfficialHour:
    """`raw` is None unless the hour passed AirNow's quality control; then AirNow may repeat its last NowCast."""

    site: str
    parameter: str
    time: datetime
    raw: float | None
    nowcast: float | None
    aqi: int | None


@dataclass
class Share:
    equal: int = 0
    compared: int = 0

    def add(self, official: float | None, ours: float | None) -> None:
        if official is not None:
            self.compared += 1
            self.equal += official == ours


@dataclass
class Comparison:
    """From raw hours only those are compared that are valid themselves, with a whole window in the file."""

    nowcast: Share
    index_of_official_nowcast: Share
    index: Share


def official_hours(rows: Iterable[Mapping[str, str | None]]) -> Iterator[OfficialHour]:
    """Rows of a CSV file by column; raises OfficialError."""
    for line, row in enumerate(rows, start=2):
        columns = OUR_COLUMNS if "pm25_raw" in row else AIRNOW_COLUMNS
        parameter = PARAMETERS_BY_NAME.get((row.get("Parameter") or "PM2.5").split(" ")[0])
        if parameter is None:
            continue
        try:
            site, time, raw, nowcast, index, quality = (row[column] or "" for column in columns)
            value, aqi = _number(raw) if quality == "Valid" else None, _number(index)
            at = _time(time)
            yield OfficialHour(site, parameter, at, value, _number(nowcast), None if aqi is None else int(aqi))
        except (KeyError, ValueError) as error:
            raise OfficialError(f"line {line}: {error!r}") from error


def compare(hours: Iterable[OfficialHour], scale: str) -> Comparison:
    comparison = Comparison(Share(), Share(), Share())
    of_series = sorted(hours, key=lambda hour: (hour.site, hour.parameter))
    for (_, parameter), group in groupby(of_series, key=lambda hour: (hour.site, hour.parameter)):
        _compare_series(list(group), parameter, SCALES[scale], comparison)
    return comparison


def _compare_series(hours: list[OfficialHour], parameter: str, scale: Scale, comparison: Comparison) -> None:
    pollutant = scale.pollutants[parameter]
    table = pollutant.tables[0]
    raw = {hour.time: Concentration(hour.raw, Unit.MICROGRAMS) for hour in hours if hour.raw is not None}
    numbers = [hour_number(hour.time) for hour in hours]
    observations = Observations({parameter: raw}, range(min(numbers), max(numbers) + 1))
    series = observations.series(parameter, pollutant.unit, scale.celsius)
    whole_windows_from = min(numbers) + table.averaging.hours - 1
    for hour, number in zip(hours, numbers, strict=True):
        if hour.raw is not None and number >= whole_windows_from:
            average = series.average(table.averaging, number)
            ours = None if average is None else look_up(pollutant, table, average)
            comparison.nowcast.add(hour.nowcast, None if ours is None else pollutant.value(ours.steps))
            comparison.index.add(hour.aqi, None if ours is None else ours.sub_index)
        if hour.nowcast is not None:
            exact = convert(hour.nowcast, Unit.MICROGRAMS, pollutant.unit, parameter)
            official = look_up(pollutant, table, Ratio(exact.numerator, exact.denominator))
            comparison.index_of_official_nowcast.add(hour.aqi, official.sub_index)


def _number(text: str) -> float | None:
    """AirNow writes -999 where there is nothing."""
    value = float(text)
    return None if value <= -900 else value


def _time(text: str) -> datetime:
    """Local times are taken as they stand: only the hours between them matter."""
    if text.endswith("M"):
        return datetime.strptime(text, LOCAL_TIME).replace(tzinfo=UTC)
    return datetime.fromisoformat(text)
