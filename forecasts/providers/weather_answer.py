"""What Open-Meteo answers about the weather, and how it becomes days of hours."""

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

import msgspec

from forecasts.providers.contract import ProviderError
from forecasts.providers.download import excerpt
from forecasts.providers.open_meteo_answer import NOT_JSON, UnixHour, Values

HOURS = 24
SECONDS_OF_HOUR = 3600


class Range(NamedTuple):
    """The unit that is asked for, and what can be true in it."""

    unit: str
    lowest: float
    highest: float


VARIABLES = {
    "temperature_2m": Range("°C", -95, 65),
    "dew_point_2m": Range("°C", -110, 45),
    "surface_pressure": Range("hPa", 300, 1100),
    "wind_speed_10m": Range("m/s", 0, 150),
    "wind_direction_10m": Range("°", 0, 360),
    "precipitation": Range("mm", 0, 500),
    "boundary_layer_height": Range("m", 0, 10_000),
}


@dataclass(frozen=True)
class WeatherDay:
    """A day of UTC at one place: for each of `prediction.series.WEATHER` its 24 hours, None where one is missing."""

    place_id: int
    day: date
    hours: dict[str, list[float | None]]


@dataclass(frozen=True)
class WeatherBatch:
    """One answer; `failures` maps the id of each place that got nothing to the reason."""

    days: list[WeatherDay] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)


class Hourly(msgspec.Struct):
    time: list[UnixHour]
    temperature_2m: Values
    dew_point_2m: Values
    surface_pressure: Values
    wind_speed_10m: Values
    wind_direction_10m: Values
    precipitation: Values
    boundary_layer_height: Values


class Answer(msgspec.Struct):
    """One place."""

    hourly: Hourly
    hourly_units: dict[str, str]
    location_id: int | None = None


def parse_weather(place_id: int, position: int, raw: bytes) -> list[WeatherDay]:
    """The days of the place that was asked for at this position; raises ProviderError."""
    try:
        answer = msgspec.json.decode(raw, type=Answer)
    except NOT_JSON as error:
        raise ProviderError(f"Open-Meteo's weather is not understood ({error}): {excerpt(raw)}") from error
    if answer.location_id not in (None, position):
        raise ProviderError(f"Open-Meteo answered for place {answer.location_id} where {position} was expected.")
    found = {variable: _values(answer, variable) for variable in VARIABLES}
    if all(value is None for values in found.values() for value in values):
        raise ProviderError("Open-Meteo has no weather for this place.")
    return _days(place_id, answer.hourly.time, _columns(found))


def _values(answer: Answer, variable: str) -> Values:
    """None for what cannot be true."""
    values: Values = getattr(answer.hourly, variable)
    unit, lowest, highest = VARIABLES[variable]
    if len(values) != len(answer.hourly.time):
        raise ProviderError(f"Open-Meteo gave {len(values)} values of {variable} for {len(answer.hourly.time)} hours.")
    told = answer.hourly_units.get(variable, "")
    # A variable without any value has the unit "undefined".
    if told != unit and any(value is not None for value in values):
        raise ProviderError(f"Open-Meteo gave {variable} in {excerpt(told)!r} instead of {unit}.")
    return [value if value is not None and lowest <= value <= highest else None for value in values]


def _columns(found: dict[str, Values]) -> dict[str, Values]:
    """By the names of `prediction.series.WEATHER`; the wind by where it blows to instead of where it comes from."""
    winds = [_wind(*pair) for pair in zip(found["wind_speed_10m"], found["wind_direction_10m"], strict=True)]
    return {
        "temperature_c": found["temperature_2m"],
        "dew_point_c": found["dew_point_2m"],
        "pressure_hpa": found["surface_pressure"],
        "wind_u_ms": [u for u, _ in winds],
        "wind_v_ms": [v for _, v in winds],
        "rain_mm": found["precipitation"],
        "boundary_layer_m": found["boundary_layer_height"],
    }


def _wind(speed: float | None, origin: float | None) -> tuple[float | None, float | None]:
    if speed is None or origin is None:
        return None, None
    angle = math.radians(origin)
    return round(-speed * math.sin(angle), 2), round(-speed * math.cos(angle), 2)


def _days(place_id: int, times: list[int], columns: dict[str, Values]) -> list[WeatherDay]:
    days: dict[int, WeatherDay] = {}
    for row, seconds in enumerate(times):
        number, hour = divmod(seconds // SECONDS_OF_HOUR, HOURS)
        if number not in days:
            day = datetime.fromtimestamp(seconds, UTC).date()
            days[number] = WeatherDay(place_id, day, {name: [None] * HOURS for name in columns})
        for name, values in columns.items():
            days[number].hours[name][hour] = values[row]
    return list(days.values())
