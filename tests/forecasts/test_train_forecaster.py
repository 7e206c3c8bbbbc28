import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from forecasts.prediction import Prediction, Series, predict_many
from forecasts.prediction.model_choice import SHIPPED, current_model, damaged_models, look_in
from tests.forecasts.series_files import air, write_series

pytestmark = pytest.mark.usefixtures("shipped_again")

DAY = 20 + 10 * np.sin(np.arange(-699, 1) * np.pi / 12)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Its air turns every five hours, which trees can learn and damped persistence cannot know."""
    turns = np.where(np.arange(90 * 24) // 5 % 2, 1.0, 4.0)
    sites = {f"site-{seed}": {"pm25": list(air(20, seed, days=90) * turns)} for seed in range(6)}
    return write_series(tmp_path / "city.csv", sites, title="A city", licence="CC BY 4.0")


def train(*files: Path, **options: Any) -> str:
    out = io.StringIO()
    given = {"rows": 12_000, **options}
    call_command("train_forecaster", *files, *(f"--{name}={value}" for name, value in given.items()), stdout=out)
    return out.getvalue()


def predicted(hourly: Any) -> Prediction:
    prediction = predict_many([Series("pm25", np.array(hourly, float), 500_004)])[0]
    assert prediction is not None
    return prediction


def test_a_model_is_written_with_what_it_was_trained_on(city: Path, tmp_path: Path) -> None:
    train(city, output=tmp_path / "new", seed=5)
    about = json.loads((tmp_path / "new" / "global_model.json").read_text())
    (dataset,) = about["trained_on"]
    assert (dataset["title"], dataset["licence"]) == ("A city", "CC BY 4.0")
    assert (dataset["from"], dataset["to"]) == ("2024-01-01", "2024-03-30")
    assert (about["seed"], len(about["sha256"])) == (5, 64)
    look_in(tmp_path / "new")
    assert damaged_models() == []
    assert "global_model" in predicted(DAY).given


def test_a_new_model_is_used_only_if_it_wins(city: Path, tmp_path: Path, settings: Any) -> None:
    settings.AQI_MODEL_DIR = str(tmp_path / "own")
    look_in(tmp_path / "own", tmp_path / "none")
    said = train(city)
    assert "MAE / persistence" in said
    is_used = "is in use from now on" in said
    before, after = json.loads((tmp_path / "own" / "global_model.json").read_text())["last_14_days"].values()
    assert is_used
    assert after < before
    first = (tmp_path / "own" / "global_model.txt.xz").read_bytes()
    assert "thrown away" in train(city)  # the same again is no better
    assert (tmp_path / "own" / "global_model.txt.xz").read_bytes() == first


def test_the_number_of_processors_makes_no_difference(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in (1, 2):
        monkeypatch.setattr("forecasts.prediction.training.cpu_count", lambda count=count: count)
        train(city, output=tmp_path / str(count))
    one, two = ((tmp_path / str(count) / "global_model.txt.xz").read_bytes() for count in (1, 2))
    assert one == two


def test_the_order_of_the_files_makes_no_difference(city: Path, tmp_path: Path) -> None:
    other = write_series(tmp_path / "other.csv", {"site-0": {"pm25": air(30, 9, days=90)}}, title="The same station")
    train(city, other, output=tmp_path / "one")
    train(other, city, output=tmp_path / "two")
    one, two = ((tmp_path / name / "global_model.txt.xz").read_bytes() for name in ("one", "two"))
    assert one == two


def test_too_little_to_learn_from_is_said(tmp_path: Path) -> None:
    short = write_series(tmp_path / "short.csv", {"quay": {"pm25": air(20, 1, days=10)}})
    with pytest.raises(CommandError, match="too few to learn from"):
        train(short)
    with pytest.raises(CommandError, match="number from 10000 on"):
        train(short, rows=5)
    with pytest.raises(CommandError, match="gone"):
        train(tmp_path / "gone.csv")


@pytest.mark.django_db
def test_a_database_without_observations_is_too_little() -> None:
    with pytest.raises(CommandError, match="too few to learn from"):
        train()


def test_the_shipped_model_is_whole_small_and_says_where_it_comes_from() -> None:
    look_in(SHIPPED)
    assert damaged_models() == []
    assert current_model() is not None
    assert (SHIPPED / "global_model.txt.xz").stat().st_size < 3_000_000
    about = json.loads((SHIPPED / "global_model.json").read_text())
    licences = [dataset["licence"] for dataset in about["trained_on"]]
    assert all(licences)
    assert not [licence for licence in licences if "GPL" in licence or "BY-SA" in licence]


@pytest.mark.parametrize("damage", ["absent", "cut", "changed", "other features", "no description"])
def test_a_damaged_model_is_reported_and_done_without(tmp_path: Path, damage: str, caplog: Any) -> None:
    folder = tmp_path / damage
    folder.mkdir()
    model, about = (SHIPPED / "global_model.txt.xz").read_bytes(), (SHIPPED / "global_model.json").read_text()
    if damage != "absent":
        content = {"cut": model[:-100], "changed": b"x" + model[1:]}.get(damage, model)
        (folder / "global_model.txt.xz").write_bytes(content)
        (folder / "global_model.json").write_text(
            {"other features": about.replace("lag 24", "lag 25"), "no description": "{"}.get(damage, about)
        )
    look_in(folder)
    (problem,) = damaged_models()
    assert damage in problem
    assert "global_model" not in predicted(DAY).given
    assert predicted(DAY[-100:]).model == "damped_persistence"


def test_a_damaged_own_model_gives_way_to_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "global_model.json").write_text("{}")
    look_in(tmp_path, SHIPPED)
    assert len(damaged_models()) == 1
    assert "global_model" in predicted(DAY).given
    look_in(tmp_path / "nothing", SHIPPED)
    assert damaged_models() == []


def test_the_package_is_imported_without_lightgbm() -> None:
    code = "import sys, forecasts.prediction; sys.exit('lightgbm' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR).returncode == 0


def test_six_hours_are_enough_for_the_global_model() -> None:
    assert "global_model" in predicted([20.0] * 6).given
    assert "global_model" not in predicted([20.0] * 5).given
