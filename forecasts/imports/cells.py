"""Where the concentrations of a row are: a column for each parameter (wide), or one a row (long)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from forecasts.aqi import STORED_PARAMETERS, Unit, UnitError, convert, parse_unit

from .sensors import paired_columns
from .tables import FileError

MICROGRAMS = Unit("µg/m³")
PARTICLES = ("pm25", "pm10", "pm1")
PARAMETER_OF_COLUMN = {name: name for name in STORED_PARAMETERS} | {"pm25_raw": "pm25"}

Columns = Mapping[str, int]


class Measure(NamedTuple):
    """What a number is; times `factor` it is in µg/m³."""

    parameter: str
    unit: Unit
    factor: float


@lru_cache(1000)
def measure(parameter: str, unit: str) -> Measure:
    known = parse_unit(unit)
    return Measure(parameter, known, float(convert(1, known, MICROGRAMS, parameter)))


class Wide:
    """`units` by parameter are the operator's word, `manifest_units` by column are a manifest's.

    `pairs` are the positions of what two sensors of one device measured.
    """

    def __init__(self, columns: Columns, units: Mapping[str, str], manifest_units: Mapping[str, str]) -> None:
        singles = {name: PARAMETER_OF_COLUMN[name] for name in columns if name in PARAMETER_OF_COLUMN}
        pairs = list(paired_columns(columns))
        parameters = singles | {first: parameter for parameter, first, _ in pairs}
        if len(set(parameters.values())) < len(singles) + len(pairs):
            raise FileError(f"line 1: two columns for one parameter among {', '.join(parameters)}.")
        if unused := units.keys() - parameters.values():
            raise FileError(f"--unit {', '.join(sorted(unused))}: the file has no such column.")
        unit_of = {name: units.get(parameter, manifest_units.get(name)) for name, parameter in parameters.items()}
        self._measures = [
            (_measure_of_column(name, parameter, unit_of[name]), columns[name]) for name, parameter in singles.items()
        ]
        self.pairs = [
            (_measure_of_column(first, parameter, unit_of[first]), columns[first], columns[second])
            for parameter, first, second in pairs
        ]
        self.used = set(parameters) | {second for _, _, second in pairs}
        self.skipped_parameters: dict[str, int] = {}

    def of(self, row: list[str]) -> list[tuple[Measure, str]]:
        return [(measure, row[position]) for measure, position in self._measures]


def _measure_of_column(name: str, parameter: str, unit: str | None) -> Measure:
    if unit is None and parameter not in PARTICLES:
        raise FileError(f"The file does not say the unit of {name}: add --unit {parameter}=ppb, or what it is in.")
    try:
        return measure(parameter, unit or MICROGRAMS)
    except UnitError as error:
        raise FileError(f"column {name}: {error}") from error


class Long:
    """Every row says its parameter and unit itself, of one sensor."""

    pairs: tuple[tuple[Measure, int, int], ...] = ()

    def __init__(self, columns: Columns, units: Mapping[str, str]) -> None:
        if units:
            raise FileError("--unit is for files that do not say their units; this one does, in every row.")
        names = ["parameter", "value", "unit" if "unit" in columns else "units"]
        if missing := set(names) - columns.keys():
            raise FileError(f"line 1: no column {' and no column '.join(sorted(missing))}.")
        self._parameter, self._value, self._unit = (columns[name] for name in names)
        self.used = set(names)
        self.skipped_parameters: dict[str, int] = {}

    def of(self, row: list[str]) -> list[tuple[Measure, str]]:
        parameter = row[self._parameter]
        if parameter not in STORED_PARAMETERS:
            self.skipped_parameters[parameter] = self.skipped_parameters.get(parameter, 0) + 1
            return []
        return [(measure(parameter, row[self._unit]), row[self._value])]
