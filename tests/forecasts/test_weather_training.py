"""What the forecaster learns from the weather columns of files, and that it does without."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.progress import Progress

from forecasts.imports.series_files import read_series
from forecasts.prediction import Prediction, Series, predict_many
from forecasts.prediction.features import NAMES
from forecasts.prediction.history import History
from forecasts.prediction.model_choice import SHIPPED, current_model, damaged_models, look_in
from forecasts.prediction.series import WEATHER
from forecasts.prediction.weather import WEATHER_NAMES
from tests.forecasts.series_files import START, write_series
from tests.forecasts.windy import CALM, STORM, train

pytestmark = pytest.mark.usefixtures("shipped_again")


def wind(speed_to_come: float) -> Any:
    """A week of calm, and then so much from the west."""
    hours = np.full((7 * 24 + 120, len(WEATHER)), np.nan)
    hours[:, WEATHER.index("wind_u_ms")] = np.where(np.arange(len(hours)) < 7 * 24, CALM, speed_to_come)
    hours[:, WEATHER.index("wind_v_ms")] = 0
    hours[:, WEATHER.index("temperature_c")] = -20.5
    return hours


def predicted(**known: Any) -> Prediction:
    hourly = 40 * np.exp(0.1 * np.random.default_rng(9).standard_normal(696))
    prediction = predict_many([Series("pm25", hourly, 500_004, **known)])[0]
    assert prediction is not None
    return prediction


def test_the_wind_that_is_forecast_clears_the_air_where_that_was_learnt(weather_model: Path) -> None:
    look_in(weather_model)
    calm, storm = predicted(weather=wind(CALM)), predicted(weather=wind(STORM))
    assert storm.quantiles[11, 2] < 0.7 * calm.quantiles[11, 2]
    assert "weather" in storm.given


def test_the_same_model_serves_whoever_has_no_weather(weather_model: Path) -> None:
    look_in(weather_model)
    without, hidden = predicted(), predicted(weather=np.full_like(wind(CALM), np.nan))
    assert "global_model" in without.given
    assert "weather" not in (*without.given, *hidden.given)
    assert np.isfinite(without.quantiles).all()
    assert (hidden.quantiles == without.quantiles).all()


def test_a_model_says_what_it_looks_at_and_which_data_it_had(weather_model: Path) -> None:
    about = json.loads((weather_model / "global_model.json").read_text())
    assert about["features"] == [*NAMES, *WEATHER_NAMES]
    assert set(about["trained_on"][0]["parameters"]) == {"pm25", "wind_u_ms", "wind_v_ms", "temperature_c"}


def test_weather_can_be_left_out_of_what_is_to_serve_elsewhere(windy_city: Path, tmp_path: Path) -> None:
    train(windy_city, f"--output={tmp_path}", "--without-weather")
    about = json.loads((tmp_path / "global_model.json").read_text())
    assert about["features"] == list(NAMES)
    assert about["trained_on"][0]["parameters"] == ["pm25"]
    look_in(tmp_path)
    assert (predicted(weather=wind(STORM)).quantiles == predicted().quantiles).all()


def test_a_model_with_fewer_features_goes_on_working_and_an_unknown_one_is_refused(
    weather_model: Path, tmp_path: Path
) -> None:
    look_in(SHIPPED)
    assert set(json.loads((SHIPPED / "global_model.json").read_text())["features"]) < {*NAMES, *WEATHER_NAMES}
    assert "global_model" in predicted(weather=wind(STORM)).given
    about = json.loads((weather_model / "global_model.json").read_text())
    (tmp_path / "global_model.txt.xz").write_bytes((weather_model / "global_model.txt.xz").read_bytes())
    (tmp_path / "global_model.json").write_text(json.dumps({**about, "features": [*about["features"][1:], "new"]}))
    look_in(tmp_path)
    assert current_model() is None
    assert "other features" in damaged_models()[0]


def test_a_backtest_hears_weather_as_a_forecast_would_have_had_it() -> None:
    came = np.tile(np.array([10.0, 5.0, 1000.0, 3.0, 4.0, 1.0, 800.0]), (1000, 1))
    history = History("a", "pm25", np.full(1000, 20.0), 400_000, weather=came)
    runs = np.array([history.until(position).weather for position in range(700, 860)])
    assert (runs[:, :-120] == came[0]).all()
    coming = runs[:, -120:]
    assert coming.mean(axis=0)[0] == pytest.approx(came[0], rel=0.3)
    errors = coming - came[0]
    near, far = errors[:, :12, 0].std(), errors[:, -12:, 0].std()
    assert 1.0 < near < 1.6
    assert 2.4 < far < 3.6
    assert (coming[..., WEATHER.index("rain_mm")] >= 0).all()
    again = history.until(700).weather
    assert again is not None
    assert (again == runs[0]).all()


def test_weather_beyond_what_is_known_is_missing() -> None:
    history = History("a", "pm25", np.full(100, 20.0), 400_000, weather=np.ones((130, len(WEATHER))))
    weather = history.until(99).weather
    assert weather is not None
    assert np.isfinite(weather).all(axis=1).tolist() == [True] * 130 + [False] * 90


@pytest.mark.parametrize(
    ("direction", "u", "v"), [("N", 0, -2), ("E", -2, 0), ("SW", 2**0.5, 2**0.5), ("270", 2, 0), ("", None, None)]
)
def test_wind_is_read_by_where_it_comes_from(direction: str, u: float | None, v: float | None, tmp_path: Path) -> None:
    name = "wind_dir_deg" if direction.isdecimal() else "wind_dir_16"
    row = {"pm25": [20.0], "wind_ms": [2.0], name: [direction], "temp_c": [-18.8], "dewpoint_c": [-999.0]}
    told = read_series([write_series(tmp_path / "a.csv", {"quay": row})], {}, START, Progress(disable=True))
    found = {one.parameter: one.values[0] for one in told}
    expected = {"pm25": 20, "temperature_c": -18.8} | (
        {} if u is None or v is None else {"wind_u_ms": u, "wind_v_ms": v}
    )
    assert found == pytest.approx(expected, abs=1e-9)
