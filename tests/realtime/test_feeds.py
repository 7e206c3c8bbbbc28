import asyncio
import json
import logging
import sys
import time

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.utils.timezone import now

from forecasts import snapshots
from forecasts.composition import NOTHING_EXPECTED, compose
from forecasts.history import Heard
from forecasts.models import Location, Snapshot
from realtime import broadcast, feeds, relay
from realtime.listener import Listener
from realtime.logs import JSONFormatter
from tests.realtime.conftest import database, failing, hear, join, say


async def publish(location: Location, name: str) -> snapshots.CurrentForecast:
    location.name = name
    data = compose(location, Heard(), NOTHING_EXPECTED, now())
    return await database_sync_to_async(snapshots.publish)(location, data)


async def test_one_listener_that_fails_spares_the_others(delhi: Location, caplog: pytest.LogCaptureFixture) -> None:
    def broken(message: object) -> None:
        raise RuntimeError("this socket is broken")

    socket, *_ = await join("/ws/aqi/delhi")
    listener = Listener(broken, broken)  # type: ignore[arg-type]
    feed = await feeds.join(delhi, listener)
    listener.open(await feed.current())
    for seq in (2, 3):
        await broadcast.announce([await publish(delhi, f"Delhi {seq}")])
        assert (await hear(socket))["seq"] == seq
    assert caplog.text.count("failed and is dropped") == 1
    await socket.disconnect()


async def test_a_listener_whose_client_has_gone_is_dropped_without_a_word(
    delhi: Location, caplog: pytest.LogCaptureFixture
) -> None:
    async def gone(message: object) -> None:
        raise OSError("disconnected")

    socket, *_ = await join("/ws/aqi/delhi")
    listener = Listener(gone, gone)
    feed = await feeds.join(delhi, listener)
    listener.open(await feed.current())
    await broadcast.announce([await publish(delhi, "Delhi 2")])
    assert (await hear(socket))["seq"] == 2
    assert listener not in feed.listeners
    assert caplog.text == ""
    await socket.disconnect()


async def test_every_socket_of_a_process_is_sent_the_same_octets(delhi: Location) -> None:
    sent: list[bytes] = []

    async def send(message: dict[str, str]) -> None:
        sent.append(message["text"].encode())

    for _ in range(2):
        listener = Listener(send, send)
        feed = await feeds.join(delhi, listener)
        listener.open(await feed.current())
    await broadcast.announce([await publish(delhi, "Delhi, 30 µg/m³")])
    await asyncio.sleep(0.1)
    assert sent[0] is sent[1]
    assert "30 µg/m³" in sent[0].decode()
    for listener in list(feed.listeners):
        feeds.leave(feed, listener)


async def test_an_update_crosses_the_layer_once_however_many_sockets_listen(delhi: Location) -> None:
    sockets = [(await join("/ws/aqi/delhi"))[0] for _ in range(5)]
    layer = get_channel_layer()
    assert [len(members) for members in layer.groups.values()] == [1]
    for socket in sockets:
        await socket.disconnect()
    await asyncio.sleep(0.05)
    assert not any(layer.groups.values())


@pytest.mark.embedded
async def test_a_membership_never_lapses(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    layer = get_channel_layer()
    for members in layer.groups.values():
        for channel in members:
            members[channel] = time.time() - 10 * 365 * 86400
    layer._clean_expired()
    await broadcast.announce([await publish(delhi, "Delhi after ten years")])
    assert (await hear(socket))["seq"] == 2
    await socket.disconnect()


@pytest.mark.embedded
async def test_what_another_process_published_arrives_within_seconds(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    await publish(delhi, "Delhi, from another terminal")  # stored, and announced to nobody
    assert (await hear(socket))["data"]["location"]["name"] == "Delhi, from another terminal"
    await socket.disconnect()


@pytest.mark.embedded
async def test_the_relay_hands_on_every_snapshot_once_and_in_order(delhi: Location, sao_paulo: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    other, *_ = await join("/ws/aqi/sao-paulo")
    for seq in range(2, 8):
        await publish(delhi, f"Delhi {seq}")
    assert [(await hear(socket))["seq"] for _ in range(2, 8)] == [2, 3, 4, 5, 6, 7]
    assert await socket.receive_nothing(1.5)
    assert await other.receive_nothing()
    await socket.disconnect()
    await other.disconnect()


@pytest.mark.embedded
async def test_the_relay_hands_on_that_a_round_confirmed_the_newest(delhi: Location) -> None:
    socket, _, update = await join("/ws/aqi/delhi")
    await publish(delhi, "Delhi")  # the very same once more
    again = await hear(socket)
    assert (again["seq"], again["data"]) == (1, update["data"])
    assert again["checked_at"] > update["checked_at"]
    await socket.disconnect()


@pytest.mark.embedded
async def test_the_relay_ends_with_its_last_listener_and_starts_again_with_the_next(delhi: Location) -> None:
    for name in ("Delhi once", "Delhi twice"):
        socket, *_ = await join("/ws/aqi/delhi")
        await publish(delhi, name)
        assert (await hear(socket))["data"]["location"]["name"] == name
        await socket.disconnect()
        await asyncio.sleep(relay.LOOK_EVERY_SECONDS + 0.2)
        assert relay._tasks[asyncio.get_running_loop()].done()


@pytest.mark.embedded
async def test_a_fault_of_the_relay_is_logged_for_no_connection_and_silences_nobody(
    delhi: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    shout = logging.StreamHandler(sys.stderr)
    shout.setFormatter(JSONFormatter())
    relay.logger.addHandler(shout)
    socket, *_ = await join("/ws/aqi/delhi")
    async with database(failing(RuntimeError("this driver is broken"))):
        await asyncio.sleep(relay.LOOK_EVERY_SECONDS + 0.5)
    await publish(delhi, "Delhi, from another terminal")
    assert (await hear(socket))["seq"] == 2
    relay.logger.removeHandler(shout)
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert "this driver is broken" in line["exception"]
    assert "connection" not in line
    await socket.disconnect()


async def test_the_first_snapshot_is_read_once_for_all_sockets(delhi: Location) -> None:
    socket, _, update = await join("/ws/aqi/delhi")
    await Snapshot.objects.all().adelete()  # whoever asks the database now finds nothing
    another, _, same = await join("/ws/aqi/delhi")
    assert same == update
    await socket.disconnect()
    await another.disconnect()


async def test_announcements_out_of_order_take_nobody_back(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    second, third = await publish(delhi, "Delhi 2"), await publish(delhi, "Delhi 3")
    for current in (third, second):
        await broadcast.announce([current])
    while (await hear(socket))["seq"] < 3:
        pass  # the relay may have passed on the second before
    assert (await say(socket, action="refresh"))["seq"] == 3
    another, connected, update = await join("/ws/aqi/delhi")
    assert (connected["seq"], update["seq"]) == (3, 3)
    await socket.disconnect()
    await another.disconnect()


async def test_a_new_socket_gets_what_is_stored_even_if_its_announcement_was_lost(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    await publish(delhi, "Delhi 2")
    another, connected, update = await join("/ws/aqi/delhi")
    assert (connected["seq"], update["seq"]) == (2, 2)
    await socket.disconnect()
    await another.disconnect()
