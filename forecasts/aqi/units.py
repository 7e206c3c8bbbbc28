"""Units of concentration, and exact conversion between them."""

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache

PARAMETERS = ("pm25", "pm10", "o3", "no2", "so2", "co")
STORED_PARAMETERS = (*PARAMETERS, "pm1", "no", "nox", "nh3", "bc")

# An ideal gas at 1 atm: 25 °C is the reference of US EPA, 20 °C of reporting in the European Union.
LITRES_PER_MOLE = {25: Fraction("24.45"), 20: Fraction("24.055")}
GRAMS_PER_MOLE = {
    "o3": Fraction("48.00"),
    "no2": Fraction("46.01"),
    "so2": Fraction("64.07"),
    "co": Fraction("28.01"),
    "no": Fraction("30.01"),
    "nh3": Fraction("17.03"),
    "nox": Fraction("46.01"),  # by convention reported as NO2
}


class UnitError(ValueError):
    """A unit that is not known, or that a parameter cannot have."""


class Unit(StrEnum):
    MICROGRAMS = "µg/m³"
    MILLIGRAMS = "mg/m³"
    PPB = "ppb"
    PPM = "ppm"

    @property
    def is_mass(self) -> bool:
        return self in _MASS

    @property
    def size(self) -> int:
        """How many µg/m³, or ppb, it is."""
        return _SIZE[self]


UNITS = tuple(unit.value for unit in Unit)
_SIZE = {Unit.MICROGRAMS: 1, Unit.MILLIGRAMS: 1000, Unit.PPB: 1, Unit.PPM: 1000}
_MASS = {Unit.MICROGRAMS, Unit.MILLIGRAMS}
_SPELLINGS = {
    "ug/m3": Unit.MICROGRAMS,
    "ug/m^3": Unit.MICROGRAMS,
    "ug.m-3": Unit.MICROGRAMS,
    "mg/m3": Unit.MILLIGRAMS,
    "mg/m^3": Unit.MILLIGRAMS,
    "mg.m-3": Unit.MILLIGRAMS,
    "ppb": Unit.PPB,
    "ppm": Unit.PPM,
}


@dataclass(frozen=True)
class Concentration:
    value: float
    unit: Unit


def parse_unit(text: str) -> Unit:
    """The unit that a provider's spelling means, whatever its case and its mu; raises UnitError."""
    # NFKC makes one letter of the two mu (U+00B5, U+03BC) and a plain 3 of the superscript.
    plain = unicodedata.normalize("NFKC", text).strip().casefold().replace("μ", "u")
    try:
        return _SPELLINGS[plain]
    except KeyError:
        raise UnitError(f"Unknown unit {text!r}; known are {', '.join(UNITS)}.") from None


def convert(value: float | Decimal, unit: Unit, to: Unit, parameter: str, celsius: int = 25) -> Fraction:
    """A finite value in another unit, exactly, at 1 atm; a float means its shortest decimal (35.45 is 35.45).

    `celsius` is 25 (US EPA) or 20 (European Union). Raises UnitError for mass from or to a mixing ratio of anything
    but a known gas.
    """
    return Fraction(Decimal(str(value))) * factor(unit, to, parameter, celsius)


@cache
def factor(unit: Unit, to: Unit, parameter: str, celsius: int = 25) -> Fraction:
    size = Fraction(_SIZE[unit], _SIZE[to])
    if (unit in _MASS) == (to in _MASS):
        return size
    if parameter not in GRAMS_PER_MOLE:
        raise UnitError(f"{parameter} is not a known gas: {unit} cannot be converted to {to}.")
    micrograms_per_ppb = GRAMS_PER_MOLE[parameter] / LITRES_PER_MOLE[celsius]
    return size / micrograms_per_ppb if unit in _MASS else size * micrograms_per_ppb
