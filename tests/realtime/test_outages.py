"""What the wire does while Redis or the database is away: sockets stay, and are told."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import DataError, connection
from django.utils.timezone import now

from forecasts import snapshots
from forecasts.database import AWAY
from forecasts.models import Location
from realtime import feeds
from realtime.beat import Beat
from tests.realtime.conftest import database, dial, failing, hear, join, say
from tests.services import redis_server_at


async def test_without_redis_a_socket_still_gets_the_stored_snapshot(delhi: Location, redis_port: int) -> None:
    socket, connected, update = await join("/ws/aqi/delhi")
    assert (connected["seq"], update["seq"]) == (1, 1)
    assert (await say(socket, action="ping"))["type"] == "pong"
    await socket.disconnect()


async def test_a_beat_without_redis_goes_on_and_says_so_once(
    delhi: Location, redis_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    beat = Beat(interval=300)
    for _ in range(2):
        await Location.objects.aupdate(due_at=now())
        assert await beat.step() is True
    assert caplog.text.count("Sockets hear nothing until it is back") == 1
    with redis_server_at(redis_port):
        await Location.objects.aupdate(due_at=now())
        await beat.step()
        assert caplog.text.count("Sockets hear updates again") == 1
        await get_channel_layer().flush()
    assert (await Location.objects.aget()).seq == 2


async def test_sockets_opened_without_redis_hear_updates_once_it_is_there(delhi: Location, redis_port: int) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    with redis_server_at(redis_port):
        await feeds.all_open()[0].is_subscribed.wait()
        await Beat(interval=300).step()
        assert (await hear(socket))["seq"] == 2
        await socket.disconnect()
        await get_channel_layer().flush()


@contextmanager
def away(table: str) -> Iterator[None]:
    """A table is gone for a while: for whoever reads it, so is the database."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


@pytest.fixture
def no_database(delhi: Location) -> Iterator[None]:
    with away("forecasts_snapshot"):
        yield


@pytest.fixture
def no_heartbeats(delhi: Location) -> Iterator[None]:
    with away("forecasts_heartbeat"):
        yield


async def test_without_a_database_a_new_socket_is_asked_to_come_back_later(delhi: Location, no_database: None) -> None:
    snapshots.forget()
    socket = dial("/ws/aqi/delhi")
    await socket.connect()
    error = await hear(socket)
    assert (error["code"], error["retry_after"]) == ("temporarily_unavailable", 5)
    assert (await socket.receive_output())["code"] == 4101
    assert feeds.open_locations() == []
    await socket.disconnect()


async def test_without_a_database_an_open_socket_is_told_so_and_stays_open(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    gone = away("forecasts_snapshot")
    await database_sync_to_async(gone.__enter__)()
    error = await say(socket, action="missed", since=0)
    await database_sync_to_async(gone.__exit__)(None, None, None)
    assert (error["code"], error["retry_after"]) == ("temporarily_unavailable", 5)
    assert (await say(socket, action="missed", since=0))["type"] == "missed_update"
    await socket.disconnect()


async def test_the_beat_waits_for_a_database_that_is_away(
    delhi: Location, no_database: None, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Beat(interval=300).run(stop))
    # A missing table is an outage to SQLite and a fault of the location to PostgreSQL; neither ends the beat.
    while not ("The database is out of reach" in caplog.text or "The round of Delhi failed" in caplog.text):
        await asyncio.sleep(0.05)
    assert not running.done()
    stop.set()
    await running


@pytest.mark.parametrize("error", AWAY)
async def test_the_beat_goes_on_when_the_database_is_back(
    delhi: Location, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    caplog.set_level("INFO")
    stop = asyncio.Event()
    async with database(failing(error("away"))):
        running = asyncio.create_task(Beat(interval=300).run(stop))
        await asyncio.sleep(0.5)
    assert "The database is out of reach" in caplog.text
    while not (running.done() or "The database answers again" in caplog.text):
        await asyncio.sleep(0.05)
    stop.set()
    await running


@pytest.mark.parametrize("path", ["/ws/aqi/delhi", "/ws/aqi"])
async def test_a_socket_that_ends_while_the_database_hangs_leaves_its_feed(delhi: Location, path: str) -> None:
    socket = dial(path)
    await socket.connect()
    await hear(socket)
    if path == "/ws/aqi":
        await say(socket, action="subscribe", location="delhi")
    await hear(socket)
    answers = threading.Event()

    def hang(execute: Any, *arguments: Any) -> Any:
        answers.wait(10)
        return execute(*arguments)

    async with database(hang):
        await socket.send_to(text_data='{"action": "missed", "since": 0, "location": "delhi"}')
        await asyncio.sleep(0.2)
        await socket.send_input({"type": "websocket.disconnect", "code": 1001})
        socket.future.cancel()  # as Daphne does 10 s later
        await asyncio.wait([socket.future], timeout=5)
        answers.set()
    assert feeds.open_locations() == []


@pytest.mark.parametrize("error", [*AWAY, DataError])
async def test_what_a_socket_has_heard_it_can_have_again_without_a_database(
    delhi: Location, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    snapshots.forget()
    async with database(failing(error("away"))):
        assert (await say(socket, action="refresh"))["type"] == "aqi_update"
        refused = await say(socket, action="missed", since=0)
        assert refused["code"] == "temporarily_unavailable"
    assert ("The database refuses" in caplog.text) is (error is DataError)
    await socket.disconnect()


async def test_a_beat_that_cannot_show_life_goes_on_and_says_why(
    delhi: Location, no_heartbeats: None, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Beat(interval=300).run(stop))
    while not ("heartbeat" in caplog.text and (await Location.objects.aget()).seq == 2):
        await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(running, 1)
