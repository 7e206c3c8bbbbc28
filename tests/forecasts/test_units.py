from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aqi import PARAMETERS, STORED_PARAMETERS, UNITS, Unit, UnitError, convert, parse_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("µg/m³", "µg/m³"),
        ("\u03bcg/m³", "µg/m³"),
        ("ug/m3", "µg/m³"),
        ("UG/M3", "µg/m³"),
        (" µg/m3 ", "µg/m³"),
        ("ug/m^3", "µg/m³"),
        ("ug.m-3", "µg/m³"),
        ("mg/m3", "mg/m³"),
        ("MG/M³", "mg/m³"),
        ("PPB", "ppb"),
        ("ppm", "ppm"),
    ],
)
def test_a_unit_is_known_by_its_usual_spellings(text: str, unit: str) -> None:
    assert parse_unit(text) == unit


def test_the_canonical_spellings_are_exactly_these_letters() -> None:
    assert UNITS == ("\u00b5g/m\u00b3", "mg/m\u00b3", "ppb", "ppm")
    assert [parse_unit(unit) for unit in UNITS] == list(Unit)


@pytest.mark.parametrize("text", ["", "kg/m3", "%", "µg", "ppt", "c"])
def test_an_unknown_unit_is_named_in_the_error(text: str) -> None:
    with pytest.raises(UnitError, match=repr(text)):
        parse_unit(text)


@pytest.mark.parametrize(
    ("parameter", "micrograms_per_ppb"), [("o3", 1.96), ("no2", 1.88), ("so2", 2.62), ("co", 1.15), ("nox", 1.88)]
)
def test_gases_convert_at_25_degrees_and_one_atmosphere(parameter: str, micrograms_per_ppb: float) -> None:
    assert round(float(convert(1, Unit.PPB, Unit.MICROGRAMS, parameter)), 2) == micrograms_per_ppb


@pytest.mark.parametrize(
    ("parameter", "micrograms_per_ppb"), [("o3", 2.00), ("no2", 1.91), ("so2", 2.66), ("co", 1.16)]
)
def test_european_reporting_converts_at_20_degrees(parameter: str, micrograms_per_ppb: float) -> None:
    found = convert(1, Unit.PPB, Unit.MICROGRAMS, parameter, celsius=20)
    assert round(float(found), 2) == micrograms_per_ppb
    assert found * convert(1, Unit.MICROGRAMS, Unit.PPB, parameter, celsius=20) == 1


def test_mass_becomes_a_mixing_ratio_by_the_molar_mass() -> None:
    assert convert(48, Unit.MICROGRAMS, Unit.PPB, "o3") == Fraction("24.45")
    assert convert(28.01, Unit.MILLIGRAMS, Unit.PPM, "co") == Fraction("24.45")
    assert convert(48, Unit.MICROGRAMS, Unit.PPM, "o3") == Fraction("0.02445")
    assert convert(Decimal("24.45"), Unit.PPM, Unit.MILLIGRAMS, "nh3") == Fraction("17.03")


def test_a_float_means_the_decimal_that_was_written() -> None:
    assert convert(35.45, Unit.MICROGRAMS, Unit.MICROGRAMS, "pm25") == Fraction("35.45")
    assert convert(0.07, Unit.PPM, Unit.PPB, "o3") == 70


@pytest.mark.parametrize("particle", ["pm25", "pm10", "pm1", "bc"])
def test_a_particle_has_no_mixing_ratio(particle: str) -> None:
    assert convert(1, Unit.MILLIGRAMS, Unit.MICROGRAMS, particle) == 1000
    with pytest.raises(UnitError, match=particle):
        convert(1, Unit.MICROGRAMS, Unit.PPB, particle)
    with pytest.raises(UnitError, match=particle):
        convert(1, Unit.PPM, Unit.MICROGRAMS, particle)


def test_every_index_pollutant_can_be_stored() -> None:
    assert PARAMETERS == ("pm25", "pm10", "o3", "no2", "so2", "co")
    assert set(PARAMETERS) < set(STORED_PARAMETERS)


@given(
    st.floats(min_value=0, max_value=1e12),
    st.sampled_from(list(Unit)),
    st.sampled_from(list(Unit)),
    st.sampled_from(["o3", "no2", "so2", "co", "no", "nh3", "nox"]),
)
def test_a_conversion_there_and_back_loses_nothing(value: float, unit: Unit, to: Unit, gas: str) -> None:
    there = convert(value, unit, to, gas)
    assert there * convert(1, to, unit, gas) == Fraction(Decimal(str(value)))
