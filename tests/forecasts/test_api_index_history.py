"""History told by an index: any scale and version, so that a change of standard never breaks a series."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from forecasts.aqi import SCALES, Concentration, Unit, index
from forecasts.models import Location, Observation, Source

from .api_rows import JSON_PROBLEM, place

HISTORY = "/api/v1/locations/delhi/history/"
START = datetime(2016, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
PM25 = [12.0 + (i * 7) % 60 if i % 11 else None for i in range(24 * 40)]


@pytest.fixture
def station(db: None) -> Source:
    location = place("delhi", "Delhi", 28.6139, 77.2090, country="IN", timezone="Asia/Kolkata")
    source = Source.objects.create(location=location, provider="files", name="Embassy", licence="CC0 1.0")
    observe(source, PM25)
    return source


def observe(source: Source, values: list[float | None], parameter: str = "pm25", start: datetime = START) -> None:
    Observation.objects.bulk_create(
        Observation(
            source=source,
            parameter=parameter,
            observed_at=start + i * HOUR,
            value_ug_m3=value,
            original_value=value,
            original_unit="µg/m³",
        )
        for i, value in enumerate(values)
        if value is not None
    )


def whole(answer: Any) -> Any:
    return json.loads(answer.getvalue())


def ask(client: Client, scale: str, hours: int = 24 * 40, **more: Any) -> Any:
    period = {"from": START.isoformat(), "to": (START + hours * HOUR).isoformat()}
    return client.get(HISTORY, {**period, "scale": scale, **more})


@pytest.mark.parametrize("scale", ["us_epa_2012", "us_epa_2024", "eu_eaqi_2019", "uk_daqi"])
def test_each_hour_has_the_index_that_it_would_have_been_shown(client: Client, station: Source, scale: str) -> None:
    rows = whole(ask(client, scale))["rows"]
    air = {START + i * HOUR: Concentration(value, Unit.MICROGRAMS) for i, value in enumerate(PM25) if value is not None}
    assert len(rows) == len(air)
    for row, at in list(zip(rows, air, strict=True))[::37]:
        found = index({"pm25": air}, at, scale)
        shown = (row["value"], row["text"], row["category"], row["color"], row["scale_version"])
        assert shown == (found.value, found.text, found.category, found.color, found.scale_version)


def test_two_versions_of_a_standard_differ_on_the_same_hours(client: Client, station: Source) -> None:
    before, after = (whole(ask(client, f"us_epa_{year}")) for year in (2012, 2024))
    assert (before["scale"], before["scale_version"]) == ("us_epa_2012", "2012-12-14")
    assert [row["observed_at"] for row in before["rows"]] == [row["observed_at"] for row in after["rows"]]
    assert any(one["value"] != other["value"] for one, other in zip(before["rows"], after["rows"], strict=True))


def test_the_hours_before_the_period_enter_its_averages(client: Client, station: Source) -> None:
    later = (START + 30 * HOUR).isoformat()
    all_rows = whole(ask(client, "eu_eaqi_2019", 48))["rows"]
    period = {"from": later, "to": (START + 48 * HOUR).isoformat()}
    part = whole(client.get(HISTORY, {**period, "scale": "eu_eaqi_2019"}))
    assert part["rows"] == [row for row in all_rows if row["observed_at"] >= later[:19]]
    assert part["rows"][0]["value"] is not None


def test_an_hour_without_an_index_is_null_and_never_zero(client: Client, station: Source) -> None:
    rows = whole(ask(client, "in_naqi_2014", 24))["rows"]
    assert {(row["value"], row["text"], row["category"]) for row in rows} == {(None, None, None)}


def test_days_have_the_worst_and_the_best_hour_of_the_local_day(client: Client, station: Source) -> None:
    hours, days = (whole(ask(client, "us_epa_2012", 72, resolution=kind))["rows"] for kind in ("hourly", "daily"))
    assert [day["day"] for day in days] == ["2016-01-01", "2016-01-02", "2016-01-03", "2016-01-04"]
    of_day = [
        row["value"] for row in hours if "2016-01-01T18:30" <= row["observed_at"] < "2016-01-02T18:30" and row["value"]
    ]
    assert (days[1]["max"], days[1]["min"], days[1]["hours"]) == (max(of_day), min(of_day), len(of_day))
    assert days[1]["category"] == SCALES["us_epa_2012"].category(max(of_day)).id


def test_whose_hours_they_are_is_told_in_each_row_and_at_the_end(client: Client, station: Source) -> None:
    gases = Source.objects.create(location=station.location, provider="files", name="Park", station="2", position=1)
    observe(gases, [40.0] * 24, "no2")
    observe(gases, [400.0] * 24)
    answer = whole(ask(client, "us_epa_2024", 24))
    assert {row["source"] for row in answer["rows"]} == {"Park", "Embassy; Park"}
    assert {row["is_simulated"] for row in answer["rows"]} == {False}
    assert [source["name"] for source in answer["attribution"]] == ["Embassy", "Park"]


def test_the_index_of_some_pollutants_alone(client: Client, station: Source) -> None:
    observe(station, [900.0 + i % 3 for i in range(48)], "pm10")
    alone, both = (whole(ask(client, "us_epa_2024", 24, **more))["rows"] for more in ({"parameter": "pm25"}, {}))
    assert max(row["value"] or 0 for row in alone) < 200 < max(row["value"] or 0 for row in both)


def test_doubted_values_do_not_enter(client: Client, station: Source) -> None:
    before = whole(ask(client, "us_epa_2024", 24))["rows"]
    Observation.objects.filter(observed_at=START + 9 * HOUR).update(flags=64)
    assert len(whole(ask(client, "us_epa_2024", 24))["rows"]) == len(before) - 1


def test_as_csv_each_row_says_all(client: Client, station: Source) -> None:
    answer = ask(client, "us_epa_2012", 24, format="csv")
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    assert rows[5]["scale"] == "us_epa_2012"
    assert (rows[5]["source"], rows[5]["licence"]) == ("Embassy", "CC0 1.0")
    assert rows[0]["value"] == ""
    days = ask(client, "us_epa_2012", 24, format="csv", resolution="daily")
    assert b"".join(days.streaming_content).startswith(b"day,max,min,category")  # type: ignore[attr-defined]


def test_an_unknown_scale_is_refused(client: Client, station: Source) -> None:
    answer = ask(client, "us_epa_1999")
    assert (answer.status_code, answer["Content-Type"]) == (400, JSON_PROBLEM)
    assert "us_epa_2012" in answer.json()["detail"]


def test_a_place_without_history_has_no_rows(client: Client, db: None) -> None:
    location: Location = place("delhi", "Delhi", 28.6139, 77.2090)
    assert location.slug == "delhi"
    assert whole(ask(client, "us_epa_2024"))["rows"] == []
