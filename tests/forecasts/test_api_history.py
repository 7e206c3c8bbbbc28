import csv
import io
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient, Client
from django.utils.timezone import now

from forecasts.models import Location, Source
from forecasts.quality import Flag

from .api_rows import HOUR, JSON_PROBLEM, observe, place, this_hour

HISTORY = "/api/v1/locations/delhi/history/"
DAY = datetime(2026, 1, 10, 18, 30, tzinfo=UTC)  # midnight in Delhi
PERIOD = {"from": "2026-01-10T18:30:00Z", "to": "2026-01-11T18:30:00Z"}


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi", "Delhi", 28.6139, 77.2090, timezone="Asia/Kolkata")


@pytest.fixture
def station(delhi: Location) -> Source:
    return Source.objects.create(
        location=delhi, provider="files", station="1", name="Station One", licence="CC BY 4.0", attribution="The City"
    )


@pytest.fixture
def second(delhi: Location) -> Source:
    return Source.objects.create(location=delhi, provider="files", station="2", name="Station Two", position=1)


@pytest.fixture
def simulation(delhi: Location) -> Source:
    return Source.objects.create(location=delhi, provider="simulated", position=0)


def hours(count: int, start: datetime = DAY) -> list[datetime]:
    return [(start + timedelta(minutes=30)) + number * HOUR for number in range(count)]


def read(client: Client, **query: Any) -> dict[str, Any]:
    answer = client.get(HISTORY, {**PERIOD, **query})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    body: dict[str, Any] = json.loads(answer.getvalue())
    return body


def test_each_hour_says_its_value_as_given_and_in_micrograms_and_whose_it_is(client: Client, station: Source) -> None:
    observe(station, hours(1), 12.0)
    assert read(client) == {
        "location": "delhi",
        "from": "2026-01-10T18:30:00Z",
        "to": "2026-01-11T18:30:00Z",
        "resolution": "hourly",
        "units": "µg/m³ at 25 °C and 1 atm; original values in original_unit",
        "rows": [
            {
                "observed_at": "2026-01-10T19:00:00Z",
                "parameter": "pm25",
                "value_ug_m3": 12.0,
                "original_value": 6.0,
                "original_unit": "ppb",
                "source": "Station One",
                "licence": "CC BY 4.0",
                "is_simulated": False,
                "flags": [],
            }
        ],
        "attribution": [{"name": "Station One", "attribution": "The City", "licence": "CC BY 4.0", "url": ""}],
    }


def test_a_location_without_observations_has_an_empty_history(client: Client, delhi: Location) -> None:
    answer = read(client)
    assert (answer["rows"], answer["attribution"]) == ([], [])


def test_the_period_includes_its_beginning_and_not_its_end(client: Client, station: Source) -> None:
    observe(station, hours(3), 12.0)
    rows = read(client, **{"from": "2026-01-10T19:00:00Z", "to": "2026-01-10T21:00:00Z"})["rows"]
    assert [row["observed_at"] for row in rows] == ["2026-01-10T19:00:00Z", "2026-01-10T20:00:00Z"]


def test_the_last_two_days_come_unless_told(client: Client, station: Source) -> None:
    observe(station, [this_hour() - 47 * HOUR, this_hour() - 49 * HOUR, this_hour() + 2 * HOUR], 12.0)
    body = json.loads(client.get(HISTORY).getvalue())
    assert len(body["rows"]) == 1
    assert datetime.fromisoformat(body["to"]) - datetime.fromisoformat(body["from"]) == timedelta(hours=48)
    assert abs(datetime.fromisoformat(body["to"]) - now()) < timedelta(minutes=1)


def test_doubted_values_come_when_they_are_asked_for_each_as_a_row_of_its_own(
    client: Client, station: Source, second: Source
) -> None:
    observe(station, hours(1), 900.0)
    station.observations.update(flags=Flag.SPIKE | Flag.PUBLISHER)
    observe(second, hours(1), 20.0)
    second.observations.update(flags=Flag.DETECTION_LIMIT)
    told = [(row["value_ug_m3"], row["flags"]) for row in read(client)["rows"]]
    assert told == [(20.0, ["detection_limit"])]
    told = [(row["value_ug_m3"], row["flags"]) for row in read(client, flagged="true")["rows"]]
    assert told == [(20.0, ["detection_limit"]), (900.0, ["spike", "publisher"])]
    sheet = client.get(HISTORY, {**PERIOD, "flagged": "true", "format": "csv"}).getvalue().decode()
    assert [row["flags"] for row in csv.DictReader(io.StringIO(sheet))] == ["detection_limit", "spike publisher"]


