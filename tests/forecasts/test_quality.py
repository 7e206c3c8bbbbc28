import math
from datetime import UTC, datetime, timedelta

import pytest

from forecasts.aqi import STORED_PARAMETERS
from forecasts.quality import HIGHEST_POSSIBLE_UG_M3, reason_to_reject

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parameter", "value", "reason"),
    [
        ("pm25", 0.0, None),
        ("pm25", 999.0, None),  # Delhi in November is bad, and true
        ("pm10", 9_500.0, None),  # a dust storm
        ("pm25", -0.1, "negative"),
        ("pm25", 10_000.1, "impossibly high"),
        ("o3", 2_000.1, "impossibly high"),
        ("co", math.inf, "not a finite number"),
        ("co", math.nan, "not a finite number"),
    ],
)
def test_a_value_is_believed_or_the_reason_is_given(parameter: str, value: float, reason: str | None) -> None:
    assert reason_to_reject(parameter, value, NOW, NOW) == reason


def test_an_hour_that_has_not_come_yet_is_not_believed() -> None:
    assert reason_to_reject("pm25", 5.0, NOW + timedelta(seconds=1), NOW) == "in the future"


def test_every_parameter_that_is_stored_has_a_highest_possible_value() -> None:
    assert set(HIGHEST_POSSIBLE_UG_M3) == set(STORED_PARAMETERS)
