import asyncio
import json
from functools import partial
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.db import DataError, InterfaceError, OperationalError
from django.test import Client
from django.urls import re_path
from django.utils.timezone import now

from aqiproject.asgi import application
from forecasts import gazetteer, snapshots
from forecasts.composition import NOTHING_EXPECTED, compose
from forecasts.history import Heard
from forecasts.models import Location
from realtime import broadcast, feeds, sse
from realtime.counters import registry
from realtime.sse_stream import Pace
from tests.realtime.conftest import database, failing, hear, join

Event = dict[str, str]


class Reader:
    """A client that has asked, and reads the answer piece by piece."""

    def __init__(self, path: str, method: str = "GET", application: Any = application, **headers: str) -> None:
        path, _, query = path.partition("?")
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": named}
        self.communicator = ApplicationCommunicator(application, scope)

    async def start(self) -> tuple[int, dict[str, str]]:
        await self.communicator.send_input({"type": "http.request"})
        start = await self.communicator.receive_output(5)
        return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}

    async def text(self) -> str:
        body: bytes = (await self.communicator.receive_output(5))["body"]
        return body.decode()

    async def event(self) -> Event:
        text = await self.text()
        while not text.endswith("\n\n"):
            text += await self.text()
        return dict(line.split(": ", 1) for line in text.splitlines() if line)

    async def leave(self) -> None:
        await self.communicator.send_input({"type": "http.disconnect"})
        await self.communicator.wait(5)


def paced(heartbeat: float, patience: float = 20) -> Any:
    """The same application, in more of a hurry."""
    hurried = partial(sse.sse, pace=Pace(heartbeat, patience))
    return URLRouter([re_path(r"^sse/aqi/(?P<location>.*)$", hurried)])  # type: ignore[arg-type, list-item]


async def follow(path: str, **headers: str) -> tuple[Reader, Event]:
    reader = Reader(path, **headers)
    status, _ = await reader.start()
    assert status == 200
    return reader, await reader.event()


async def publish(location: Location, name: str) -> snapshots.CurrentForecast:
    location.name = name
    data = compose(location, Heard(), NOTHING_EXPECTED, now())
    current = await database_sync_to_async(snapshots.publish)(location, data)
    await broadcast.announce([current])
    return current


async def problem(path: str, method: str = "GET") -> tuple[int, dict[str, str], Any]:
    reader = Reader(path, method)
    status, headers = await reader.start()
    return status, headers, json.loads(await reader.text())


async def test_the_answer_is_an_event_stream_that_nobody_keeps(delhi: Location) -> None:
    reader = Reader("/sse/aqi/delhi")
    status, headers = await reader.start()
    assert (status, headers["content-type"], headers["cache-control"]) == (200, "text/event-stream", "no-store")
    assert headers["x-accel-buffering"] == "no"
    await reader.leave()


@pytest.mark.parametrize("path", ["/sse/aqi/delhi", "/sse/aqi/delhi/", "/sse/aqi/New Delhi", "/sse/aqi/28.6,77.2"])
async def test_a_stream_begins_with_where_it_is_and_the_newest_snapshot(delhi: Location, path: str) -> None:
    reader, connected = await follow(path)
    first = json.loads(connected["data"])
    assert (connected["event"], first["type"], first["location"]) == ("connected", "connected", "delhi")
    assert (first["seq"], first["resumed"]) == (1, False)
    assert 1000 <= int(connected["retry"]) <= 5000
    update = await reader.event()
    assert (update["event"], update["id"]) == ("aqi_update", f"{first['epoch']}-1")
    await reader.leave()


async def test_socket_stream_and_etag_say_the_same(delhi: Location, client: Client) -> None:
    socket, _, greeted = await join("/ws/aqi/delhi")
    reader, _ = await follow("/sse/aqi/delhi")
    assert json.loads((await reader.event())["data"]) == greeted
    await publish(delhi, "Delhi 2")
    event = await reader.event()
    assert json.loads(event["data"]) == await hear(socket)
    answer = await database_sync_to_async(client.get)("/api/v1/locations/delhi/current/")
    assert answer["ETag"] == f'"{event["id"]}"'
    await reader.leave()
    await socket.disconnect()


