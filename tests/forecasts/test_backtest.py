import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from forecasts.aqi import Unit
from forecasts.models import Location, Observation
from tests.forecasts.series_files import HOUR, START, air, write_series

TEST_FROM = "2024-02-10T00:00Z"
FIRST = 40 * 24  # hours from the start to TEST_FROM


def run(*files: Path, **options: Any) -> str:
    out = io.StringIO()
    given = {"test_from": TEST_FROM, **options}
    call_command(
        "backtest", *files, *(f"--{name.replace('_', '-')}={value}" for name, value in given.items()), stdout=out
    )
    return out.getvalue()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def forecasts(file: Path, folder: Path, **options: Any) -> list[dict[str, str]]:
    output = folder / "forecasts.csv"
    run(file, output=str(output), **options)
    return read(output)


def ratio(report: str, lead: int) -> float:
    """MAE / persistence of all series together."""
    found = re.search(rf"^ +{lead} h +\d+ +([\d.]+)", report, re.MULTILINE)
    assert found
    return float(found[1])


@pytest.fixture
def port(tmp_path: Path) -> Path:
    return write_series(tmp_path / "port.csv", {"quay": {"pm25": air(20, 1)}, "mole": {"pm25": air(8, 2)}})


def test_every_series_is_forecast_from_rolling_hours(port: Path, tmp_path: Path) -> None:
    rows = forecasts(port, tmp_path, every=48)
    assert {row["location"] for row in rows} == {"quay", "mole"}
    assert sorted({row["issued_at"] for row in rows})[:2] == ["2024-02-10T00:00:00Z", "2024-02-12T00:00:00Z"]
    assert [int(row["lead_h"]) for row in rows[:120]] == list(range(1, 121))
    for row in rows:
        bounds = [float(row[name]) for name in ("lo95", "lo80", "median", "hi80", "hi95")]
        assert bounds == sorted(bounds)


