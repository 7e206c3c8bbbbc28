"""What holds for every scale."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aqi import PARAMETERS, SCALES, Scale, Unit, UnitError, hourly_indices, index, indices, parse_unit
from forecasts.aqi.advice import ADVICE
from forecasts.aqi.bands import Bands, Levels, Risk
from forecasts.aqi.series import Ratio
from forecasts.aqi.tables import Table
from tests.forecasts.air import AT, clean, hours, of

NATIONAL = {
    "us_epa_2024", "us_epa_2012", "in_naqi_2014", "cn_hj633_2012", "cn_hj633_2026", "eu_eaqi_2019", "eu_eaqi_2025",
    "uk_daqi", "ca_aqhi", "ca_aqhi_plus", "kr_cai", "au_aqc", "hk_aqhi", "sg_psi", "who_aqg_2021",
}  # fmt: skip
TABLES = [
    (scale.id, parameter, table)
    for scale in SCALES.values()
    for parameter, pollutant in scale.pollutants.items()
    for table in pollutant.tables
]
NAMES = [f"{scale}-{parameter}-{table.averaging.name}" for scale, parameter, table in TABLES]


def test_there_are_the_scales_that_we_promise() -> None:
    assert SCALES.keys() == NATIONAL
    assert [scale_id for scale_id, scale in SCALES.items() if scale.id != scale_id] == []


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda scale: scale.id)
def test_a_scale_describes_itself(scale: Scale) -> None:
    assert all([scale.name, scale.version, scale.authority, scale.unchecked, scale.combined])
    assert len(scale.lowest) == len(scale.categories) == len({category.id for category in scale.categories})
    assert all(category.advice in ADVICE and len(category.texts) == 6 for category in scale.categories)
    assert all(low < high for low, high in pairwise(scale.lowest))
    assert not scale.level_colors or len(scale.level_colors) == max(10, scale.lowest[-1])


@pytest.mark.parametrize(("scale", "parameter", "table"), TABLES, ids=NAMES)
def test_a_table_has_no_gap(scale: str, parameter: str, table: Table) -> None:
    rows = table.rows
    if isinstance(rows, Bands):
        for below, above in pairwise(rows.bands):
            assert above.low - below.high in (0, 1)
            assert above.index_low - below.index_high == above.low - below.high
        assert all(rows.index(Ratio(band.high, 1)) == band.index_high for band in rows.bands)
    elif isinstance(rows, Levels):
        assert all(below < above for below, above in pairwise(rows.bounds))
        assert len(rows.levels) == len(rows.bounds) + 1
    else:
        assert isinstance(rows, Risk)
        assert rows.percent(Ratio(0, 1)) == 0


def test_clean_air_is_good_everywhere() -> None:
    found = indices(clean(), AT)
    assert found.keys() == SCALES.keys()
    assert {scale: each.category for scale, each in found.items()} == {
        scale.id: scale.categories[0].id for scale in SCALES.values()
    }
    assert all(each.color == SCALES[scale].color(each.value or 0) for scale, each in found.items())


def test_no_history_is_no_index_in_any_scale() -> None:
    assert {each.value for each in indices({}, AT).values()} == {None}
    assert {each.value for each in indices({"pm25": {}}, AT).values()} == {None}


def test_all_scales_at_once_are_the_scales_one_by_one() -> None:
    history = clean(
        o3=hours([61.5] * 12, Unit.PPB) | hours([150.0] * 5),
        pm25=hours([10 + i * i / 7 if i % 5 else None for i in range(24)]),
        so2=hours([900.0] * 21),
    )
    assert indices(history, AT) == {scale: index(history, AT, scale) for scale in SCALES}
    for scale in SCALES:
        found = index(history, AT, scale)
        assert hourly_indices(history, [AT], scale) == [(found.value, found.category)]


def test_the_temperature_of_conversion_is_that_of_the_scale() -> None:
    # 50 ppb of ozone are 98.2 µg/m³ at 25 °C and 99.8 at 20 °C.
    history = {"o3": hours([50.2] * 8, Unit.PPB)}
    found = indices(history, AT)
    assert found["eu_eaqi_2025"].pollutants["o3"].value == pytest.approx(100.17, abs=0.01)
    assert found["who_aqg_2021"].pollutants["o3"].value == pytest.approx(98.55, abs=0.01)
    assert (found["eu_eaqi_2025"].value, found["who_aqg_2021"].value) == (3, 1)


@pytest.mark.parametrize("name", ["aqi", "AQI", "iaqi", "index", "USAQI", "EAQI", "", "1"])
def test_an_index_has_no_unit_and_so_can_never_be_a_concentration(name: str) -> None:
    with pytest.raises(UnitError):
        parse_unit(name)
    with pytest.raises(ValueError, match="is not a valid Unit"):
        Unit(name)


anything = st.none() | st.floats()
gases = st.sampled_from(list(Unit))


@given(st.sampled_from(sorted(SCALES)), st.sampled_from(PARAMETERS), st.lists(anything, max_size=30), gases)
def test_no_number_is_an_error_in_any_scale(
    scale: str, parameter: str, newest_first: list[float | None], unit: Unit
) -> None:
    if parameter.startswith("pm"):
        unit = Unit.MILLIGRAMS
    found = of(scale, clean(**{parameter: hours(newest_first, unit)}))
    assert (found.value is None) == (found.category is None) == (found.color is None)
    assert found.value is None or found.value >= 0


# Rules that fall: Korea takes a quarter off hours from 70 (PM10) and 30 (PM2.5) on; the European index of 2019 discards
# the implausible; beyond its table of hours China of 2012 takes SO2 of the day, and the US ozone of one hour.
FALLING = {
    ("kr_cai", "pm10"),
    ("kr_cai", "pm25"),
    ("cn_hj633_2012", "so2"),
    ("us_epa_2024", "o3"),
    ("us_epa_2012", "o3"),
}
RISING = sorted({(scale, parameter) for scale, parameter, _ in TABLES if scale != "eu_eaqi_2019"} - FALLING)
amounts = st.floats(min_value=0, max_value=1e6)


@given(st.sampled_from(RISING), amounts, amounts)
def test_more_pollution_never_lowers_the_index_of_a_scale(of_scale: tuple[str, str], one: float, other: float) -> None:
    scale, parameter = of_scale
    values = [of(scale, clean(**{parameter: hours([each] * 24)})).value for each in sorted([one, other])]
    assert None not in values
    assert values[0] <= values[1]  # type: ignore[operator]
