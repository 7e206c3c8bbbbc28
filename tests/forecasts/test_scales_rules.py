"""The rules of each scale from raw hours: windows, completeness, and what makes the overall number."""

import math

import pytest

from forecasts.aqi import PARAMETERS, SCALES, Unit
from forecasts.aqi.bands import Risk
from forecasts.aqi.series import Ratio
from tests.forecasts.air import clean, hours, of


@pytest.mark.parametrize(
    ("scale", "parameter", "needed", "window", "averaging"),
    [
        ("in_naqi_2014", "pm25", 16, 24, "24h"),
        ("in_naqi_2014", "o3", 6, 8, "8h"),
        ("cn_hj633_2012", "pm25", 20, 24, "24h"),
        ("cn_hj633_2026", "pm25", 1, 1, "1h"),
        ("eu_eaqi_2019", "pm10", 18, 24, "24h"),
        ("eu_eaqi_2025", "pm10", 1, 1, "1h"),
        ("uk_daqi", "pm25", 18, 24, "24h"),
        ("uk_daqi", "o3", 6, 8, "8h"),
        ("uk_daqi", "so2", 1, 1, "1h_for_15min"),
        ("sg_psi", "so2", 18, 24, "24h"),
        ("au_aqc", "co", 6, 8, "8h"),
        ("who_aqg_2021", "no2", 18, 24, "24h"),
    ],
)
def test_an_average_needs_its_hours(scale: str, parameter: str, needed: int, window: int, averaging: str) -> None:
    enough = [None] * (window - needed) + [20.0] * needed
    found = of(scale, clean(**{parameter: hours(enough)})).pollutants[parameter]
    assert (found.index is not None, found.averaging) == (True, averaging)
    short = of(scale, clean(**{parameter: hours([None, *enough])})).pollutants[parameter]
    assert short.index is None


@pytest.mark.parametrize("scale", ["ca_aqhi", "hk_aqhi"])
def test_a_sum_of_risks_needs_two_of_three_hours(scale: str) -> None:
    assert of(scale, clean(no2=hours([5, None, 5]))).value == 1
    found = of(scale, clean(no2=hours([5, None, None, 5])))
    assert (found.value, found.category, found.dominant_pollutant) == (None, None, None)
    assert found.pollutants["o3"].averaging == "3h"
    assert (found.pollutants["no2"].value is None, found.pollutants["no2"].averaging) == (False, "1h")


def test_india_needs_three_pollutants_with_particles() -> None:
    two = {"pm25": hours([95] * 24), "no2": hours([60] * 24)}
    found = of("in_naqi_2014", two)
    assert (found.value, found.pollutants["pm25"].index) == (None, 215)
    assert of("in_naqi_2014", {**two, "nh3": hours([10] * 24)}).value == 215
    assert of("in_naqi_2014", {"so2": two["pm25"], "no2": two["no2"], "nh3": two["no2"]}).value is None


def test_indian_ozone_above_208_is_that_of_the_hour() -> None:
    found = of("in_naqi_2014", clean(o3=hours([300] + [100] * 7))).pollutants["o3"]
    assert (found.index, found.averaging) == (318, "1h")
    assert of("in_naqi_2014", clean(o3=hours([208] + [100] * 7))).pollutants["o3"].averaging == "8h"


def test_chinese_sulphur_dioxide_of_2012_falls_back_on_the_day() -> None:
    beyond = of("cn_hj633_2012", clean(so2=hours([900] + [100] * 23)))
    assert (beyond.pollutants["so2"].averaging, beyond.pollutants["so2"].index) == ("24h", 92)
    within = of("cn_hj633_2012", clean(so2=hours([800] + [100] * 23)))
    assert (within.pollutants["so2"].averaging, within.value) == ("1h", 200)
    assert of("cn_hj633_2012", clean(so2=hours([900]))).pollutants["so2"].index is None
    assert of("cn_hj633_2012", clean(so2=hours([None] + [900] * 23))).pollutants["so2"].index is None


def test_chinese_ozone_of_2012_is_the_higher_of_hour_and_eight_hours() -> None:
    assert of("cn_hj633_2012", clean(o3=hours([100] + [150] * 7))).averaging == "8h"
    assert of("cn_hj633_2012", clean(o3=hours([300] + [100] * 7))).averaging == "1h"


def test_china_of_2026_publishes_an_incomplete_index_only_above_100() -> None:
    five = clean()
    del five["o3"]
    assert of("cn_hj633_2026", five).value is None
    assert of("cn_hj633_2026", {**five, "pm25": hours([60])}).value is None
    assert of("cn_hj633_2026", {**five, "pm25": hours([61])}).value == 101


def test_china_of_2026_has_no_zero_and_names_no_pollutant_up_to_50() -> None:
    found = of("cn_hj633_2026", {parameter: hours([0]) for parameter in PARAMETERS})
    assert (found.value, found.category, found.dominant_pollutant, found.averaging) == (1, "excellent", None, "1h")
    assert found.pollutants["co"].index == 0
    assert of("cn_hj633_2026", clean(pm25=hours([36]))).dominant_pollutant == "pm25"