def test_what_comes_after_the_hour_of_issue_changes_no_forecast(port: Path, tmp_path: Path) -> None:
    before = forecasts(port, tmp_path)
    later = FIRST + 10 * 24
    changed = {
        place: {"pm25": [*values[: later + 1], *(value * 9 for value in values[later + 1 :])]}
        for place, values in (("quay", air(20, 1)), ("mole", air(8, 2)))
    }
    after = forecasts(write_series(tmp_path / "port.csv", changed), tmp_path)
    until = (START + later * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [row for row in before if row["issued_at"] <= until] == [row for row in after if row["issued_at"] <= until]
    assert before != after


def test_forecasts_and_observations_are_in_the_names_and_units_of_the_file(tmp_path: Path) -> None:
    micrograms = write_series(tmp_path / "a.csv", {"quay": {"o3": air(60, 3)}}, units={"o3": "ug/m3"})
    parts = write_series(tmp_path / "b.csv", {"quay": {"o3": air(60, 3)}}, units={"o3": "ppb"})
    raw = write_series(tmp_path / "c.csv", {"quay": {"pm25_raw": air(60, 3)}})
    a, b = forecasts(micrograms, tmp_path), forecasts(parts, tmp_path)
    assert [float(row["median"]) for row in b] == pytest.approx([float(row["median"]) for row in a], rel=1e-3)
    observations = tmp_path / "observations.csv"
    assert {row["parameter"] for row in forecasts(raw, tmp_path, observations=str(observations))} == {"pm25_raw"}
    assert [float(row["value"]) for row in read(observations)] == air(60, 3)
    assert read(observations)[1]["time"] == "2024-01-01T01:00:00Z"


def test_forecasts_beat_persistence_and_their_bounds_hold(port: Path) -> None:
    report = run(port, every=7)
    assert all(ratio(report, lead) < 1 for lead in (6, 12, 48, 72))
    share = re.search(r"All 120 leads: ([\d.]+) % inside the 80 % bounds, ([\d.]+) %", report)
    assert share
    assert 65 < float(share[1]) < 95
    assert float(share[1]) < float(share[2]) <= 100


def test_the_figures_are_mean_errors_over_those_of_persistence(tmp_path: Path) -> None:
    """A series that goes 10, 20, 10, 20 … is known after a month: persistence is wrong by 10 at odd leads."""
    file = write_series(tmp_path / "a.csv", {"quay": {"pm25": [10.0, 20.0] * 720}})
    output, report = tmp_path / "f.csv", run(file, every=29, output=str(tmp_path / "f.csv"))
    first = [row for row in read(output) if row["lead_h"] == "1"]
    hour = {(START + hour * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ"): hour for hour in range(1440)}
    errors = [abs(float(row["median"]) - (20.0 if (hour[row["issued_at"]] + 1) % 2 else 10.0)) for row in first]
    assert ratio(report, 1) == pytest.approx(np.mean(errors[: len(first)]) / 10, abs=2e-3)


def test_gaps_and_long_silences_are_passed_over(tmp_path: Path) -> None:
    values: list[float | None] = list(air(20, 1))
    values[FIRST + 48 : FIRST + 96] = [None] * 48
    rows = forecasts(write_series(tmp_path / "a.csv", {"quay": {"pm25": values}}), tmp_path, every=6)
    issued = {row["issued_at"] for row in rows}
    assert "2024-02-12T06:00:00Z" in issued  # the last value is 7 hours old
    assert "2024-02-12T12:00:00Z" not in issued


def test_a_file_of_a_model_is_used_as_a_forecast_of_the_other_and_corrected(tmp_path: Path) -> None:
    truth = air(20, 1)
    measured = write_series(tmp_path / "a.csv", {"quay": {"pm25": truth}}, title="Measured")
    model = {"cell": {"pm25": [value * 3 for value in truth]}, "far": {"pm25": air(20, 9)}}
    cells = write_series(tmp_path / "b.csv", model, licence="Copernicus CAMS")
    alone, together = run(measured, every=12), run(measured, cells, every=12)
    assert ratio(together, 24) < ratio(alone, 24) / 2


def test_other_columns_and_odd_values_are_left_aside(tmp_path: Path) -> None:
    values = air(20, 1)
    plain = write_series(tmp_path / "a.csv", {"quay": {"pm25": values}})
    dirty = {"quay": {"pm25": values, "temp_c": [7.0] * len(values), "nox": [1.0] * len(values)}}
    other = write_series(tmp_path / "b.csv", dirty, units={"nox": "ppb"})
    rows = [{**row, "parameter": ""} for row in forecasts(other, tmp_path)]
    assert {row["parameter"] for row in forecasts(other, tmp_path)} == {"pm25"}
    assert len(rows) == len(forecasts(plain, tmp_path))


@pytest.mark.parametrize("name", ["chart.png", "chart.svg"])
def test_the_figures_can_be_drawn(port: Path, tmp_path: Path, name: str) -> None:
    run(port, plot=str(tmp_path / name))
    assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.django_db
def test_without_files_the_observations_of_the_database_are_forecast(tmp_path: Path) -> None:
    place = Location.objects.create(slug="port", name="Port", latitude=53.5, longitude=10)
    source = place.sources.create(provider="files", station="quay")
    made_up = place.sources.create(provider="simulated", is_enabled=False)
    for one in (source, made_up):
        Observation.objects.bulk_create(
            Observation(
                source=one,
                parameter="pm25",
                observed_at=START + hour * HOUR,
                value_ug_m3=value,
                original_value=value,
                original_unit=Unit.MICROGRAMS,
            )
            for hour, value in enumerate(air(20, 1))
        )
    run(output=str(tmp_path / "f.csv"))
    assert {row["location"] for row in read(tmp_path / "f.csv")} == {f"port/{source.pk}"}


def test_mistakes_are_named(port: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Nothing to forecast: .* simulated air is left out"):
        run(port, test_from="2030-01-01")
    with pytest.raises(CommandError, match=r"gone\.csv"):
        run(tmp_path / "gone.csv")
    with pytest.raises(CommandError, match="not a time"):
        call_command("backtest", str(port), "--test-from", "soon")
    with pytest.raises(CommandError, match="not a number of hours"):
        call_command("backtest", str(port), "--test-from", "2024-02-10", "--every", "0")
    unknown = write_series(tmp_path / "o3.csv", {"quay": {"o3": air(60, 3)}})
    with pytest.raises(CommandError, match=r"o3\.csv: .*--unit o3=ppb"):
        run(unknown)
    assert "1 h" in run(unknown, unit="o3=ppb")
