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


def test_a_missing_value_has_no_answer_in_any_form_of_example() -> None:
    who = {"scale": "who_aqg_2021", "input": {"pollutant": "pm25", "period": "24h", "value": None}}
    assert agrees({"exceeds_aqg": None, "ratio": None}, outcome({**who, "expected": {}}))
    theirs = {"scale": "openmeteo_european_aqi", "input": {"variable": "pm2_5", "value": None}}
    assert outcome({**theirs, "expected": None}) is None


def test_a_reason_in_words_is_not_compared() -> None:
    assert agrees({"aqi": None, "reason": "too few"}, {"aqi": None})