def test_a_day_is_made_of_believed_hours_only(client: Client, station: Source) -> None:
    observe(station, hours(20), 10.0)
    station.observations.filter(observed_at=hours(1)[0]).update(value_ug_m3=900.0, flags=Flag.SPIKE)
    day = read(client, resolution="daily")["rows"][0]
    assert (day["mean_ug_m3"], day["max_ug_m3"], day["hours"]) == (10.0, 10.0, 19)
    refused = client.get(HISTORY, {**PERIOD, "scale": "us_epa_2024", "flagged": "true"})
    assert refused.json()["errors"][0]["parameter"] == "flagged"
    refused = client.get(HISTORY, {**PERIOD, "resolution": "daily", "flagged": "true"})
    assert refused.json()["errors"][0]["parameter"] == "flagged"


def test_a_zone_may_be_named(client: Client, station: Source) -> None:
    observe(station, hours(2), 12.0)
    rows = read(client, **{"from": "2026-01-11T01:30:00+05:30"})["rows"]
    assert [row["observed_at"] for row in rows] == ["2026-01-10T20:00:00Z"]


def test_the_first_source_wins_each_hour_and_the_next_fills_its_gaps(
    client: Client, station: Source, second: Source
) -> None:
    observe(second, hours(2), 20.0)
    observe(station, hours(1), 10.0)
    rows = read(client)["rows"]
    assert [(row["value_ug_m3"], row["source"]) for row in rows] == [(10.0, "Station One"), (20.0, "Station Two")]


def test_a_real_source_comes_before_a_simulated_one_whatever_their_positions(
    client: Client, simulation: Source, second: Source
) -> None:
    observe(simulation, hours(2), 1.0)
    observe(second, hours(1), 20.0)
    rows = read(client)["rows"]
    assert [(row["value_ug_m3"], row["is_simulated"]) for row in rows] == [(20.0, False), (1.0, True)]


def test_rows_are_in_order_of_time_and_then_of_parameter(client: Client, station: Source, second: Source) -> None:
    for source, parameter in ((second, "o3"), (station, "pm25"), (second, "pm25"), (station, "o3")):
        observe(source, hours(2), 12.0, parameter)
    assert [(row["observed_at"][11:13], row["parameter"], row["source"]) for row in read(client)["rows"]] == [
        ("19", "o3", "Station One"),
        ("19", "pm25", "Station One"),
        ("20", "o3", "Station One"),
        ("20", "pm25", "Station One"),
    ]


def test_another_location_is_not_mixed_in(client: Client, station: Source) -> None:
    elsewhere = Source.objects.create(location=place("lima", "Lima", -12, -77), provider="files")
    observe(elsewhere, hours(2), 99.0)
    assert read(client)["rows"] == []


def test_parameters_can_be_chosen(client: Client, station: Source) -> None:
    for parameter in ("pm25", "o3", "no2"):
        observe(station, hours(1), 12.0, parameter)
    assert [row["parameter"] for row in read(client)["rows"]] == ["no2", "o3", "pm25"]
    assert [row["parameter"] for row in read(client, parameter=["pm25", "o3"])["rows"]] == ["o3", "pm25"]


def test_a_day_is_local_and_has_a_mean_of_its_hours(client: Client, station: Source) -> None:
    observe(station, hours(17), 10.0)
    observe(station, hours(1, DAY + 17 * HOUR), 28.0)
    observe(station, hours(1, DAY - HOUR), 500.0)
    observe(station, hours(1, DAY + 24 * HOUR), 500.0)
    body = read(client, resolution="daily", **{"from": "2026-01-11", "to": "2026-01-11T01:00:00Z"})
    assert (body["from"], body["to"]) == ("2026-01-10T18:30:00Z", "2026-01-11T18:30:00Z")
    assert body["rows"] == [
        {
            "day": "2026-01-11",
            "parameter": "pm25",
            "mean_ug_m3": 11.0,
            "min_ug_m3": 10.0,
            "max_ug_m3": 28.0,
            "hours": 18,
            "source": "Station One",
            "licence": "CC BY 4.0",
            "is_simulated": False,
        }
    ]


def test_a_day_with_fewer_than_eighteen_hours_has_no_mean(client: Client, station: Source) -> None:
    observe(station, hours(17), 10.0)
    row = read(client, resolution="daily")["rows"][0]
    assert (row["mean_ug_m3"], row["min_ug_m3"], row["hours"]) == (None, 10.0, 17)


def test_a_day_is_never_a_mixture_of_sources(client: Client, station: Source, second: Source) -> None:
    observe(station, hours(12), 10.0)
    observe(second, hours(24), 20.0)
    rows = read(client, resolution="daily")["rows"]
    assert [(row["source"], row["mean_ug_m3"], row["hours"]) for row in rows] == [("Station Two", 20.0, 24)]


def test_the_first_source_that_knows_enough_of_a_day_has_it(client: Client, station: Source, second: Source) -> None:
    observe(station, hours(18), 10.0)
    observe(second, hours(24), 20.0)
    assert read(client, resolution="daily")["rows"][0]["mean_ug_m3"] == 10.0


