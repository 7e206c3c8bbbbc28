"""Worked examples of indices from other people's publications, and what we make of them.

An example has a `scale`, an `input` and what is `expected`. The input is one average (pollutant, value, unit), averages
by a name like `o3_8h_ppm`, hours, or sub-indices.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from forecasts.aqi.averaging import NOWCAST
from forecasts.aqi.findings import Finding, look_up, parts_of
from forecasts.aqi.open_meteo import european_aqi, us_aqi
from forecasts.aqi.overall import PARTICLES, Verdict
from forecasts.aqi.scales import SCALES
from forecasts.aqi.scales.who_aqg_2021 import GUIDELINES
from forecasts.aqi.series import EPOCH, HOUR, Observations, Ratio, is_believable
from forecasts.aqi.tables import Parts, Scale
from forecasts.aqi.units import Concentration, Unit, convert, parse_unit

Input = Mapping[str, Any]

PERIOD = re.compile(r"\d+(?:h|min)")
UNITS_IN_NAMES = {
    "ppb": Unit.PPB,
    "ppm": Unit.PPM,
    "ug": Unit.MICROGRAMS,
    "ugm3": Unit.MICROGRAMS,
    "mg": Unit.MILLIGRAMS,
    "mgm3": Unit.MILLIGRAMS,
}
STATISTICS = ("mean", "avg", "max", "nowcast", "m3")  # may stand in a name, and change nothing
OPEN_METEO_PARAMETERS = {"pm2_5": "pm25"}
AVERAGE = re.compile(r"(\w+)=([\d.]+)")
TOLERANCE = 0.001


class ExampleError(ValueError):
    """An example that asks for something we do not have."""


def outcome(example: Mapping[str, Any]) -> Any:
    """Our answer to an example, in the form of its `expected`. Raises ExampleError."""
    scale, asked = example["scale"], example["input"]
    try:
        if scale in OTHERS:
            return OTHERS[scale](asked)
        return _of_scale(SCALES[scale], asked, example["expected"])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, StopIteration) as error:
        raise ExampleError(f"{scale} has no {asked}") from error


def agrees(expected: Any, found: Any) -> bool:
    """Whether every number that is expected is found; reasons in words are not compared."""
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            agrees(value, found.get(name)) for name, value in expected.items() if name != "reason"
        )
    if isinstance(expected, float | int) and isinstance(found, float):
        return abs(expected - found) <= TOLERANCE
    return bool(expected == found)


def _of_scale(scale: Scale, asked: Input, expected: Any) -> Any:
    """An index; where more is expected than that, it is under every name that is no other's."""
    value, dominant = _verdict(scale, asked) or (None, None)
    text = _text(scale, value)
    if not isinstance(expected, Mapping):
        return text
    is_named = value is not None and value > scale.dominant_above
    label = None if value is None else scale.category(value).label
    return dict.fromkeys(expected, text) | {"dominant": dominant if is_named else None, "category": label}


def _verdict(scale: Scale, asked: Input) -> Verdict:
    order = list(scale.pollutants).index
    if "pollutant" in asked:
        parameter, finding = _look_up(scale, asked["pollutant"], asked["value"], asked.get("unit"))
        return None if finding is None or finding.sub_index is None else (finding.sub_index, parameter)
    if "sub_indices" in asked:
        given = {name: value for name, value in asked["sub_indices"].items() if value is not None}
        return scale.overall(Parts(indices={name: given[name] for name in sorted(given, key=order)}))
    found: dict[str, list[Finding]] = {}
    for name, value in asked.items():
        parameter, finding = _look_up(scale, name, value)
        if finding is not None:
            found.setdefault(parameter, []).append(finding)
    return scale.overall(parts_of({parameter: found[parameter] for parameter in sorted(found, key=order)}))


def _text(scale: Scale, value: int | None) -> int | str | None:
    return value if value is None or str(value) == scale.text(value) else scale.text(value)


def _look_up(scale: Scale, name: str, value: float | None, unit: str | None = None) -> tuple[str, Finding | None]:
    """`name` is a parameter, and may go on with a period and a unit; no finding where the value is a missing one."""
    parameter, *rest = name.split("_")
    pollutant = scale.pollutants[parameter]
    periods = [part for part in rest if PERIOD.fullmatch(part)]
    in_name = [UNITS_IN_NAMES[part] for part in rest if part in UNITS_IN_NAMES]
    if unread := set(rest) - {*periods, *UNITS_IN_NAMES, *STATISTICS}:
        raise ValueError(f"{name}: {', '.join(sorted(unread))} is no unit and no period")
    table = next(table for table in pollutant.tables if not periods or table.name == periods[0])
    of = parse_unit(unit) if unit else in_name[0] if in_name else pollutant.unit
    if value is None or not is_believable(float(value)):
        return parameter, None
    one = Unit.MICROGRAMS if pollutant.unit.is_mass else Unit.PPB
    average = convert(value, of, one, parameter, scale.celsius)
    return parameter, look_up(pollutant, table, Ratio(average.numerator, average.denominator))


def _nowcast(asked: Input) -> dict[str, Any]:
    parameter = asked.get("pollutant", "pm25")
    if parameter not in PARTICLES:
        raise ValueError(f"{parameter} is no kind of particles")
    hours = {
        EPOCH - i * HOUR: Concentration(value, Unit.MICROGRAMS)
        for i, value in enumerate(asked["hourly_newest_first"])
        if value is not None
    }
    observations = Observations({parameter: hours}, range(1))
    average = observations.series(parameter, Unit.MICROGRAMS, 25).average(NOWCAST, 0)
    if average is None:
        return {}
    found: dict[str, Any] = {"unrounded": average.above / average.below}
    for name, scale in (("aqi_2024", "us_epa_2024"), ("aqi_pre2024_official", "us_epa_2012")):
        pollutant = SCALES[scale].pollutants[parameter]
        finding = look_up(pollutant, pollutant.tables[0], average)
        found |= {name: finding.sub_index, "nowcast": pollutant.value(finding.steps)}
    return found


def _guideline(asked: Input) -> dict[str, Any]:
    if asked["value"] is None or not is_believable(float(asked["value"])):
        return {}
    guideline = GUIDELINES[asked["pollutant"], asked["period"].removesuffix("_mg")].guideline
    return {"exceeds_aqg": asked["value"] > guideline, "ratio": asked["value"] / guideline}


def _open_meteo_european(asked: Input) -> float | None:
    variable: str = asked["variable"]
    if asked["value"] is None:
        return None
    return european_aqi(OPEN_METEO_PARAMETERS.get(variable, variable), asked["value"])


def _open_meteo_us(asked: Input) -> float | None:
    """A variable such as `pm10_24h_mean` with a value, or `o3_ppb(1h=600,8h=410)`."""
    variable, value = asked["variable"], asked["value"]
    if value is not None:
        return us_aqi({variable.removesuffix("_mean").replace("pm2_5", "pm25"): value})
    parameter = variable.partition("_")[0]
    return us_aqi({f"{parameter}_{period}": float(number) for period, number in AVERAGE.findall(variable)})


OTHERS: dict[str, Callable[[Input], Any]] = {
    "us_nowcast_pm": _nowcast,
    "who_aqg_2021": _guideline,
    "openmeteo_european_aqi": _open_meteo_european,
    "openmeteo_us_aqi": _open_meteo_us,
}
