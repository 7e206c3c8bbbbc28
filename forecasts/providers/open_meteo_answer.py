"""What Open-Meteo answers, and how it becomes readings and model hours."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated

import msgspec

from forecasts.providers.contract import Batch, ModelHour, ProviderError, Reading
from forecasts.providers.download import excerpt
from forecasts.providers.hours import HOUR

PARAMETERS = {
    "pm2_5": "pm25",
    "pm10": "pm10",
    "ozone": "o3",
    "nitrogen_dioxide": "no2",
    "sulphur_dioxide": "so2",
    "carbon_monoxide": "co",
}
# Open-Meteo writes the Greek letter U+03BC, we the micro sign U+00B5; they look the same.
UNITS = {"\u03bcg/m³": "\u00b5g/m³", "\u00b5g/m³": "\u00b5g/m³"}

UnixHour = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800, multiple_of=3600)]  # up to the year 2100
Values = list[float | None]
NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True)
class Window:
    """Values from `start` to `now` are readings, from there to `end` model hours; others are left out."""

    start: datetime
    now: datetime
    end: datetime

    @property
    def past_hours(self) -> int:
        return (self.now - self.start) // HOUR

    @property
    def hours(self) -> int:
        return (self.end - self.start) // HOUR + 1


class Hourly(msgspec.Struct):
    time: list[UnixHour]
    pm2_5: Values
    pm10: Values
    ozone: Values
    nitrogen_dioxide: Values
    sulphur_dioxide: Values
    carbon_monoxide: Values


class Answer(msgspec.Struct):
    """One place; `utc_offset_seconds` is not needed, since hourly unix times are UTC in any time zone."""

    hourly: Hourly
    hourly_units: dict[str, str]
    location_id: int | None = None


def split(body: bytes, count: int) -> list[bytes]:
    """The undecoded answer of each place: Open-Meteo sends a list for several places, a bare object for one."""
    try:
        whole = bytes(msgspec.json.decode(body, type=msgspec.Raw))
        answers = msgspec.json.decode(whole, type=list[msgspec.Raw]) if whole.startswith(b"[") else [whole]
    except NOT_JSON as error:
        raise ProviderError(f"Open-Meteo did not answer with JSON ({error}): {excerpt(body)}") from error
    if len(answers) != count:
        raise ProviderError(f"Open-Meteo answered for {len(answers)} places instead of {count}: {excerpt(body)}")
    return [bytes(answer) for answer in answers]


def parse(window: Window, place_id: int, position: int, raw: bytes) -> Batch:
    """The readings and model hours of the place that was asked for at this position; raises ProviderError."""
    answer = _decode(raw)
    if answer.location_id not in (None, position):
        raise ProviderError(f"Open-Meteo answered for place {answer.location_id} where {position} was expected.")
    batch = Batch()
    for variable, parameter in PARAMETERS.items():
        for at, value, unit in _values(answer, variable):
            if window.start <= at <= window.now:
                batch.readings.append(Reading(place_id, parameter, at, value, unit))
            elif window.now < at <= window.end:
                batch.forecasts.append(ModelHour(place_id, parameter, at, value, unit))
    if not batch.readings and not batch.forecasts:
        raise ProviderError("Open-Meteo has no values for this place.")
    return batch


def _decode(raw: bytes) -> Answer:
    try:
        answer = msgspec.json.decode(raw, type=Answer)
    except NOT_JSON as error:
        raise ProviderError(f"Open-Meteo's answer is not understood ({error}): {excerpt(raw)}") from error
    if any(later <= earlier for earlier, later in pairwise(answer.hourly.time)):
        raise ProviderError("Open-Meteo's hours are out of order.")
    return answer


def _values(answer: Answer, variable: str) -> list[tuple[datetime, float, str]]:
    values: Values = getattr(answer.hourly, variable)
    if len(values) != len(answer.hourly.time):
        raise ProviderError(f"Open-Meteo gave {len(values)} values of {variable} for {len(answer.hourly.time)} hours.")
    usable = [
        (datetime.fromtimestamp(seconds, UTC), value)
        for seconds, value in zip(answer.hourly.time, values, strict=True)
        if value is not None and value >= 0
    ]
    # A variable without any value has the unit "undefined".
    unit = _unit(answer, variable) if usable else ""
    return [(at, value, unit) for at, value in usable]


def _unit(answer: Answer, variable: str) -> str:
    unit = answer.hourly_units.get(variable, "")
    if unit not in UNITS:
        raise ProviderError(f"Open-Meteo gave {variable} in the unknown unit {excerpt(unit)!r}.")
    return UNITS[unit]
