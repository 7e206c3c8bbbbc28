import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.prediction.forecaster import Prediction, predict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def past(*newest_first: float | None) -> dict[datetime, float]:
    return {NOW - i * HOUR: value for i, value in enumerate(newest_first) if value is not None}


def known(prediction: Prediction | None) -> Prediction:
    assert prediction is not None
    return prediction


def width(prediction: Prediction, lead: int) -> float:
    return prediction.hours[lead - 1].q90 - prediction.hours[lead - 1].q10


DAILY = past(*(20 + 10 * math.cos((12 - i) * math.tau / 24) for i in range(28 * 24)))


def test_a_series_with_history_gets_120_hours_of_damped_persistence() -> None:
    prediction = known(predict(DAILY, NOW))
    assert prediction.model == "damped_persistence"
    assert [hour.valid_at for hour in prediction.hours] == [NOW + i * HOUR for i in range(1, 121)]
    assert all(0 <= hour.q10 < hour.q50 < hour.q90 for hour in prediction.hours)


def test_fewer_hours_may_be_asked_for() -> None:
    assert len(known(predict(DAILY, NOW, hours=3)).hours) == 3


def test_beyond_the_longest_lead_the_last_figures_hold() -> None:
    prediction = known(predict(past(*[20.0] * 48), NOW, hours=150))
    assert width(prediction, 150) == pytest.approx(width(prediction, 120))


def test_the_daily_pattern_is_carried_on() -> None:
    medians = {hour.valid_at.hour: hour.q50 for hour in known(predict(DAILY, NOW, hours=24)).hours}
    assert medians[0] == pytest.approx(30, rel=0.1)
    assert medians[12] == pytest.approx(10, rel=0.1)


def test_an_unusual_hour_fades_towards_the_usual() -> None:
    hours = known(predict(past(80.0, *[20.0] * 671), NOW)).hours
    medians = [hours[lead - 1].q50 for lead in (1, 2, 3, 6, 12, 18, 36, 72, 120)]
    assert medians == sorted(medians, reverse=True)
    assert 65 < medians[0] < 80
    assert 20 < medians[-1] < 26


def test_one_day_of_history_hardly_teaches_a_daily_pattern() -> None:
    day = {at: value for at, value in DAILY.items() if at > NOW - 24 * HOUR}
    short = known(predict(day, NOW, hours=24)).hours
    long = known(predict(DAILY, NOW, hours=24)).hours
    assert max(h.q50 for h in short) - min(h.q50 for h in short) < max(h.q50 for h in long) - min(h.q50 for h in long)


def test_bounds_widen_with_the_hours_ahead() -> None:
    prediction = known(predict(past(*[20.0] * 100), NOW))
    widths = [width(prediction, lead) for lead in range(1, 121)]
    assert widths == sorted(widths)
    assert widths[0] < widths[23] / 2


def test_bounds_widen_with_the_age_of_the_last_value() -> None:
    fresh, old = known(predict(past(*[20.0] * 48), NOW)), known(predict(past(*[None] * 6, *[20.0] * 48), NOW))
    assert width(old, 1) == pytest.approx(width(fresh, 7))


def test_the_last_value_may_be_twelve_hours_old_and_no_older() -> None:
    assert known(predict(past(*[None] * 12, *[20.0] * 48), NOW)).model == "damped_persistence"
    assert predict(past(*[None] * 13, *[20.0] * 48), NOW) is None


def test_nothing_is_made_of_nothing() -> None:
    assert predict({}, NOW) is None
    assert predict({}, NOW, model={}) is None
    assert predict(past(math.nan, -1.0, math.inf), NOW) is None


def test_history_after_the_issue_is_not_seen() -> None:
    later = {NOW + i * HOUR: 500.0 for i in range(1, 50)}
    assert predict(later, NOW) is None
    assert predict(DAILY | later, NOW) == predict(DAILY, NOW)


def test_history_older_than_28_days_does_not_count() -> None:
    old = {NOW - i * HOUR: 500.0 for i in range(28 * 24, 60 * 24)}
    assert predict(DAILY | old, NOW) == predict(DAILY, NOW)


