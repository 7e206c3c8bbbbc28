"""How far a provider's model is believed where its past hours can be compared with what came."""

import numpy as np
import pytest

from forecasts.prediction import CHECKED_LEADS, Prediction, Series, predict_many
from forecasts.prediction.blend import weights_of

HOURS = np.arange(-699, 121)
WAVE = np.sin(HOURS * 2 * np.pi / 70)  # of weather: longer than a day, so that nothing but a model foresees it
CAME = 20 * np.exp(0.5 * WAVE)
CHECKED = 699 + np.array(CHECKED_LEADS)


def predicted(model: np.ndarray) -> Prediction:
    one = Series("pm25", CAME[:700], 500_004, provider=model[700:], provider_past=model[:700])
    prediction = predict_many([one])[0]
    assert prediction is not None
    return prediction


def corrected(model: np.ndarray) -> np.ndarray:
    return np.array(predicted(model).record["experts"]["provider_corrected"])


def test_a_model_that_is_three_times_too_high_is_corrected() -> None:
    assert corrected(3 * CAME) == pytest.approx(CAME[CHECKED], rel=0.1)


def test_swings_that_did_not_come_are_not_expected_to_come() -> None:
    unrelated = 60 * np.exp(np.sin(HOURS * 2 * np.pi / 43))
    as_it_says = unrelated[CHECKED] / 3
    assert np.ptp(np.log(corrected(unrelated))) < 0.6 * np.ptp(np.log(as_it_says))
    too_lively = 60 * np.exp(WAVE)
    assert (
        np.abs(corrected(too_lively) - CAME[CHECKED]).mean()
        < 0.5 * np.abs(too_lively[CHECKED] / 3 - CAME[CHECKED]).mean()
    )


def test_a_model_that_went_along_with_what_came_moves_the_forecast_more_than_one_that_did_not() -> None:
    def pull(past: np.ndarray) -> float:
        """How far the median has come from what the history alone says to the corrected model, far ahead."""
        prediction = predicted(np.concatenate([past, np.full(120, 200.0)]))
        alone = predict_many([Series("pm25", CAME[:700], 500_004)])[0]
        assert alone is not None
        at, check = CHECKED_LEADS[-1] - 1, np.array(prediction.record["experts"]["provider_corrected"])[-1]
        return float((prediction.quantiles[at, 2] - alone.quantiles[at, 2]) / (check - alone.quantiles[at, 2]))

    assert pull(60 * np.exp(np.cos(HOURS[:700] * 2 * np.pi / 43))) < 0.7 * pull(3 * CAME[:700])


def test_doubt_counts_until_the_memory_of_the_series_knows_better() -> None:
    names = ["persistence", "provider_corrected"]
    memory = {"errors": {name: [80.0] * 5 for name in names}, "days": {name: [400.0] * 5 for name in names}}

    def weight(state: dict[str, object] | None, doubt: float) -> np.ndarray:
        """Of the corrected provider beside persistence, by band."""
        persistence, provider = weights_of(names, state, None, {"provider_corrected": doubt})
        return np.asarray(provider / persistence)

    assert (weight(None, 1.25) < weight(None, 1.0) / 5).all()
    assert (weight(None, 0.75) > weight(None, 1.0) * 9).all()
    assert (weight(memory, 1.25) > weight(memory, 1.0) / 2).all()


ZEROS, FEW = np.zeros(700), np.where(np.arange(700) < 695, np.nan, CAME[:700])
EDGES = {
    "a series of zeros": (ZEROS, CAME[:700], True),
    "a model that never moves": (CAME[:700], np.full(700, 10.0), True),
    "a model that says zero": (CAME[:700], ZEROS, True),
    "a model of which ten hours are known": (CAME[:700], CAME[690:700], True),
    "a model without a past": (CAME[:700], None, False),
    "no common hour": (CAME[:700], np.full(700, np.nan), False),
    "five common hours": (CAME[:700], FEW, False),
}


@pytest.mark.parametrize(("came", "said", "is_corrected"), EDGES.values(), ids=EDGES.keys())
def test_a_model_is_corrected_by_six_common_hours_whatever_they_are(
    came: np.ndarray, said: np.ndarray | None, is_corrected: bool
) -> None:
    one = Series("pm25", came, 500_004, provider=CAME[700:], provider_past=said)
    without = Series("pm25", CAME[:700], 500_004)
    prediction, other = predict_many([one, without])
    assert prediction is not None
    assert np.isfinite(prediction.quantiles).all()
    assert ("provider_corrected" in prediction.given) == is_corrected
    assert other is not None
    assert "provider_corrected" not in other.given