def test_a_simulated_day_never_replaces_a_real_one_however_short(
    client: Client, simulation: Source, station: Source
) -> None:
    observe(simulation, hours(24), 20.0)
    observe(station, hours(1), 10.0)
    row = read(client, resolution="daily")["rows"][0]
    assert (row["is_simulated"], row["mean_ug_m3"], row["hours"]) == (False, None, 1)


def test_each_parameter_of_a_day_is_a_row(client: Client, station: Source, second: Source) -> None:
    observe(station, hours(24), 10.0, "o3")
    observe(second, hours(24), 20.0, "pm25")
    body = read(client, resolution="daily")
    assert [(row["parameter"], row["source"]) for row in body["rows"]] == [
        ("o3", "Station One"),
        ("pm25", "Station Two"),
    ]
    assert [terms["name"] for terms in body["attribution"]] == ["Station One", "Station Two"]


def test_long_answers_come_whole_although_in_pieces(client: Client, station: Source) -> None:
    observe(station, hours(1201), 12.0)
    answer: Any = client.get(HISTORY, {**PERIOD, "to": "2026-03-10"})
    assert isinstance(answer.streaming_content, Iterator)
    chunks = list(answer.streaming_content)
    assert len(chunks) > 3
    assert len(json.loads(b"".join(chunks))["rows"]) == 1201


@pytest.mark.parametrize("ask", [("text/csv", {}), ("*/*", {"format": "csv"})])
def test_a_spreadsheet_gets_csv(client: Client, station: Source, ask: tuple[str, dict[str, str]]) -> None:
    station.name = 'Station "One", São Paulo'
    station.save()
    observe(station, hours(2), 12.0)
    accept, query = ask
    answer = client.get(HISTORY, {**PERIOD, **query}, headers={"accept": accept})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="delhi-hourly.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))
    assert len(rows) == 2
    assert rows[0] == {
        "observed_at": "2026-01-10T19:00:00Z",
        "parameter": "pm25",
        "value_ug_m3": "12.0",
        "original_value": "6.0",
        "original_unit": "ppb",
        "source": 'Station "One", São Paulo',
        "licence": "CC BY 4.0",
        "is_simulated": "False",
        "flags": "",
        "attribution": "The City",
    }


def test_a_missing_mean_is_an_empty_cell(client: Client, station: Source) -> None:
    observe(station, hours(2), 12.0)
    answer = client.get(HISTORY, {**PERIOD, "format": "csv", "resolution": "daily"})
    row = next(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))
    assert (row["day"], row["mean_ug_m3"], row["hours"]) == ("2026-01-11", "", "2")


def test_csv_without_rows_still_has_its_header(client: Client, delhi: Location) -> None:
    assert client.get(HISTORY, {"format": "csv"}).getvalue().startswith(b"observed_at,parameter,")


@pytest.mark.parametrize("form", ["json", "csv"])
async def test_an_asynchronous_server_streams_without_holding_the_loop(
    async_client: AsyncClient, transactional_db: None, station: Source, form: str
) -> None:
    await sync_to_async(observe)(station, hours(1201), 12.0)
    answer: Any = await async_client.get(HISTORY, {**PERIOD, "to": "2026-03-10", "format": form})
    assert isinstance(answer.streaming_content, AsyncIterator)
    chunks = [chunk async for chunk in answer.streaming_content]
    assert len(chunks) > 3
    assert b"".join(chunks).count(b"Station One") >= 1201
    await sync_to_async(connections.close_all)()  # of the thread that served


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-01-11", "to": "2026-01-10"}, "from"),
        ({"from": "2026-01-10", "to": "2026-01-10"}, "from"),
        ({"from": "2025-01-01", "to": "2026-01-03"}, "from"),
        ({"from": "2010-01-01", "to": "2026-01-01", "resolution": "daily"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"to": "9999-12-31T23:59:59-12:00"}, "to"),
        ({"to": "2026-13-01"}, "to"),
        ({"to": "0001-01-01T05:00:00Z"}, "to"),
        ({"to": "9999-12-31", "resolution": "daily"}, "to"),
        ({"parameter": "smog"}, "parameter"),
        ({"resolution": "yearly"}, "resolution"),
        ({"format": "xlsx"}, "format"),
    ],
)
def test_a_bad_parameter_is_named(client: Client, delhi: Location, query: dict[str, str], parameter: str) -> None:
    answer = client.get(HISTORY, query)
    assert (answer.status_code, answer["Content-Type"]) == (400, JSON_PROBLEM)
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_a_leap_year_of_hours_and_ten_years_of_days_are_allowed(client: Client, delhi: Location) -> None:
    for period in (
        {"from": "2024-01-01", "to": "2025-01-01"},
        {"from": "2016-01-01", "to": "2026-01-01", "resolution": "daily"},
    ):
        assert client.get(HISTORY, period).status_code == 200
