"""What a client did not hear, it can ask for."""

from itertools import count

from channels.db import database_sync_to_async
from django.db import connection
from django.utils.timezone import now

from forecasts import snapshots
from forecasts.composition import NOTHING_EXPECTED, compose
from forecasts.history import Heard
from forecasts.models import Location, Snapshot
from realtime.subscription import MISSED_AT_MOST
from tests.realtime.conftest import Socket, dial, hear, join, say


@database_sync_to_async
def publish(location: Location, number: int) -> None:
    """So many more snapshots."""
    for _, name in zip(range(number), count(location.seq), strict=False):
        location.name = f"Delhi {name}"
        snapshots.publish(location, compose(location, Heard(), NOTHING_EXPECTED, now()))


async def ask(socket: Socket, **wanted: object) -> tuple[list[int], dict[str, object]]:
    """The seqs of the history, and the message after it."""
    seqs, message = [], await say(socket, action="missed", **wanted)
    while message["type"] == "missed_update":
        seqs.append(message["seq"])
        message = await hear(socket)
    return seqs, message


async def test_each_missed_snapshot_comes_as_it_was_published(delhi: Location) -> None:
    await publish(delhi, 3)
    socket, *_ = await join("/ws/aqi/delhi")
    row = await Snapshot.objects.aget(seq=3)
    answer = await say(socket, action="missed", since=2)
    assert answer["type"] == "missed_update"
    assert answer["data"]["location"]["name"] == "Delhi 2"
    assert answer["timestamp"] == answer["checked_at"] == row.published_at.isoformat().replace("+00:00", "Z")
    assert [(await hear(socket))["type"] for _ in range(2)] == ["missed_update", "missed_end"]
    await socket.disconnect()


async def test_whoever_missed_nothing_is_told_so(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    seqs, end = await ask(socket, since=1)
    assert seqs == []
    assert end == {"type": "missed_end", "location": "delhi", "epoch": delhi.epoch, "since": 1, "more": False}
    await socket.disconnect()


async def test_a_long_absence_is_answered_in_parts(delhi: Location) -> None:
    await publish(delhi, MISSED_AT_MOST + 5)
    socket, *_ = await join("/ws/aqi/delhi")
    first, end = await ask(socket, since=0)
    assert first == list(range(1, MISSED_AT_MOST + 1))
    assert (end["since"], end["more"]) == (MISSED_AT_MOST, True)
    rest, end = await ask(socket, since=end["since"], epoch=end["epoch"])
    assert rest == list(range(MISSED_AT_MOST + 1, MISSED_AT_MOST + 7))
    assert end["more"] is False
    await socket.disconnect()


async def test_history_ends_before_a_gap_of_the_retention_and_says_what_it_does_not_keep(delhi: Location) -> None:
    await publish(delhi, 4)
    await Snapshot.objects.filter(seq=3).adelete()
    socket, *_ = await join("/ws/aqi/delhi")
    seqs, end = await ask(socket, since=0)
    assert (seqs, end["since"], end["more"]) == ([1, 2], 2, True)
    seqs, error = await ask(socket, since=2)
    assert (seqs, error["code"]) == ([], "not_kept")
    assert (await hear(socket))["seq"] == 5
    await socket.disconnect()


async def test_another_epoch_and_a_number_of_the_future_are_answered_with_the_newest(delhi: Location) -> None:
    socket, _, newest = await join("/ws/aqi/delhi")
    for wanted in ({"since": 0, "epoch": "before"}, {"since": 2}, {"since": 10**30}):
        _, error = await ask(socket, **wanted)
        assert error["code"] == "not_kept"
        assert await hear(socket) == newest
    await socket.disconnect()


async def test_a_place_that_was_deleted_has_no_history(delhi: Location) -> None:
    socket = dial("/ws/aqi/delhi")
    await socket.connect()
    _ = await hear(socket), await hear(socket)
    await delhi.adelete()
    _, error = await ask(socket, since=0)
    assert error["code"] == "not_kept"
    await socket.disconnect()


async def test_all_who_missed_the_same_are_answered_by_one_look_into_the_database(delhi: Location) -> None:
    await publish(delhi, 3)
    sockets = [(await join("/ws/aqi/delhi"))[0] for _ in range(10)]

    def look() -> list[str]:
        connection.force_debug_cursor = True
        return [query["sql"] for query in connection.queries if "ORDER BY" in query["sql"] and "seq" in query["sql"]]

    before = len(await database_sync_to_async(look)())
    for socket in sockets:
        await socket.send_to(text_data='{"action": "missed", "since": 1}')
    answers = [[(await hear(socket))["type"] for _ in range(4)] for socket in sockets]
    assert answers == [["missed_update"] * 3 + ["missed_end"]] * 10
    assert len(await database_sync_to_async(look)()) - before < 5
    for socket in sockets:
        await socket.disconnect()