@pytest.mark.parametrize("how", ["header", "query"])
async def test_who_missed_nothing_hears_nothing_until_there_is_news(delhi: Location, how: str) -> None:
    delhi = await Location.objects.aget()
    place = f"{delhi.epoch}-{delhi.seq}"
    if how == "header":
        reader, connected = await follow("/sse/aqi/delhi", last_event_id=place)
    else:
        reader, connected = await follow(f"/sse/aqi/delhi?last_event_id={place}")
    assert json.loads(connected["data"])["resumed"] is True
    assert await reader.communicator.receive_nothing(0.1)
    await publish(delhi, "Delhi 2")
    assert (await reader.event())["id"] == f"{delhi.epoch}-2"
    await reader.leave()


async def test_who_missed_something_gets_the_newest(delhi: Location) -> None:
    delhi = await Location.objects.aget()
    for name in ("Delhi 2", "Delhi 3"):
        await publish(delhi, name)
    reader, connected = await follow("/sse/aqi/delhi", last_event_id=f"{delhi.epoch}-1")
    assert json.loads(connected["data"])["resumed"] is False
    assert (await reader.event())["id"] == f"{delhi.epoch}-3"
    await reader.leave()


@pytest.mark.parametrize("place", ["", "x", "-", "elsewhere-1", "1-x", "-1-1", "\xff-\xfe", "a" * 100 + "-1"])
async def test_a_place_that_is_not_understood_is_a_first_visit(delhi: Location, place: str) -> None:
    reader, connected = await follow("/sse/aqi/delhi", last_event_id=place)
    assert json.loads(connected["data"])["resumed"] is False
    assert (await reader.event())["event"] == "aqi_update"
    await reader.leave()


async def test_an_unknown_location_is_a_404_with_suggestions(delhi: Location) -> None:
    status, headers, body = await problem("/sse/aqi/dehli")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert (body["code"], body["suggestions"], body["instance"]) == ("unknown_location", ["delhi"], "/sse/aqi/dehli")


@pytest.mark.parametrize("method", ["HEAD", "POST", "DELETE"])
async def test_a_stream_can_only_be_got(delhi: Location, method: str) -> None:
    status, headers, body = await problem("/sse/aqi/delhi", method)
    assert (status, headers["allow"], body["code"]) == (405, "GET", "method_not_allowed")


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, DataError])
async def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(
    delhi: Location, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    gazetteer.forget()
    async with database(failing(error("away"))):
        status, headers, body = await problem("/sse/aqi/delhi")
    assert (status, body["code"], headers["retry-after"]) == (503, "temporarily_unavailable", "5")
    assert ("The database refuses" in caplog.text) is (error is DataError)


async def test_silence_is_broken_by_comments(delhi: Location) -> None:
    reader = Reader("/sse/aqi/delhi", application=paced(heartbeat=0.05))
    await reader.start()
    await reader.event()
    await reader.event()
    assert [await reader.text() for _ in range(3)] == [":\n\n"] * 3
    await reader.leave()


async def test_who_goes_leaves_no_feed_behind(delhi: Location) -> None:
    reader, _ = await follow("/sse/aqi/delhi")
    assert feeds.open_locations() == [delhi.pk]
    assert registry.get_sample_value("aqi_sockets", {"kind": "sse"}) == 1
    await reader.leave()
    assert feeds.open_locations() == []
    assert registry.get_sample_value("aqi_sockets", {"kind": "sse"}) == 0


async def test_a_stream_that_is_cancelled_leaves_no_feed_behind(delhi: Location) -> None:
    reader, _ = await follow("/sse/aqi/delhi")
    reader.communicator.future.cancel()
    await asyncio.wait([reader.communicator.future])
    assert feeds.open_locations() == []


class Stuck:
    """A client whose connection takes `room` messages and no more."""

    def __init__(self, room: int) -> None:
        self.room = room

    async def send(self, message: Any) -> None:
        self.room -= 1
        if self.room < 0:
            await asyncio.Event().wait()


SCOPE = {"type": "http", "method": "GET", "path": "/sse/aqi/delhi", "headers": [], "query_string": b""}


@pytest.mark.parametrize("heartbeat", [0.05, 20])
async def test_who_does_not_read_is_let_go(delhi: Location, heartbeat: float) -> None:
    stuck = Stuck(room=4)
    following = asyncio.ensure_future(paced(heartbeat, 0.1)(SCOPE, asyncio.Event().wait, stuck.send))
    while stuck.room > 0:
        await asyncio.sleep(0.01)
    if heartbeat == 20:
        await publish(delhi, "Delhi 2")
    await asyncio.wait_for(following, 5)
    assert feeds.open_locations() == []
