import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.aqi import STORED_PARAMETERS
from forecasts.quality import MEANINGS, REACH_HOURS, Flag, flag_of, flag_of_time, judge, names, reason_to_reject
from forecasts.quality.limits import HIGHEST_POSSIBLE, LOW, TOO_NEGATIVE

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
NOTHING = Flag(0)


def verdicts(values: list[float | None], parameter: str = "pm25") -> list[Flag]:
    told = judge(parameter, {hour: value for hour, value in enumerate(values) if value is not None})
    return [told.get(hour, NOTHING) for hour in range(len(values))]


@pytest.mark.parametrize(
    ("parameter", "value", "flag"),
    [
        ("pm25", 0.0, NOTHING),
        ("pm25", 999.0, NOTHING),  # Delhi in November is bad, and true
        ("pm10", 9_500.0, NOTHING),  # a dust storm
        ("pm25", -0.1, Flag.DETECTION_LIMIT),
        ("pm25", -4.9, Flag.DETECTION_LIMIT),
        ("pm25", -5.0, Flag.NEGATIVE),
        ("pm25", 10_000.1, Flag.IMPOSSIBLE),
        ("o3", 2_000.1, Flag.IMPOSSIBLE),
        ("pm25", 985.0, Flag.FULL_SCALE),
        ("pm10", 1985.0, Flag.FULL_SCALE),
        ("so2", 985.0, NOTHING),
    ],
)
def test_a_value_may_say_of_itself_that_it_cannot_be(parameter: str, value: float, flag: Flag) -> None:
    assert flag_of(parameter, value) == flag


@pytest.mark.parametrize(("value", "reason"), [(math.inf, "not a finite number"), (math.nan, "not a finite number")])
def test_what_is_no_number_is_not_kept(value: float, reason: str) -> None:
    assert reason_to_reject(value, NOW, NOW) == reason


def test_an_hour_to_come_is_flagged_and_one_beyond_any_time_zone_is_not_kept() -> None:
    soon, far = NOW + timedelta(seconds=1), NOW + timedelta(hours=27)
    assert (reason_to_reject(5.0, soon, NOW), flag_of_time(soon, NOW)) == (None, Flag.FUTURE)
    assert reason_to_reject(5.0, far, NOW) == "in the far future"


def test_news_of_a_clock_that_was_reset_is_flagged() -> None:
    assert flag_of_time(NOW - timedelta(days=92), NOW) == NOTHING
    assert flag_of_time(datetime(2000, 1, 1, tzinfo=UTC), NOW) == Flag.OLD


def test_every_parameter_that_is_stored_has_its_limits() -> None:
    assert set(HIGHEST_POSSIBLE) == set(TOO_NEGATIVE) == set(LOW) == set(STORED_PARAMETERS)


def test_every_flag_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Flag)
    assert names(int(Flag.SPIKE | Flag.NEGATIVE)) == ["negative", "spike"]


@pytest.mark.parametrize("values", [[40.0, 900.0, 45.0], [400.0, 3.0, 380.0]])
def test_an_hour_far_from_both_of_its_neighbours_is_a_spike(values: list[float]) -> None:
    assert verdicts(values) == [NOTHING, Flag.SPIKE, NOTHING]


@pytest.mark.parametrize(
    "values",
    [
        [40.0, 900.0],  # the next hour has not come
        [40.0, 900.0, None, 45.0],
        [40.0, 900.0, 600.0, 300.0, 120.0],  # fireworks go slower than they come
        [40.0, 310.0, 45.0],  # smoke may blow past in an hour
        [2.0, 40.0, 2.0],  # eight times nearly nothing is little
        [400.0, 360.0, 90.0, 12.0, 11.0],  # the wind turns
    ],
)
def test_air_that_changes_fast_is_no_spike(values: list[float | None]) -> None:
    assert set(verdicts(values)) == {NOTHING}


def test_an_error_of_the_instrument_makes_no_spike_of_the_true_hour_beside_it() -> None:
    assert verdicts([1985.0, 174.0, 1985.0]) == [Flag.FULL_SCALE, NOTHING, Flag.FULL_SCALE]


def test_the_same_number_for_more_than_twelve_hours_is_stuck_from_its_first_hour_on() -> None:
    assert verdicts([20.0] + [16.2] * 13 + [17.0]) == [NOTHING, *[Flag.STUCK] * 13, NOTHING]
    assert set(verdicts([16.2] * 12)) == {NOTHING}
    assert set(verdicts([16.2] * 9 + [None] + [16.2] * 9)) == {NOTHING}


def test_clean_air_that_stays_the_same_is_believed_until_particles_stand_still_for_a_day() -> None:
    assert set(verdicts([3.0] * 23)) == {NOTHING}
    assert set(verdicts([3.0] * 24)) == {Flag.STUCK}


def test_a_gas_near_its_detection_limit_gets_a_remark_however_long() -> None:
    assert set(verdicts([2.0] * 130, "so2")) == {Flag.DETECTION_LIMIT}
    assert set(verdicts([2.0] * 12, "so2")) == {NOTHING}


numbers = st.sampled_from([-999.0, -3.0, 0.0, 3.0, 16.2, 90.0, 900.0, 1985.0, 20_000.0]) | st.floats(-20, 2e4)
runs = st.lists(st.tuples(st.none() | numbers, st.integers(1, 30)), max_size=8)


@given(runs, st.sampled_from(STORED_PARAMETERS), st.integers(0, 239))
def test_the_verdict_on_an_hour_depends_on_nothing_beyond_its_reach(
    made: list[tuple[float | None, int]], parameter: str, hour: int
) -> None:
    every = enumerate(value for value, length in made for _ in range(length))
    values = {at: value for at, value in every if value is not None}
    near = {at: value for at, value in values.items() if abs(at - hour) <= REACH_HOURS}
    assert judge(parameter, values).get(hour) == judge(parameter, near).get(hour)
