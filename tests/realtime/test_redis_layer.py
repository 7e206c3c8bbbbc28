"""Subscriptions through killed, stopped and returning Redis servers: no place falls silent."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator

import pytest
from channels.layers import get_channel_layer

from forecasts.models import Location
from realtime import broadcast, feeds, redis_layer
from tests.realtime.conftest import Socket, dial, hear, join
from tests.realtime.test_feeds import publish
from tests.services import redis_server_at


@pytest.fixture(autouse=True)
async def _closed_layer(redis_port: int) -> AsyncIterator[None]:
    yield
    await get_channel_layer().flush()


async def subscribed() -> None:
    await asyncio.gather(*(feed.is_subscribed.wait() for feed in feeds.all_open()))


async def hears_news(socket: Socket, location: Location) -> None:
    current = await publish(location, f"{location.name}, later")
    await broadcast.announce([current])
    while (await hear(socket))["seq"] < current.seq:
        pass


def line() -> redis_layer.Line:
    (only,) = get_channel_layer()._get_layer()._shards
    return only


async def test_a_socket_goes_on_hearing_news_after_redis_was_killed(
    delhi: Location, redis_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with redis_server_at(redis_port):
        socket, *_ = await join("/ws/aqi/delhi")
    while line().connection is not None:
        await asyncio.sleep(0.05)
    with redis_server_at(redis_port):
        while "Redis answers again" not in caplog.text:
            await asyncio.sleep(0.05)
        await hears_news(socket, delhi)
        await socket.disconnect()
    assert caplog.text.count("Redis is out of reach") == 1


async def test_a_place_that_was_left_and_joined_again_while_redis_was_away_is_heard(
    delhi: Location, redis_port: int
) -> None:
    with redis_server_at(redis_port):
        socket, *_ = await join("/ws/aqi/delhi")
    await socket.disconnect()
    socket, *_ = await join("/ws/aqi/delhi")
    with redis_server_at(redis_port):
        await subscribed()
        await hears_news(socket, delhi)
        await socket.disconnect()


@pytest.mark.parametrize("seed", range(3, 7))
async def test_sockets_that_come_and_go_while_redis_returns_all_hear_news(
    delhi: Location, sao_paulo: Location, redis_port: int, seed: int
) -> None:
    dice = random.Random(seed)

    async def come_and_go(path: str) -> Socket:
        for _ in range(dice.randint(1, 4)):
            socket = dial(path)
            await socket.connect()
            await asyncio.sleep(dice.uniform(0, 0.4))
            await socket.disconnect()
        return (await join(path))[0]

    with redis_server_at(redis_port):
        for path in ("/ws/aqi/delhi", "/ws/aqi/sao-paulo"):
            await (await join(path))[0].disconnect()
    coming = asyncio.gather(come_and_go("/ws/aqi/delhi"), come_and_go("/ws/aqi/sao-paulo"))
    await asyncio.sleep(dice.uniform(0, 1.5))
    with redis_server_at(redis_port):
        sockets = await coming
        await subscribed()
        for socket, location in zip(sockets, (delhi, sao_paulo), strict=True):
            await hears_news(socket, location)
            await socket.disconnect()


async def test_a_redis_that_hangs_is_noticed_and_what_comes_after_is_heard(
    delhi: Location, redis_port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(redis_layer, "SILENCE_SECONDS", 0.2)
    with redis_server_at(redis_port) as redis:
        socket, *_ = await join("/ws/aqi/delhi")
        redis.send_signal(signal.SIGSTOP)
        while "Redis has said nothing" not in caplog.text:
            await asyncio.sleep(0.05)
        redis.send_signal(signal.SIGCONT)
        while line().connection is None:
            await asyncio.sleep(0.05)
        await hears_news(socket, delhi)
        await socket.disconnect()


async def test_a_silent_redis_that_answers_is_kept(
    delhi: Location, redis_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_layer, "SILENCE_SECONDS", 0.1)
    with redis_server_at(redis_port):
        socket, *_ = await join("/ws/aqi/delhi")
        connection = line().connection
        await asyncio.sleep(0.5)
        assert line().connection is connection
        await socket.disconnect()


async def test_a_layer_that_is_closed_while_it_asks_redis_something_is_closed(
    redis_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_layer, "SILENCE_SECONDS", 0.02)  # so that it asks all the time
    layer = get_channel_layer()
    with redis_server_at(redis_port):
        for turn in range(60):
            await layer.new_channel()
            await asyncio.sleep(0.02 + turn % 6 / 5000)
            async with asyncio.timeout(5):
                await layer.flush()


async def test_whoever_leaves_before_redis_was_ever_there_leaves_nothing_behind(
    delhi: Location, redis_port: int
) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    assert line().wanted
    await socket.disconnect()
    await asyncio.sleep(0.05)
    assert line().wanted == {}
    assert get_channel_layer().channels == {}


async def test_a_feed_that_gets_what_it_cannot_read_begins_again(
    delhi: Location, redis_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with redis_server_at(redis_port):
        socket, *_ = await join("/ws/aqi/delhi")
        await get_channel_layer().group_send(broadcast.group_name(delhi.pk), {"type": "aqi.update"})
        while "The feed of Delhi failed, and begins again" not in caplog.text:
            await asyncio.sleep(0.05)
        await subscribed()
        await hears_news(socket, delhi)
        await socket.disconnect()
