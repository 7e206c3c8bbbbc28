import json
from dataclasses import replace

import numpy as np
import pytest

from forecasts.prediction import (
    POOL,
    SERIES,
    Prediction,
    Series,
    category_probabilities,
    monthly_climatology,
    predict_many,
    verify,
)
from forecasts.prediction.blend import PRIOR_ERRORS, PRIOR_SCALE, weights_of
from forecasts.prediction.windows import WIDTH, bridged

NOON = 500_004  # hours since 1970, at 12:00 UTC
DAY = 20 + 10 * np.sin(np.arange(-699, 1) * np.pi / 12)
AHEAD = 20 + 10 * np.sin(np.arange(1, 121) * np.pi / 12)


def series(hourly: object, **known: object) -> Series:
    return Series("pm25", np.array(hourly, float), NOON, **known)  # type: ignore[arg-type]


def predicted(one: Series, pool: dict[str, object] | None = None) -> Prediction:
    prediction = predict_many([one], pool)[0]  # type: ignore[arg-type]
    assert prediction is not None
    return prediction


def test_every_hour_has_rising_quantiles_and_a_mean_between_them() -> None:
    prediction = predicted(series(DAY))
    assert prediction.quantiles.shape == (120, 5)
    assert (np.diff(prediction.quantiles) > 0).all()
    assert (prediction.quantiles[:, 0] < prediction.mean).all()
    assert (prediction.mean < prediction.quantiles[:, 4]).all()


def test_a_daily_pattern_is_carried_on() -> None:
    assert predicted(series(DAY)).quantiles[:, 2] == pytest.approx(AHEAD, rel=0.2)


@pytest.mark.parametrize(("hourly", "model"), [([20.0], "persistence"), ([20.0] * 5, "persistence"), (DAY, "blend")])
def test_the_method_is_the_best_that_the_history_allows(hourly: object, model: str) -> None:
    assert predicted(series(hourly)).model == model


def test_nothing_is_forecast_from_a_value_older_than_twelve_hours() -> None:
    old = [20.0] * 100 + [np.nan] * 12
    assert predicted(series(old)).model != "provider_model"
    assert predict_many([series([*old, np.nan]), series([]), series([np.nan] * 50)]) == [None, None, None]


SMOKE = [20.0] * 700 + [200.0] * 12  # what was usual draws the forecast down


def fall(known_hours: int, lead: int) -> float:
    return float(200 - predicted(series(SMOKE[-known_hours:])).quantiles[lead - 1, 2])


def test_a_young_series_keeps_nearer_to_its_last_value_until_ten_days_are_known() -> None:
    assert 0 < fall(24, 6) < 0.8 * fall(96, 6)
    assert fall(96, 6) < 0.8 * fall(239, 6)
    assert fall(239, 6) == pytest.approx(fall(700, 6), rel=0.1)


@pytest.mark.parametrize("lead", [49, 73, 97])
def test_a_young_series_expects_its_last_value_again_just_after_that_hour_of_the_next_days(lead: int) -> None:
    assert fall(48, lead) < 0.8 * fall(48, lead - 4)
    assert fall(700, lead) > 0.95 * fall(700, lead - 4)


def test_a_provider_speaks_where_nothing_recent_is_known_and_for_the_hours_it_has() -> None:
    provider = np.where(np.arange(120) < 96, AHEAD, np.nan)
    prediction = predicted(series([], provider=provider))
    assert prediction.model == "provider_model"
    assert prediction.quantiles[:96, 2] == pytest.approx(provider[:96])
    assert np.isnan(prediction.quantiles[96:]).all()
    assert np.isnan(prediction.mean[96:]).all()


def test_the_bias_of_a_provider_is_taken_off() -> None:
    prediction = predicted(series(DAY, provider=AHEAD * 3, provider_past=DAY * 3))
    assert prediction.quantiles[:, 2] == pytest.approx(AHEAD, rel=0.3)


def test_one_value_makes_wider_bounds_than_a_history() -> None:
    one, many = predicted(series([20.0])), predicted(series([20.0] * 600))
    assert (one.quantiles[:, 3] > many.quantiles[:, 3]).all()


def test_every_third_hour_is_nearly_as_good_as_all() -> None:
    third = np.where(np.arange(700) % 3 == 0, DAY, np.nan)
    some, every = (predicted(series(hourly)).quantiles[:, 2] for hourly in (third, DAY))
    assert np.abs(some - every).mean() < 0.05 * every.mean()  # a fifth, where the hours between stay unknown


def test_the_global_model_is_told_how_many_hours_were_really_known() -> None:
    hours, day = np.arange(694), DAY[-694:]  # the first and the last are known
    third = np.where(hours % 3 == 0, day, np.nan)
    invented = np.interp(hours, hours[::3], day[::3])
    one, other = (predicted(series(hourly)).record["experts"] for hourly in (third, invented))
    assert one["damped_persistence"] == other["damped_persistence"]
    assert one["global_model"] != other["global_model"]


def test_gaps_are_crossed_up_to_twelve_hours_and_nothing_is_known_before_or_after_the_values() -> None:
    window = np.full((1, WIDTH), np.nan)
    window[0, [100, 113, 127]] = [0, 13, 20]  # twelve hours are missing, then thirteen
    crossed = bridged(window)[0]
    assert crossed[100:114] == pytest.approx(range(14))
    assert (np.flatnonzero(np.isfinite(crossed)) == [*range(100, 114), 127]).all()


