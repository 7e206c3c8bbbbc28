import math
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aqi import (
    PARAMETERS,
    SCALES,
    Concentration,
    SubIndex,
    Unit,
    UnitError,
    category,
    hourly_indices,
    index,
)
from forecasts.aqi.advice import ADVICE
from forecasts.aqi.bands import Bands
from forecasts.aqi.series import Ratio

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
Hours = dict[datetime, Concentration]
UNIT = {parameter: pollutant.unit for parameter, pollutant in SCALES["us_epa_2024"].pollutants.items()}


def ago(hours: int) -> datetime:
    return AT - timedelta(hours=hours)


def hours(newest_first: Sequence[float | None], unit: Unit = Unit.MICROGRAMS) -> Hours:
    return {ago(i): Concentration(value, unit) for i, value in enumerate(newest_first) if value is not None}


def pm25(*newest_first: float | None) -> SubIndex:
    return index({"pm25": hours(newest_first)}, AT).pollutants["pm25"]


def test_an_index_carries_everything_a_reader_needs() -> None:
    found = index({"pm25": hours([35.9] * 12), "no2": hours([20], Unit.PPB)}, AT)
    assert (found.value, found.category, found.label) == (102, "unhealthy_sensitive", "Unhealthy for Sensitive Groups")
    assert (found.color, found.advice, found.averaging) == ("#FF7E00", "sensitive_reduce", "nowcast")
    assert (found.scale, found.scale_version, found.dominant_pollutant) == ("us_epa_2024", "2024-05-06", "pm25")
    assert found.pollutants["pm25"] == SubIndex(35.9, Unit.MICROGRAMS, "nowcast", 102, AT)
    assert found.pollutants["no2"] == SubIndex(20.0, Unit.PPB, "1h", 19, AT)


def test_no_history_is_no_index_and_never_zero() -> None:
    found = index({}, AT)
    assert (found.value, found.category, found.label, found.color) == (None, None, None, None)
    assert (found.dominant_pollutant, found.averaging, found.advice, found.pollutants) == (None, None, None, {})
    assert (found.scale, found.scale_version) == ("us_epa_2024", "2024-05-06")


def test_clean_air_is_zero_and_good() -> None:
    found = index({"pm25": hours([0] * 12)}, AT)
    assert (found.value, found.category, found.dominant_pollutant) == (0, "good", "pm25")
    assert hourly_indices({"pm25": hours([0] * 12)}, [AT]) == [(0, "good")]


def test_equal_sub_indices_are_dominated_by_the_first_of_the_official_table() -> None:
    history = {"no2": hours([53], Unit.PPB), "pm10": hours([54] * 12), "pm25": hours([9.0] * 12)}
    assert index(history, AT).dominant_pollutant == "pm25"


def test_a_single_recent_hour_is_shown_without_an_index() -> None:
    assert pm25(None, None, None, 35.97) == SubIndex(35.9, Unit.MICROGRAMS, "1h", None, ago(3))
    found = index({"pm25": hours([12.0])}, AT)
    assert (found.value, found.pollutants["pm25"].value) == (None, 12.0)


def test_an_old_hour_is_not_shown() -> None:
    assert pm25(None, None, None, None, 35.9) == SubIndex(None, Unit.MICROGRAMS, "nowcast", None, None)


def test_hours_after_the_moment_asked_for_are_not_used() -> None:
    later = {AT + timedelta(hours=i): Concentration(400, Unit.MICROGRAMS) for i in range(1, 12)}
    assert index({"pm25": later | hours([5.0] * 12)}, AT).value == 28


def test_the_newest_hour_used_is_the_time_of_the_average() -> None:
    assert pm25(None, 12.0, 16.0).observed_at == ago(1)
    carbon = index({"co": hours([None, None, 1, 1, 1, 1, 1, 1], Unit.PPM)}, AT).pollutants["co"]
    assert (carbon.observed_at, carbon.averaging) == (ago(2), "8h")


@pytest.mark.parametrize("fault", [-10.1, -999.0, math.nan, math.inf, -math.inf, 1e300])
def test_an_impossible_value_is_a_missing_hour(fault: float) -> None:
    assert pm25(12.0, fault, None).index is None
    assert pm25(12.0, fault, 12.0) == pm25(12.0, None, 12.0)