def test_faulty_values_in_history_do_not_count() -> None:
    whole = past(*[20.0] * 10)
    faulty = {NOW - 20 * HOUR: math.nan, NOW - 21 * HOUR: -5.0, NOW - 22 * HOUR: math.inf}
    assert predict(whole | faulty, NOW) == predict(whole, NOW)


def test_five_hours_persist_with_wide_bounds_and_six_are_damped() -> None:
    few, enough = known(predict(past(30.0, 20, 20, 20, 20), NOW)), known(predict(past(30.0, 20, 20, 20, 20, 20), NOW))
    assert (few.model, enough.model) == ("persistence", "damped_persistence")
    assert {hour.q50 for hour in few.hours} == {30.0}
    assert width(few, 24) > 1.2 * width(enough, 24)


def test_zeros_stay_zero() -> None:
    for prediction in (known(predict(past(*[0.0] * 48), NOW)), known(predict(past(0.0), NOW))):
        assert all(0 <= h.q10 <= h.q50 <= h.q90 < 1e-6 for h in prediction.hours)


def test_a_constant_stays_where_it_is() -> None:
    assert all(hour.q50 == pytest.approx(7.0) for hour in known(predict(past(*[7.0] * 48), NOW)).hours)


def test_the_unit_does_not_matter() -> None:
    small = known(predict({at: value / 1000 for at, value in DAILY.items()}, NOW))
    for one, other in zip(small.hours, known(predict(DAILY, NOW)).hours, strict=True):
        assert (one.q10, one.q50, one.q90) == pytest.approx((other.q10 / 1000, other.q50 / 1000, other.q90 / 1000))


def test_a_mostly_silent_series_takes_its_level_from_its_mean() -> None:
    prediction = known(predict(past(*[8.0, 0.0, 0.0, 0.0] * 12), NOW))
    assert prediction.hours[0].q90 > 1


def test_a_provider_model_is_the_median_where_it_has_hours() -> None:
    model = {NOW + HOUR: 12.0, NOW + 2 * HOUR: 0.0, NOW + 4 * HOUR: 14.0}
    prediction = known(predict(DAILY, NOW, model=model))
    assert prediction.model == "provider_model"
    assert [(hour.valid_at, hour.q50) for hour in prediction.hours] == list(model.items())
    assert all(hour.q10 <= hour.q50 < hour.q90 for hour in prediction.hours)


def test_model_hours_outside_the_forecast_or_not_numbers_are_left_out() -> None:
    model = {NOW - HOUR: 9.0, NOW: 9.0, NOW + HOUR: 10.0, NOW + 2 * HOUR: math.nan, NOW + 3 * HOUR: -1.0}
    model |= {NOW + 24 * HOUR: 11.0, NOW + 25 * HOUR: 12.0}
    prediction = known(predict({}, NOW, hours=24, model=model))
    assert [hour.valid_at for hour in prediction.hours] == [NOW + HOUR, NOW + 24 * HOUR]


def test_a_model_without_coming_hours_leaves_the_history_to_speak() -> None:
    assert predict(DAILY, NOW, model={NOW: 9.0}) == predict(DAILY, NOW)


def test_model_hours_are_in_the_order_of_time() -> None:
    prediction = known(predict({}, NOW, model={NOW + 3 * HOUR: 1.0, NOW + HOUR: 2.0}))
    assert [hour.q50 for hour in prediction.hours] == [2.0, 1.0]


def test_a_model_is_bounded_like_history_of_the_same_level() -> None:
    constant = past(*[20.0] * 48)
    model = {NOW + i * HOUR: 20.0 for i in range(1, 121)}
    by_model, by_history = known(predict(constant, NOW, model=model)), known(predict(constant, NOW))
    assert width(by_model, 24) == pytest.approx(width(by_history, 24))


histories = st.dictionaries(st.integers(0, 700), st.floats(), max_size=40)


@given(histories, histories)
def test_quantiles_are_ordered_finite_and_not_negative(history: dict[int, float], model: dict[int, float]) -> None:
    prediction = predict(
        {NOW - i * HOUR: value for i, value in history.items()},
        NOW,
        model={NOW + i * HOUR: value for i, value in model.items()},
    )
    for hour in prediction.hours if prediction else ():
        assert 0 <= hour.q10 <= hour.q50 <= hour.q90 < math.inf
