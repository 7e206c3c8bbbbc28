import json
from pathlib import Path
from typing import Any

import pytest

from forecasts.aqi import SCALES
from forecasts.aqi.examples import ExampleError, agrees, outcome

FILE = Path(__file__).parent.parent / "fixtures" / "worked_examples.json"
EXAMPLES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["examples"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_a_worked_example_agrees(example: dict[str, Any]) -> None:
    found = outcome(example)
    assert agrees(example["expected"], found), found


def test_every_scale_has_worked_examples() -> None:
    assert SCALES.keys() <= {example["scale"] for example in EXAMPLES}


@pytest.mark.parametrize(
    ("scale", "asked"),
    [
        ("us_epa_1999", {"pollutant": "pm25_24h", "value": 1, "unit": "ug/m3"}),
        ("us_epa_2024", {"pollutant": "pm1_24h", "value": 1, "unit": "ug/m3"}),
        ("us_epa_2024", {"pollutant": "pm25_1h", "value": 1, "unit": "ug/m3"}),
        ("us_epa_2024", {"pollutant": "pm25_24h", "value": 1, "unit": "ppb"}),
        ("us_epa_2024", {"pollutant": "pm25_24h", "value": "much", "unit": "ug/m3"}),
        ("who_aqg_2021", {"pollutant": "pm25", "period": "1h", "value": 1}),
        ("who_aqg_2021", {"pollutant": "pm25", "period": "24h", "value": "much"}),
    ],
)
def test_an_example_of_something_unknown_is_a_named_error(scale: str, asked: dict[str, Any]) -> None:
    with pytest.raises(ExampleError, match=scale):
        outcome({"scale": scale, "input": asked, "expected": None})


@pytest.mark.parametrize(
    ("expected", "found"),
    [(None, 0), (0, None), (50, 51), ("10+", 11), (1.0, 1.002), ({"aqi": 3}, 3), ({"aqi": None, "nowcast": 1.0}, {})],
)
def test_what_differs_does_not_agree(expected: Any, found: Any) -> None:
    assert not agrees(expected, found)


def test_a_missing_value_has_no_answer_in_the_form_of_open_meteo_either() -> None:
    theirs = {"scale": "openmeteo_european_aqi", "input": {"variable": "pm2_5", "value": None}}
    assert outcome({**theirs, "expected": None}) is None


def test_a_reason_in_words_is_not_compared() -> None:
    assert agrees({"aqi": None, "reason": "too few"}, {"aqi": None})


@pytest.mark.parametrize("value", [None, -999, float("nan"), float("inf"), float("-inf"), "nan"])
def test_a_code_for_a_missing_value_is_no_index_and_never_clean_air(value: Any) -> None:
    asked = {"pollutant": "pm25_24h", "value": value, "unit": "ug/m3"}
    assert outcome({"scale": "us_epa_2024", "input": asked, "expected": None}) is None
    who = {"scale": "who_aqg_2021", "input": {"pollutant": "pm25", "period": "24h", "value": value}}
    assert agrees({"exceeds_aqg": None, "ratio": None}, outcome(who))
    both = {"scale": "us_epa_2024", "input": {"pm25_24h": value, "pm10_24h": 54}, "expected": {"aqi": 50}}
    assert outcome(both) == {"aqi": 50, "dominant": "pm10", "category": "Good"}


def test_noise_around_zero_is_zero_as_an_average() -> None:
    asked = {"pollutant": "pm25_24h", "value": -0.5, "unit": "ug/m3"}
    assert outcome({"scale": "us_epa_2024", "input": asked, "expected": 0}) == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"pm25_aqi": 50},
        {"pm25_24h_aqi": 50},
        {"pm25_iaqi": 50},
        {"aqi": 50},
        {"pollutant": "aqi", "value": 50},
        {"pollutant": "pm25_24h", "value": 50, "unit": "aqi"},
        {"pollutant": 25, "value": 50},
        {"pollutant": "pm25_24h", "value": "-"},
        "pm25",
    ],
)
def test_an_index_and_what_cannot_be_read_are_no_concentration(asked: Any) -> None:
    with pytest.raises(ExampleError, match="us_epa_2024 has no"):
        outcome({"scale": "us_epa_2024", "input": asked, "expected": 137})


def test_the_nowcast_of_particles_is_not_for_ozone() -> None:
    with pytest.raises(ExampleError, match="o3"):
        outcome({"scale": "us_nowcast_pm", "input": {"pollutant": "o3", "hourly_newest_first": [12] * 12}})


@pytest.mark.parametrize(
    ("scale", "asked", "expected"),
    [
        ("us_epa_2024", {"pm10_24h_ugm3": 54, "pm25_24h_mean": 9.0}, {"aqi": 50, "dominant": "pm25"}),
        ("kr_cai", {"sub_indices": {"no2": 90, "pm25": 90, "pm10": 90, "o3": 90}}, {"cai": 90, "dominant": "o3"}),
        ("kr_cai", {"sub_indices": {"pm10": 90, "pm25": 90, "o3": 90, "no2": None}}, {"cai": None}),
        ("cn_hj633_2012", {"pm25_24h": 35, "o3_8h": 100}, {"aqi": 50, "dominant": None, "category": "Excellent"}),
        ("cn_hj633_2012", {"pm25_24h": 36, "o3_8h": 100}, {"aqi": 52, "dominant": "pm25", "category": "Good"}),
    ],
)
def test_an_example_names_the_dominant_pollutant_as_the_scale_does(
    scale: str, asked: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert agrees(expected, outcome({"scale": scale, "input": asked, "expected": expected}))
