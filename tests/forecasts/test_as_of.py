"""What did we publish at a moment in the past? …/current/?as_of= and …/forecast/?as_of="""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from forecasts.models import Forecast, Location, Source
from forecasts.providers import Batch, Reading
from forecasts.refresh import refresh
from forecasts.retention import prune

from .api_rows import HOUR, JSON_PROBLEM, place

CURRENT = "/api/v1/locations/delhi/current/"
FORECAST = "/api/v1/locations/delhi/forecast/"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def delhi(db: None, clock: time_machine.Traveller) -> Location:
    return place("delhi", "Delhi", 28.6139, 77.2090)


@pytest.fixture
def station(delhi: Location) -> Source:
    return Source.objects.create(location=delhi, provider="files")


def hear(source: Source, clock: time_machine.Traveller, at: datetime, pm25: float) -> None:
    clock.move_to(at)
    hour = at.replace(minute=0)
    readings = [Reading(source.pk, "pm25", hour - lead * HOUR, pm25, "µg/m³") for lead in range(12)]
    refresh(source.location, {source.pk: Batch(readings)})


def ask(client: Client, address: str, as_of: datetime | str, **more: Any) -> Any:
    return client.get(address, {"as_of": as_of if isinstance(as_of, str) else as_of.isoformat()}, **more)


@pytest.fixture
def two_rounds(station: Source, clock: time_machine.Traveller) -> None:
    hear(station, clock, NOON + 10 * MINUTE, 20.0)
    hear(station, clock, NOON + 70 * MINUTE, 80.0)
    clock.shift(DAY)


def test_what_readers_saw_then_is_answered_byte_for_byte(client: Client, delhi: Location, two_rounds: None) -> None:
    texts = {row.seq: row.text for row in delhi.snapshots.all()}
    answers = [ask(client, CURRENT, NOON + minutes * MINUTE) for minutes in (9, 10, 69, 70, 100)]
    assert [answer.content.decode() for answer in answers] == [texts[seq] for seq in (1, 2, 2, 3, 3)]
    assert [answer["Memento-Datetime"][17:22] for answer in answers] == ["12:00", "12:10", "12:10", "13:10", "13:10"]
    assert answers[1]["ETag"] == f'"{delhi.epoch}-2"'


def test_the_forecast_of_then_is_the_one_that_was_shown(client: Client, two_rounds: None) -> None:
    at = NOON + 69 * MINUTE
    answer = ask(client, FORECAST, at).json()
    assert (answer["as_of"], answer["issued_at"]) == ("2026-03-10T13:09:00Z", "2026-03-10T12:10:00Z")
    assert answer["aqi"][0]["valid_at"] == "2026-03-10T14:00:00Z"
    assert len(answer["aqi"]) == len(answer["pollutants"]["pm25"]["hours"]) == 24
    assert answer["pollutants"]["pm25"]["hours"][0]["value"] == pytest.approx(20, rel=0.05)
    newer = ask(client, FORECAST, NOON + 70 * MINUTE).json()
    assert newer["issued_at"] == "2026-03-10T13:10:00Z"
    assert client.get(FORECAST).json()["as_of"] is None


def test_when_nothing_was_said_yet_nothing_is_said(client: Client, two_rounds: None) -> None:
    answer = ask(client, FORECAST, NOON + 9 * MINUTE).json()
    assert (answer["status"], answer["issued_at"], answer["aqi"]) == ("unavailable", None, [])


@pytest.mark.parametrize("address", [CURRENT, FORECAST])
def test_before_the_first_snapshot_there_is_a_clear_problem(client: Client, two_rounds: None, address: str) -> None:
    answer = ask(client, address, NOON - MINUTE)
    assert (answer.status_code, answer["Content-Type"]) == (404, JSON_PROBLEM)
    assert answer.json()["code"] == "not_kept"
    assert "2026-03-10T11:59Z" in answer.json()["detail"]


@pytest.mark.parametrize("address", [CURRENT, FORECAST])
@pytest.mark.parametrize("moment", ["yesterday", "2026-03-12T00:00:00Z", "1492-10-12T00:00Z"])
def test_a_moment_that_is_none_or_still_to_come_is_refused(
    client: Client, two_rounds: None, address: str, moment: str
) -> None:
    answer = ask(client, address, moment)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "as_of")


@pytest.mark.parametrize("address", [CURRENT, FORECAST])
def test_the_past_may_be_kept_for_an_hour_and_the_last_minute_not(
    client: Client, two_rounds: None, clock: time_machine.Traveller, address: str
) -> None:
    past = ask(client, address, NOON + 30 * MINUTE)
    assert past["Cache-Control"] == "max-age=3600"
    assert ask(client, address, NOON + 30 * MINUTE, HTTP_IF_NONE_MATCH=past["ETag"]).status_code == 304
    assert ask(client, address, datetime.now(UTC))["Cache-Control"] == "no-cache"
    assert client.get(address)["Cache-Control"] == "no-cache"


def test_after_snapshots_were_thinned_out_every_forecast_is_still_told_apart(
    client: Client, station: Source, clock: time_machine.Traveller
) -> None:
    for minutes, value in ((70, 20.0), (90, 40.0), (110, 80.0)):
        hear(station, clock, NOON + minutes * MINUTE, value)
    clock.shift(8 * DAY)
    prune()
    assert ask(client, FORECAST, NOON + 100 * MINUTE).json()["issued_at"] == "2026-03-10T13:30:00Z"
    assert ask(client, FORECAST, NOON + 119 * MINUTE).json()["issued_at"] == "2026-03-10T13:50:00Z"
    # The hour keeps its last snapshot, of 13:50, and the hour before its own.
    assert ask(client, CURRENT, NOON + 100 * MINUTE)["Memento-Datetime"][17:22] == "12:00"
    assert ask(client, CURRENT, NOON + 119 * MINUTE)["Memento-Datetime"][17:22] == "13:50"


def test_a_forecast_beyond_the_retention_is_a_problem_that_says_what_is_left(
    client: Client, two_rounds: None, clock: time_machine.Traveller
) -> None:
    clock.shift(90 * DAY)
    prune()
    assert not Forecast.objects.exists()
    answer = ask(client, FORECAST, NOON + 100 * MINUTE)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_kept")
    assert "/current/" in answer.json()["detail"]
    assert len(ask(client, CURRENT, NOON + 100 * MINUTE).json()["forecast"]["hours"]) == 24
