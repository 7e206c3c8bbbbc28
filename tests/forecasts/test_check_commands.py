import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

EXAMPLES = Path(__file__).parent.parent / "fixtures" / "worked_examples.json"

OURS = ["location_id,time_utc,local_time,pm25_raw,nowcast_conc,aqi_official,aqi_category,qc"]
AIRNOW = [
    "Site,Parameter,Date (LT),Year,Month,Day,Hour,NowCast Conc.,AQI,AQI Category,Raw Conc.,Conc. Unit,Duration,QC Name"
]


def run(command: str, *arguments: Any, **options: Any) -> list[str]:
    output = StringIO()
    call_command(command, *map(str, arguments), stdout=output, **options)
    return output.getvalue().splitlines()


def our_row(hour: int, raw: object = 40, nowcast: object = 40, aqi: object = 112, quality: str = "Valid") -> str:
    return f"embassy,2015-05-05T{hour:02}:30:00Z,2015-05-05T{hour:02}:00,{raw},{nowcast},{aqi},Moderate,{quality}"


def airnow_row(hour: int, parameter: str = "PM2.5 - Principal", raw: object = 40, aqi: object = 112) -> str:
    time = f"2015-05-05 {(hour + 11) % 12 + 1:02}:00 {'AM' if hour < 12 else 'PM'}"
    return f"City,{parameter},{time},2015,05,05,{hour:02},40.0,{aqi},Moderate,{raw},UG/M3,1 Hr,Valid"


def written(folder: Path, lines: list[str]) -> Path:
    path = folder / "official.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_our_worked_examples_all_agree() -> None:
    count = len(json.loads(EXAMPLES.read_text(encoding="utf-8"))["examples"])
    assert run("check_index", EXAMPLES) == [f"{count} of {count} agree"]


def test_a_disagreement_is_printed_and_is_a_failure(tmp_path: Path) -> None:
    asked = {"pollutant": "pm25_24h", "value": 35.9, "unit": "ug/m3"}
    examples = [
        {"id": "right", "scale": "us_epa_2024", "input": asked, "expected": 102},
        {"id": "wrong", "scale": "us_epa_2024", "input": asked, "expected": 99},
        {"id": "unknown", "scale": "mars", "input": asked, "expected": 1},
    ]
    file = tmp_path / "examples.json"
    file.write_text(json.dumps({"examples": examples}), encoding="utf-8")
    output = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_index", str(file), stdout=output)
    assert ended.value.code == 1
    assert output.getvalue().splitlines() == [
        f"wrong: {asked} should be 99, we say 102",
        f"unknown: mars has no {asked}",
        "1 of 3 agree",
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"examples": [{"id": "without the rest"}]}', '{"examples": 3}'])
def test_a_file_without_examples_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "examples.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="no file of worked examples"):
        run("check_index", file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing\.json"):
        run("check_index", tmp_path / "missing.json")
    with pytest.raises(CommandError, match=r"missing\.csv"):
        run("check_official", tmp_path / "missing.csv")


def test_official_hours_are_compared_once_their_window_is_in_the_file(tmp_path: Path) -> None:
    rows = [our_row(hour) for hour in range(13)] + [our_row(13, nowcast=40.1), our_row(14, aqi=111)]
    assert run("check_official", written(tmp_path, OURS + rows), scale="us_epa_2012") == [
        "NowCast from raw hours: 3 of 4 equal (75.00 %)",
        "AQI from the official NowCast: 14 of 15 equal (93.33 %)",
        "AQI from raw hours: 3 of 4 equal (75.00 %)",
    ]


def test_an_hour_that_is_not_valid_is_neither_used_nor_compared(tmp_path: Path) -> None:
    rows = [our_row(hour) for hour in range(12)]
    rows += [our_row(12, raw=900, quality="Suspect"), our_row(13)]
    rows += [our_row(14, raw=-999, quality="Missing"), our_row(15)]
    found = run("check_official", written(tmp_path, OURS + rows))
    assert found[0] == "NowCast from raw hours: 3 of 3 equal (100.00 %)"
    assert found[1] == "AQI from the official NowCast: 16 of 16 equal (100.00 %)"


def test_hours_without_official_numbers_are_not_compared(tmp_path: Path) -> None:
    rows = [our_row(hour) for hour in range(13)] + [our_row(13, nowcast=-999, aqi=-999)]
    found = run("check_official", written(tmp_path, OURS + rows))
    assert found[0] == "NowCast from raw hours: 2 of 2 equal (100.00 %)"


def test_airnows_own_columns_and_a_compressed_file_are_read(tmp_path: Path) -> None:
    rows = [airnow_row(hour) for hour in range(24)]
    rows += [airnow_row(hour, "PM10 - Principal", aqi=37) for hour in range(24)]
    rows += [airnow_row(hour, "OZONE", raw="?") for hour in range(24)]
    path = tmp_path / "official.csv.gz"
    path.write_bytes(gzip.compress("\r\n".join(AIRNOW + rows).encode()))
    assert run("check_official", path) == [
        "NowCast from raw hours: 26 of 26 equal (100.00 %)",
        "AQI from the official NowCast: 48 of 48 equal (100.00 %)",
        "AQI from raw hours: 26 of 26 equal (100.00 %)",
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a,b", "1,2"], "line 2"),
        ([*OURS, our_row(0), our_row(1, raw="forty")], "line 3"),
        ([*OURS, "embassy,2015-05-05T01:30:00Z"], "line 2"),
        ([*OURS, our_row(0).replace("2015-05-05T00:30:00Z", "yesterday")], "line 2"),
        (OURS, "no official hours"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run("check_official", written(tmp_path, lines))


def test_only_scales_with_a_nowcast_can_be_compared(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'uk_daqi'"):
        call_command("check_official", str(tmp_path), "--scale=uk_daqi")
