from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from forecasts.prediction.model_choice import SHIPPED, look_in
from tests.forecasts.windy import train, write_windy_city


@pytest.fixture
def shipped_again() -> Iterator[None]:
    """After a test that looked for the forecasting model elsewhere."""
    yield
    look_in(Path(settings.AQI_MODEL_DIR), SHIPPED)


@pytest.fixture(scope="session")
def windy_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_windy_city(tmp_path_factory.mktemp("windy") / "city.csv")


@pytest.fixture(scope="session")
def weather_model(windy_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("with-weather")
    train(windy_city, f"--output={folder}")
    return folder