def test_eight_hours_need_six() -> None:
    six, five = [1.0, None, 1.0, 1.0, None, 1.0, 1.0, 1.0], [1.0, None, 1.0, 1.0, None, 1.0, 1.0, None]
    assert index({"co": hours(six, Unit.PPM)}, AT).value == 11
    found = index({"co": hours(five, Unit.PPM)}, AT).pollutants["co"]
    assert (found.value, found.averaging, found.index) == (1.0, "1h", None)


def test_a_ninth_hour_does_not_enter_an_eight_hour_mean() -> None:
    assert index({"co": hours([1.0] * 8 + [50.0], Unit.PPM)}, AT).pollutants["co"].value == 1.0


def test_ozone_takes_the_hour_where_it_is_worse_than_eight() -> None:
    # TAD p. 15 prints 148 for this; its own Equation 1 gives 147.49.
    found = index({"o3": hours([0.162] + [0.066] * 7, Unit.PPM)}, AT)
    assert (found.value, found.averaging, found.pollutants["o3"].value) == (147, "1h", 0.162)


def test_ozone_keeps_the_eight_hours_where_they_are_worse_or_equal() -> None:
    assert index({"o3": hours([0.124] + [0.085] * 7, Unit.PPM)}, AT).averaging == "8h"
    equal = index({"o3": hours([0.125, 0.065] + [0.063] * 6, Unit.PPM)}, AT)
    assert (equal.value, equal.averaging) == (101, "8h")
    found = index({"o3": hours([0.125] * 8, Unit.PPM)}, AT)
    assert (found.value, found.averaging) == (221, "8h")


def test_above_the_eight_hour_table_only_the_hour_of_ozone_counts() -> None:
    assert index({"o3": hours([0.405] * 8, Unit.PPM)}, AT).value == 301
    missing = index({"o3": hours([None] + [0.405] * 7, Unit.PPM)}, AT)
    assert (missing.value, missing.pollutants["o3"].value) == (None, 0.405)


def test_ozone_below_the_one_hour_table_has_no_index_from_one_hour() -> None:
    assert index({"o3": hours([0.124], Unit.PPM)}, AT).value is None


@pytest.mark.parametrize(
    ("newest_first", "value", "averaging"),
    [
        ([304], 200, "1h"),
        ([305], 200, "1h"),
        ([900] + [100] * 23, 200, "1h"),
        ([305] * 24, 201, "24h"),
        ([305] * 17, 200, "1h"),
        ([305] * 18, 201, "24h"),
        ([10] + [400] * 23, 227, "24h"),
        ([1004] * 24, 500, "24h"),
        ([1204] * 24, 600, "24h"),
    ],
)
def test_sulphur_dioxide_passes_200_only_by_its_daily_mean(
    newest_first: list[float], value: int, averaging: str
) -> None:
    found = index({"so2": hours(newest_first, Unit.PPB)}, AT)
    assert (found.value, found.averaging) == (value, averaging)


def test_nitrogen_dioxide_of_an_earlier_hour_has_no_index() -> None:
    found = index({"no2": hours([None, 53], Unit.PPB)}, AT)
    assert (found.value, found.pollutants["no2"].observed_at) == (None, ago(1))


def test_units_may_differ_from_the_table_and_from_hour_to_hour() -> None:
    mixed = hours([70] * 4, Unit.PPB) | {ago(i): Concentration(0.070, Unit.PPM) for i in range(4, 8)}
    assert index({"o3": mixed}, AT).value == 100
    assert index({"o3": hours([137.5] * 8)}, AT).value == 100  # 70.04 ppb
    assert index({"pm25": hours([0.0355] * 12, Unit.MILLIGRAMS)}, AT).value == 101


def test_a_particle_in_ppb_is_an_error_and_not_a_number() -> None:
    with pytest.raises(UnitError, match="pm25"):
        index({"pm25": hours([12] * 12, Unit.PPB)}, AT)


def test_an_edge_that_binary_floats_would_miss_is_reached() -> None:
    # Eight times 0.086 divided by eight is 0.08599999999999999 in binary floats, which truncates to the band below.
    assert index({"o3": hours([0.086] * 8, Unit.PPM)}, AT).value == 151


def test_an_index_that_ends_in_a_half_is_rounded_up() -> None:
    assert index({"o3": hours([0.072] * 8, Unit.PPM)}, AT).value == 105
    assert index({"co": hours([1.1] * 8, Unit.PPM)}, AT).value == 13


