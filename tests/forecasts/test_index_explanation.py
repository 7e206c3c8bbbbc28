import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aqi import PARAMETERS, SCALES, Concentration, Unit, explain, index

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
Hours = dict[datetime, Concentration]


def hours(newest_first: Sequence[float | None], unit: Unit = Unit.MICROGRAMS) -> Hours:
    return {
        AT - timedelta(hours=i): Concentration(value, unit) for i, value in enumerate(newest_first) if value is not None
    }


def test_a_nowcast_is_explained_from_its_hours_to_its_band() -> None:
    found = explain({"pm25": hours([12.0, None, 16.0])}, AT)
    assert (found.value, found.text, found.category, found.dominant_pollutant) == (59, "59", "moderate", "pm25")
    assert (found.scale, found.scale_version, found.at) == ("us_epa_2024", "2024-05-06", AT)
    assert found.arithmetic == "the highest index of the pollutants: 59"
    assert (found.authority, found.unchecked) == (SCALES[found.scale].authority, SCALES[found.scale].unchecked)
    (step,) = found.pollutants["pm25"].steps
    assert [(hour.at, hour.value) for hour in step.hours] == [(AT, 12.0), (AT - timedelta(hours=2), 16.0)]
    assert [hour.weight for hour in step.hours] == [pytest.approx(0.64), pytest.approx(0.36)]  # 1 and (3/4)²
    assert step.missing == tuple(AT - timedelta(hours=i) for i in range(12) if i not in (0, 2))
    assert (step.period, step.averaging, step.value) == ("24h", "nowcast", 13.4)
    assert step.average == pytest.approx(13.44)
    assert (step.index, step.risk_percent, step.counts) == (59, None, True)
    assert step.arithmetic == (
        "12×0.64 + 16×0.36 = 13.44",
        "13.44 µg/m³ truncated is 13.4",
        "51 + (13.4 − 9.1) / (35.4 − 9.1) × (100 − 51) = 59.0114, rounded half up 59",
    )


def test_an_average_without_its_hours_says_what_is_missing() -> None:
    found = explain({"pm25": hours([12.0])}, AT)
    assert (found.value, found.text, found.category, found.dominant_pollutant) == (None, "no index", None, None)
    (step,) = found.pollutants["pm25"].steps
    assert (step.average, step.value, step.index, step.hours, step.counts) == (None, None, None, (), False)
    assert step.arithmetic == ("1 of 12 h are there; needed: 2 of the newest 3 h",)
    assert len(step.missing) == 11
    assert found.missing_pollutants == ("o3", "pm25", "pm10", "co", "so2", "no2")


def last_lines(history: dict[str, Hours], scale: str, parameter: str) -> list[str]:
    return [step.arithmetic[-1] for step in explain(history, AT, scale).pollutants[parameter].steps]


def test_a_level_is_explained_by_its_bounds() -> None:
    assert last_lines({"pm25": hours([22])}, "eu_eaqi_2025", "pm25") == ["22 is above 15 and at most 50: 3"]
    assert last_lines({"pm25": hours([5])}, "eu_eaqi_2025", "pm25") == ["5 is at most 5: 1"]
    assert last_lines({"pm25": hours([900])}, "eu_eaqi_2025", "pm25") == ["900 is above 140: 6"]
    assert last_lines({"pm25": hours([25])}, "au_aqc", "pm25") == ["25 is at least 25 and below 50: 2"]


def test_what_a_table_does_not_know_is_said() -> None:
    assert last_lines({"pm25": hours([801] * 24)}, "eu_eaqi_2019", "pm25") == ["801 has no index in this table"]
    history = {"so2": hours([400] * 24, Unit.PPB)}
    assert last_lines(history, "us_epa_2024", "so2") == [
        "400 is beyond 304, the end of the table: 200",
        "201 + (400 − 305) / (604 − 305) × (300 − 201) = 232.455, rounded half up 232",
    ]


def test_a_table_that_only_stands_in_does_not_count_before_it_is_needed() -> None:
    steps = explain({"so2": hours([100] * 24)}, AT, "cn_hj633_2012").pollutants["so2"].steps
    assert [(step.averaging, step.counts) for step in steps] == [("1h", True), ("24h", False)]
    assert explain({"so2": hours([100] * 24)}, AT, "cn_hj633_2012").dominant_pollutant is None


def test_a_risk_is_explained_by_its_formula() -> None:
    history = {"no2": hours([15] * 3, Unit.PPB), "o3": hours([30] * 3, Unit.PPB), "pm25": hours([10] * 3)}
    found = explain(history, AT, "ca_aqhi")
    step = found.pollutants["no2"].steps[0]
    assert step.arithmetic == (
        "15×0.333333 + 15×0.333333 + 15×0.333333 = 15",
        "96.1538 × (exp(0.000871 × 15) − 1) = 1.26449 %",
    )
    assert step.risk_percent == pytest.approx(100 / 10.4 * 10 * math.expm1(0.000871 * 15))
    assert (found.value, found.arithmetic) == (3, "the rounded sum of three risks: 3")
    assert found.missing_pollutants == ()
    smoke = explain(history | {"pm25": hours([900] * 3)}, AT, "ca_aqhi")
    assert (smoke.value, smoke.text) == (11, "10+")


@given(
    st.sampled_from(sorted(SCALES)),
    st.fixed_dictionaries(
        {
            parameter: st.lists(st.none() | st.floats(min_value=0, max_value=900), max_size=24)
            for parameter in PARAMETERS
        }
    ),
)
def test_an_explanation_ends_at_the_index_and_its_weights_make_the_average(
    scale: str, values: dict[str, list[float | None]]
) -> None:
    history = {parameter: hours(newest_first) for parameter, newest_first in values.items()}
    found, expected = explain(history, AT, scale), index(history, AT, scale)
    assert (found.value, found.category, found.dominant_pollutant) == (
        expected.value,
        expected.category,
        expected.dominant_pollutant,
    )
    for parameter, pollutant in found.pollutants.items():
        assert pollutant.index == expected.pollutants[parameter].index
        for step in pollutant.steps:
            if step.average is not None:
                total = sum(hour.value * hour.weight for hour in step.hours)
                assert total == pytest.approx(step.average, rel=1e-9, abs=1e-12)