def test_korea_adds_for_two_and_for_three_unhealthy_pollutants() -> None:
    one = clean(pm25=hours([60] * 12))
    assert of("kr_cai", one).value == 166
    two = {**one, "o3": hours([0.12], Unit.PPM)}
    assert of("kr_cai", two).value == 174 + 50
    assert of("kr_cai", {**two, "no2": hours([0.061], Unit.PPM)}).value == 174 + 75
    assert of("kr_cai", {**two, "so2": hours([5.0], Unit.PPM), "no2": hours([0.061], Unit.PPM)}).value == 500


def test_korea_requires_four_pollutants() -> None:
    for parameter in PARAMETERS:
        rest = clean()
        del rest[parameter]
        assert (of("kr_cai", rest).value is None) == (parameter in ("pm10", "pm25", "no2", "o3"))


@pytest.mark.parametrize(
    ("newest_first", "value"),
    [
        ([60.0] * 12, 60.0),  # below 70 nothing is adjusted
        ([80.0] * 12, 70.0),  # (12·80 + 12·60) / 24
        ([100.0] * 4 + [50.0] * 8, 71.0),  # C12 66.67; 100 is 1.5 times that: (66.67 + 75) / 2 = 70.83
        ([200.0] * 4 + [50.0] * 8, 150.0),  # C12 100; 200 is twice that, so it stays: (100 + 200) / 2
        ([75.0] * 4 + [90.0] * 8, 80.0),  # C12 85; 75 is 0.88 of that, so it stays: (85 + 75) / 2
        ([60.0, None, 60.0, 60.0] + [60.0] * 6 + [None, None], 60.0),
        ([60.0, None, None, 60.0] + [60.0] * 8, None),
        ([60.0, None, 60.0, 60.0] + [60.0] * 5 + [None, None, None], None),
    ],
)
def test_korean_particles_are_predicted_from_twelve_hours(
    newest_first: list[float | None], value: float | None
) -> None:
    found = of("kr_cai", clean(pm10=hours(newest_first))).pollutants["pm10"]
    assert (found.value if found.averaging == "24h_predicted" else None) == value


def test_canada_sums_three_risks_and_smoke_may_lift_it() -> None:
    history = {"no2": hours([10] * 3, Unit.PPB), "o3": hours([50] * 3, Unit.PPB), "pm25": hours([95, 100, 105])}
    plain, plus = of("ca_aqhi", history), of("ca_aqhi_plus", history)
    assert (plain.value, plain.category, plain.dominant_pollutant, plain.averaging) == (8, "high", "pm25", "3h")
    assert (plain.color, plain.pollutants["pm25"].index, plain.pollutants["pm25"].value) == ("#FF0000", None, 100.0)
    assert (plus.value, plus.category, plus.averaging) == (10, "high", "1h")
    assert of("ca_aqhi", {"pm25": hours([300])}).value is None
    alone = of("ca_aqhi_plus", {"pm25": hours([300])})
    assert (alone.value, SCALES["ca_aqhi_plus"].text(11), alone.color) == (11, "10+", "#660000")
    assert SCALES["ca_aqhi_plus"].text(10) == "10"


def test_hong_kong_counts_only_the_worse_kind_of_particles() -> None:
    both = clean(pm25=hours([100] * 3), pm10=hours([120] * 3))
    assert of("hk_aqhi", both).value == of("hk_aqhi", {**both, "pm25": hours([])}).value
    assert of("hk_aqhi", both).dominant_pollutant == "pm10"
    assert of("hk_aqhi", {**both, "pm25": hours([]), "pm10": hours([])}).value is None
    extreme = of("hk_aqhi", clean(pm10=hours([900] * 3)))
    assert (extreme.value, extreme.category, extreme.color) == (11, "serious", "#000000")


def test_singapore_looks_at_nitrogen_dioxide_only_when_it_is_extreme() -> None:
    found = of("sg_psi", clean(no2=hours([1000])))
    assert (found.value, found.pollutants["no2"].index, found.pollutants["no2"].value) == (8, None, 1000.0)
    assert of("sg_psi", clean(no2=hours([2260]))).value == 300


def test_australia_takes_the_worse_of_one_and_four_hours_of_ozone() -> None:
    assert of("au_aqc", {"o3": hours([50, 60, None, 60], Unit.PPB)}).averaging == "4h"
    assert of("au_aqc", {"o3": hours([67, 30, 30, 30], Unit.PPB)}).averaging == "1h"
    assert of("au_aqc", {"o3": hours([50, 60, None], Unit.PPB)}).averaging == "1h"


def test_who_levels_are_the_targets_that_a_parameter_has() -> None:
    assert [of("who_aqg_2021", {"o3": hours([value] * 8)}).value for value in (100, 101, 121, 161)] == [1, 4, 5, 6]
    assert [of("who_aqg_2021", {"pm25": hours([value] * 24)}).value for value in (15, 25, 37.5, 38, 75, 76)] == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip


def test_a_risk_beyond_all_floats_is_the_last_level() -> None:
    extreme = {"no2": hours([1e14] * 3), "o3": hours([1e14] * 3), "pm25": hours([1e14] * 3)}
    assert of("ca_aqhi", extreme).value == 11
    assert math.isfinite(Risk(1.0).percent(Ratio(10**15, 1)))