def test_a_provider_is_corrected_by_real_values_only() -> None:
    two = [20.0, *[np.nan] * 11, 20.0]
    prediction = predicted(series(two, provider=np.full(120, 60.0), provider_past=np.full(13, 60.0)))
    assert "provider_corrected" not in prediction.given


def test_hours_between_two_values_do_not_count_as_known() -> None:
    prediction = predicted(series([20.0, *[np.nan] * 8, 20.0]))
    assert (prediction.model, prediction.given[0]) == ("persistence", "2 h of history")


def test_negative_and_infinite_values_are_missing() -> None:
    dirty = DAY.copy()
    dirty[-30:-20] = -999
    dirty[-40:-30] = np.inf
    gaps = np.where((dirty < 0) | np.isinf(dirty), np.nan, dirty)
    assert (predicted(series(dirty)).quantiles == predicted(series(gaps)).quantiles).all()


def test_a_prediction_does_not_depend_on_its_company() -> None:
    company = [series(DAY * factor) for factor in range(1, 300)]
    together = predict_many(company)
    for row in (0, 150, 298):
        assert together[row].quantiles == pytest.approx(predicted(company[row]).quantiles)  # type: ignore[union-attr]


def test_a_series_of_zeros_stays_at_zero() -> None:
    assert predicted(series([0.0] * 100)).quantiles.max() < 1e-6


def verified(prediction: Prediction, truth: object, times: int) -> dict[str, object]:
    state, truths = None, dict(enumerate(np.broadcast_to(np.array(truth, float), 120), 1))
    for _ in range(times):
        state = verify(state, json.loads(json.dumps(prediction.record)), truths, SERIES, days=1)
    assert state is not None
    return state


def test_an_expert_that_was_right_lately_is_listened_to() -> None:
    usual = np.full((12, 24), 40.0)
    before = predicted(series(DAY, climatology=usual))
    state = verified(before, 40, 30)
    after = predicted(series(DAY, climatology=usual, state=state))
    assert abs(after.quantiles[50, 2] - 40) < abs(before.quantiles[50, 2] - 40) / 3


def test_in_a_fire_an_expert_that_was_not_there_does_not_outweigh_those_that_were() -> None:
    tried = ("persistence", "damped_persistence", "global_model")
    burning = {name: [60 * 3 * PRIOR_SCALE * error for error in PRIOR_ERRORS[name]] for name in tried}
    fire = {"errors": burning, "days": {name: [60.0] * 5 for name in tried}, "widths": [[1.0] * 4] * 5}
    for state, pool in ((fire, None), (None, fire), (fire, fire)):
        weights = weights_of([*tried, "month"], state, pool, {})
        assert (weights[-1] < 0.1 * weights.sum(axis=0)).all()


def test_bounds_that_did_not_hold_become_wider_up_to_a_limit() -> None:
    before = predicted(series(DAY))
    once, often = (predicted(series(DAY, state=verified(before, before.quantiles[:, 4] * 2, n))) for n in (10, 1000))
    spans = [float(p.quantiles[50, 4] / p.quantiles[50, 2]) for p in (before, once, often)]
    assert spans == sorted(spans)
    assert spans[2] < spans[0] ** 2.5


def test_what_the_pool_has_learnt_serves_a_new_series() -> None:
    usual = np.full((12, 24), 40.0)
    one = series(DAY, climatology=usual)
    before = predicted(one)
    pool = None
    for _ in range(200):
        pool = verify(pool, before.record, dict.fromkeys(range(1, 121), 40.0), POOL, days=1)
    assert abs(predicted(one, {"pm25": pool}).quantiles[50, 2] - 40) < abs(before.quantiles[50, 2] - 40) / 3
    other = replace(one, parameter="o3")
    assert (predicted(other, {"pm25": pool}).quantiles == predicted(other).quantiles).all()


def test_a_truth_that_is_missing_or_at_another_lead_teaches_nothing() -> None:
    record = predicted(series(DAY)).record
    assert verify(None, record, {1: np.nan, 5: 40.0}, SERIES) == verify(None, record, {}, SERIES)


def test_probabilities_of_categories_are_read_off_the_quantiles() -> None:
    quantiles = np.array([[1, 2, 5, 8, 9], [np.nan] * 5])
    known, unknown = category_probabilities(quantiles, [5, 8, 100])
    assert known == pytest.approx([0.5, 0.4, 0.1, 0])
    assert np.isnan(unknown).all()


@pytest.mark.parametrize(
    ("first_day", "days", "seen"),
    [
        (0, 300, []),  # from 1 January 1970
        (0, 302, []),  # two days of that January are long ago, of which one may be odd
        (0, 303, [1]),
        (53, 340, [2, 3, 4]),  # from 23 February to the end of the next January
        (0, 3 * 365, [*range(1, 13)]),
    ],
)
def test_a_climatology_knows_the_months_that_an_earlier_year_has_shown(
    first_day: int, days: int, seen: list[int]
) -> None:
    hours = np.arange(24 * first_day, 24 * (first_day + days))
    table = monthly_climatology(hours % 24.0, int(hours[-1]))
    assert seen == ([] if table is None else [month + 1 for month in range(12) if (table[month] == range(24)).all()])
    assert table is None or np.isfinite(table).sum() == 24 * len(seen)


def test_what_is_usual_alone_makes_no_forecast() -> None:
    usual = np.full((12, 24), 20.0)
    assert predict_many([series([20.0] * 100 + [np.nan] * 13, climatology=usual)]) == [None]
    assert predicted(series([], provider=AHEAD, climatology=usual)).model == "provider_model"
