"""The fixtures are what the server really sends; `AQI_WRITE_FIXTURES=1` writes them anew."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import AsyncClient

from forecasts.models import Location
from realtime.access import keys
from realtime.access.models import ApiKey
from realtime.beat import Beat
from tests.golden import FOLDER, MESSAGES, assert_is_golden, message
from tests.realtime.conftest import dial, hear, join, place, say

EPOCH = "5f0c9a7e21b4"


@pytest.fixture
def delhi(transactional_db: None) -> Iterator[Location]:
    """The same place, with the same simulated air, at the same moment in every run."""
    with time_machine.travel(datetime(2026, 1, 15, 9, 30, 5, 123456, UTC), tick=False):
        yield place("delhi", "Delhi", 28.6519, 77.2315, country="IN", timezone="Asia/Kolkata", epoch=EPOCH)


async def test_a_place_that_was_never_refreshed_is_announced_as_in_the_fixture(delhi: Location) -> None:
    socket, _, update = await join("/ws/aqi/delhi")
    assert_is_golden(update, MESSAGES / "aqi_update_unavailable.json")
    await socket.disconnect()


async def test_the_greeting_and_the_update_are_those_of_the_fixtures(delhi: Location) -> None:
    await Beat(interval=300).once()
    socket, connected, update = await join("/ws/aqi/delhi")
    assert_is_golden(connected, MESSAGES / "connected.json")
    assert_is_golden(update, MESSAGES / "aqi_update.json")
    await socket.disconnect()


async def test_the_pushed_update_is_that_of_the_fixture(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    await Beat(interval=300).once()
    assert_is_golden(await hear(socket), MESSAGES / "aqi_update.json")
    await socket.disconnect()


async def test_rest_and_the_socket_send_the_snapshot_of_the_fixture(delhi: Location, async_client: AsyncClient) -> None:
    await Beat(interval=300).once()
    answer = await async_client.get("/api/v1/locations/delhi/current/")
    socket, _, update = await join("/ws/aqi/delhi")
    assert_is_golden(json.loads(answer.content), FOLDER / "snapshot.json")
    assert_is_golden(update["data"], FOLDER / "snapshot.json")
    await socket.disconnect()


async def test_the_explanation_is_that_of_the_fixture(delhi: Location, async_client: AsyncClient) -> None:
    await Beat(interval=300).once()
    answer = await async_client.get("/api/v1/locations/delhi/explain/?scale=us_epa_2024")
    assert_is_golden(json.loads(answer.content), FOLDER / "explanation.json")


@pytest.mark.parametrize(
    ("sent", "answer"),
    [("ping", "pong"), ("refresh", "aqi_update"), ("resume", "connected_resumed"), ("not_an_action", "error")],
)
async def test_each_action_of_the_fixtures_is_answered_by_its_fixture(delhi: Location, sent: str, answer: str) -> None:
    await Beat(interval=300).once()
    socket, *_ = await join("/ws/aqi/delhi")
    assert_is_golden(await say(socket, **message(sent)), MESSAGES / f"{answer}.json")
    await socket.disconnect()


async def test_a_key_is_recognized_as_in_the_fixtures(delhi: Location) -> None:
    key = message("authenticate")["token"]
    await ApiKey.objects.acreate(name="newsroom", prefix=key.split("_")[1], sha256=keys.sha256(key))
    socket, *_ = await join("/ws/aqi/delhi")
    assert_is_golden(await say(socket, **message("authenticate")), MESSAGES / "authenticated.json")
    await socket.disconnect()


async def test_a_misspelled_place_is_answered_by_the_fixture(delhi: Location) -> None:
    socket = dial("/ws/aqi/dehli")
    await socket.connect()
    assert_is_golden(await hear(socket), MESSAGES / "error_unknown_location.json")
    await socket.disconnect()


async def test_what_was_missed_is_answered_by_the_fixtures(delhi: Location) -> None:
    await Beat(interval=300).once()
    socket, *_ = await join("/ws/aqi/delhi")
    assert_is_golden(await say(socket, **message("missed")), MESSAGES / "missed_update.json")
    assert (await hear(socket))["seq"] == 2
    assert_is_golden(await hear(socket), MESSAGES / "missed_end.json")
    assert_is_golden(await say(socket, **message("missed") | {"epoch": "another"}), MESSAGES / "error_not_kept.json")
    assert (await hear(socket))["type"] == "aqi_update"
    await socket.disconnect()


async def test_the_socket_for_several_places_speaks_as_in_the_fixtures(delhi: Location) -> None:
    await Beat(interval=300).once()
    socket = dial("/ws/aqi")
    await socket.connect()
    assert_is_golden(await hear(socket), MESSAGES / "welcome.json")
    assert_is_golden(await say(socket, **message("subscribe")), MESSAGES / "subscribed.json")
    assert await socket.receive_nothing()  # it has the newest
    assert_is_golden(await say(socket, **message("refresh_at")), MESSAGES / "aqi_update.json")
    assert_is_golden(await say(socket, **message("unsubscribe")), MESSAGES / "unsubscribed.json")
    assert_is_golden(await say(socket, **message("refresh_at")), MESSAGES / "error_not_subscribed.json")
    await socket.disconnect()