def test_parameters_outside_the_index_do_not_enter_it() -> None:
    assert index({"nox": hours([900], Unit.PPB), "pm1": hours([90] * 12)}, AT).pollutants == {}


def test_an_index_beyond_500_is_reported() -> None:
    assert index({"pm25": hours([1000] * 12)}, AT).value == 1844
    assert index({"pm25": hours([1000] * 12)}, AT).category == "hazardous"


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        (0, "good"),
        (50, "good"),
        (51, "moderate"),
        (100, "moderate"),
        (101, "unhealthy_sensitive"),
        (150, "unhealthy_sensitive"),
        (151, "unhealthy"),
        (200, "unhealthy"),
        (201, "very_unhealthy"),
        (300, "very_unhealthy"),
        (301, "hazardous"),
        (9000, "hazardous"),
    ],
)
def test_every_edge_lies_in_its_category(value: int, id_: str) -> None:
    assert category(value, "us_epa_2024").id == id_


def test_a_scale_says_who_made_it_and_what_to_do_in_every_category() -> None:
    scale = SCALES["us_epa_2024"]
    assert (scale.version, scale.authority.startswith("US Environmental Protection Agency")) == ("2024-05-06", True)
    assert {each.advice for each in scale.categories} == set(ADVICE)


def test_bands_leave_no_gap_in_concentration_or_index() -> None:
    tables = [table for pollutant in SCALES["us_epa_2024"].pollutants.values() for table in pollutant.tables]
    for rows in [table.rows for table in tables if isinstance(table.rows, Bands)]:
        for below, above in pairwise(rows.bands):
            assert (above.low, above.index_low) == (below.high + 1, below.index_high + 1)
        for band in rows.bands:
            assert rows.index(Ratio(band.low, 1)) == band.index_low
            assert rows.index(Ratio(band.high, 1)) == band.index_high


def test_many_hours_at_once_give_the_same_as_one_by_one() -> None:
    history = {
        parameter: hours([(i * 7 + len(parameter)) % 40 / 8 if i % 9 else None for i in range(60)], UNIT[parameter])
        for parameter in PARAMETERS
    }
    wanted = [ago(i) for i in (30, 0, 7, 8, 9, -2, -5)]
    single = [index(history, at) for at in wanted]
    assert hourly_indices(history, wanted) == [(found.value, found.category) for found in single]
    assert single[0].value is not None
    assert hourly_indices(history, wanted)[-1] == (None, None)


def test_hours_without_history_and_no_hours_at_all() -> None:
    assert hourly_indices({}, [AT, ago(1)]) == [(None, None), (None, None)]
    assert hourly_indices({"pm25": hours([5.0] * 12)}, []) == []


def test_the_index_works_without_django() -> None:
    code = "import sys, forecasts.aqi, forecasts.prediction; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


values = st.floats(min_value=0, max_value=1e6)


@given(st.sampled_from(["pm25", "pm10", "co", "no2", "so2"]), values, values)
def test_more_pollution_never_lowers_the_index(parameter: str, one: float, other: float) -> None:
    low, high = (index({parameter: hours([value] * 24, UNIT[parameter])}, AT).value for value in sorted([one, other]))
    assert low is not None
    assert high is not None
    assert low <= high


@given(st.sampled_from(PARAMETERS), st.lists(st.none() | st.floats(), max_size=30), st.sampled_from(list(Unit)))
def test_no_number_is_an_error(parameter: str, newest_first: list[float | None], unit: Unit) -> None:
    if parameter.startswith("pm"):
        unit = Unit.MILLIGRAMS
    found = index({parameter: hours(newest_first, unit)}, AT)
    assert found.value is None or found.value >= 0
    assert (found.value is None) == (found.category is None)


@given(st.lists(st.none() | st.floats(min_value=0, max_value=900), min_size=3, max_size=12))
def test_nowcast_lies_between_the_lowest_and_the_highest_hour(newest_first: list[float | None]) -> None:
    found = pm25(*newest_first)
    if found.value is not None and found.averaging == "nowcast":
        present = [value for value in newest_first if value is not None]
        assert min(present) - 0.1 <= found.value <= max(present)


def test_noise_below_zero_is_averaged_as_it_is_and_the_average_is_never_negative() -> None:
    assert pm25(4.0, -2.0).value == 2.0  # weight ½: (4 − 2·½) / 1½
    assert pm25(-2.0, -1.0).value == 0.0
