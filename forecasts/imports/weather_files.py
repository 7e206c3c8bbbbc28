"""The weather columns that a file of hourly values may have, for training and for backtests."""

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from forecasts.aqi.series import hour_number
from forecasts.long_series import Told

from .formats import read_header
from .manifest import Manifest
from .parsing import parse_time
from .tables import Table

POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
LARGEST = 2000.0  # of any column in its unit; what stands for no value is beyond, or below COLDEST
COLDEST = -90.0
COLUMNS = {
    "temp_c": "temperature_c",
    "dewpoint_c": "dew_point_c",
    "pressure_hpa": "pressure_hpa",
    "rain_mm": "rain_mm",
}
SPEED, DIRECTIONS = "wind_ms", ("wind_dir_deg", "wind_dir_16")


class Weather(NamedTuple):
    """Of one station in one hour."""

    variable: str
    value: float


def read_weather(file: Path, units: Mapping[str, str], manifest: Manifest, progress: Progress) -> list[Told]:
    """Of each station and variable of WEATHER that the file has; raises FileError."""
    found: dict[tuple[str, str], Told] = {}
    with progress.open(file, "rb", description=f"{file.name}, weather") as opened:
        table = Table(opened)
        columns = {name: position for position, name in enumerate(table.header)}
        readers = list(_readers(columns))
        if not readers:
            return []
        layout = read_header(table.header, units, manifest.units)
        for row in table:
            hour = hour_number(parse_time(row[layout.time], is_utc=layout.is_utc))
            for variable, value in (one for read in readers for one in read(row) if math.isfinite(one.value)):
                key = row[layout.station], variable
                if key not in found:
                    found[key] = Told(*key, title=manifest.title or file.name, licence=manifest.licence)
                found[key].hours.append(hour)
                found[key].values.append(value)
    return list(found.values())


def _readers(columns: Mapping[str, int]) -> Iterator[Callable[[list[str]], list[Weather]]]:
    for name, variable in COLUMNS.items():
        if name in columns:
            yield lambda row, at=columns[name], variable=variable: [Weather(variable, number(row[at]))]  # type: ignore[misc]
    direction = next((name for name in DIRECTIONS if name in columns), None)
    if SPEED in columns and direction is not None:
        yield lambda row: wind(number(row[columns[SPEED]]), degrees(row[columns[direction]]))


def number(text: str) -> float:
    """NaN for what is no value."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if COLDEST <= value <= LARGEST else math.nan


def degrees(text: str) -> float:
    """Where the wind comes from, as a number or one of sixteen points."""
    return POINTS.index(text) * 360 / len(POINTS) if text in POINTS else number(text)


def wind(speed: float, origin: float) -> list[Weather]:
    angle = math.radians(origin)
    return [Weather("wind_u_ms", -speed * math.sin(angle)), Weather("wind_v_ms", -speed * math.cos(angle))]
