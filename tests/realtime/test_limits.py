"""How many connections, and how much on each: in one process, and in several that meet in Redis."""

import asyncio
import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from forecasts.models import Location
from realtime import limits
from realtime.access import buckets, shared
from realtime.limits import Slots, slots
from tests.realtime.conftest import Socket, dial, hear, say
from tests.realtime.test_log_in import PLACE, PLACES, access_token, api_key, dialled, is_turned_away
from tests.realtime.test_serve import free_port
from tests.realtime.test_sse import Reader, problem
from tests.services import redis_server_at


async def from_address(path: str, address: str, **headers: str) -> Socket:
    socket = dial(path)
    socket.scope["client"] = (address, 1234)  # type: ignore[typeddict-unknown-key]
    socket.scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert (await socket.connect())[0]
    return socket


async def is_let_in(socket: Socket) -> None:
    assert (await hear(socket))["type"] in ("connected", "welcome")


async def test_one_address_holds_so_many_connections_and_the_next_is_told_when_to_come_back(
    delhi: Location, settings: Settings
) -> None:
    settings.AQI_CONNECTIONS_PER_ADDRESS = 3
    held = [await from_address(path, "192.0.2.1") for path in (PLACE, PLACES, PLACE)]
    for socket in held:
        await is_let_in(socket)
    error = await is_turned_away(await from_address(PLACE, "192.0.2.1"), "too_many_connections", 4102)
    assert error["retry_after"] > 0
    other = await from_address(PLACE, "192.0.2.2")
    await is_let_in(other)
    await held.pop().disconnect()
    again = await from_address(PLACE, "192.0.2.1")
    await is_let_in(again)
    for socket in (*held, other, again):
        await socket.disconnect()
    assert dict(slots().counts) == {}


async def test_a_stream_takes_a_place_too_and_is_refused_with_429(delhi: Location, settings: Settings) -> None:
    settings.AQI_CONNECTIONS_PER_ADDRESS = 1
    reader = Reader("/sse/aqi/delhi")
    assert (await reader.start())[0] == 200
    status, headers, body = await problem("/sse/aqi/delhi")
    assert (status, body["code"]) == (429, "too_many_connections")
    assert int(headers["retry-after"]) > 0
    await reader.leave()
    assert dict(slots().counts) == {}


@pytest.mark.parametrize("how", ["sub-protocol", "message"])
async def test_one_person_holds_so_many_connections_from_wherever(
    delhi: Location, settings: Settings, how: str
) -> None:
    settings.AQI_CONNECTIONS_PER_USER = 2
    ana, bo = await access_token(), await access_token("bo")
    held = [await dialled(PLACES, ana, how) for _ in range(2)] + [await dialled(PLACES, bo, how)]
    for socket in held:
        await is_let_in(socket)
        assert (await say(socket, action="ping"))["type"] in ("pong", "authenticated")
    await is_turned_away(await dialled(PLACES, ana, how), "too_many_connections", 4102)
    for socket in held:
        await socket.disconnect()
    assert dict(slots().counts) == {}


FORWARDED = {
    (0, "1.1.1.1"): "address:192.0.2.1",
    (1, "6.6.6.6, 1.1.1.1"): "address:1.1.1.1",
    (2, "6.6.6.6, 1.1.1.1, 10.0.0.1"): "address:1.1.1.1",
    (2, "1.1.1.1"): "address:1.1.1.1",
    (1, ""): "address:192.0.2.1",
    (1, "::ffff:1.1.1.1"): "address:1.1.1.1",
    (1, "2001:db8:1:2:3:4:5:6"): "address:2001:db8:1:2::/64",
}


@pytest.mark.parametrize(("proxies", "header"), FORWARDED)
async def test_an_address_is_believed_only_as_far_as_our_own_proxies_tell_it(
    delhi: Location, settings: Settings, proxies: int, header: str
) -> None:
    settings.AQI_PROXIES = proxies
    lies = dict.fromkeys(("x_forwarded_for", "forwarded", "x-real-ip"), "7.7.7.7")
    socket = await from_address(PLACES, "192.0.2.1", **{"x-forwarded-for": header}, **lies)
    await is_let_in(socket)
    assert dict(slots().counts) == {FORWARDED[proxies, header]: 1}
    await socket.disconnect()


async def test_a_client_that_sends_too_much_is_told_and_its_socket_stays(delhi: Location, settings: Settings) -> None:
    settings.AQI_RATES_PER_SOCKET = {"messages": "3/min", "refreshes": "3/min"}
    socket, other = await dialled(PLACES), await dialled(PLACES)
    await is_let_in(socket), await is_let_in(other)
    for text in ('{"action": "ping"}', "nonsense", '{"action": "ping"}'):
        await socket.send_to(text_data=text)
        assert (await hear(socket)).get("code") != "rate_limited"
    for _ in range(3):
        error = await say(socket, action="ping")
        assert (error["code"], error["retry_after"]) == ("rate_limited", 20)
    await socket.send_to(bytes_data=b"\0")
    assert (await hear(socket))["code"] == "rate_limited"
    assert (await say(other, action="ping"))["type"] == "pong"
    await socket.disconnect()
    await other.disconnect()


async def test_a_flood_is_ended_and_told_to_back_off(
    delhi: Location, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FLOOD_AFTER_REFUSALS", 5)
    settings.AQI_RATES_PER_SOCKET = {"messages": "1/hour", "refreshes": "1/hour"}
    socket = await dialled(PLACES)
    await is_let_in(socket)
    assert (await say(socket, action="ping"))["type"] == "pong"
    for _ in range(5):
        assert (await say(socket, action="ping"))["code"] == "rate_limited"
    await socket.send_to(text_data="x")
    error = await is_turned_away(socket, "rate_limited", 4103)
    assert error["retry_after"] == 60


@pytest.mark.embedded
def test_threads_may_share_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "REMEMBERED_AT_MOST", 3)
    plenty = buckets.window("1000000/s")

    def ask(first: int) -> set[float]:
        return {buckets.spend(f"rest:{number % 5}", plenty) for number in range(first, first + 20_000)}

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(ask, range(4))) == [{0.0}] * 4
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.embedded
def test_what_threads_take_at_once_is_counted_once_for_each() -> None:
    bucket, interval = buckets.window("1000/h"), sys.getswitchinterval()

    def take(level: buckets.Level) -> int:
        return level.take(bucket).granted

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for _ in range(1000):
                level = buckets.Level(bucket)
                assert list(threads.map(take, [level] * 8)) == [1] * 8
                assert level.tokens == 992
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.embedded
def test_the_oldest_that_is_remembered_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "REMEMBERED_AT_MOST", 2)
    once = buckets.window("1/hour")
    assert [buckets.spend(f"rest:{name}", once) > 0 for name in "abbcbca"] == [*map(bool, (0, 0, 1, 0, 1, 1, 0))]


async def test_refreshes_have_a_limit_of_their_own(delhi: Location, settings: Settings) -> None:
    settings.AQI_RATES_PER_SOCKET = {"messages": "100/min", "refreshes": "2/min"}
    socket = await dialled(PLACE)
    await hear(socket), await hear(socket)
    for _ in range(2):
        assert (await say(socket, action="refresh"))["type"] == "aqi_update"
    assert (await say(socket, action="refresh"))["code"] == "rate_limited"
    assert (await say(socket, action="ping"))["type"] == "pong"
    await socket.disconnect()


@pytest.mark.parametrize("kind", ["person", "key"])
async def test_a_person_has_one_limit_for_all_sockets(delhi: Location, settings: Settings, kind: str) -> None:
    settings.AQI_RATES_PER_USER = {"messages": "4/hour", "refreshes": "4/hour"}
    credential = await (access_token() if kind == "person" else api_key("read"))
    sockets = [await dialled(PLACES, credential) for _ in range(2)]
    for socket in sockets:
        await is_let_in(socket)
        for _ in range(2):
            assert (await say(socket, action="ping"))["type"] == "pong"
    for socket in sockets:
        error = await say(socket, action="ping")
        assert (error["code"], error["retry_after"] > 60) == ("rate_limited", True)
    anonymous = await dialled(PLACES)
    await is_let_in(anonymous)
    assert (await say(anonymous, action="ping"))["type"] == "pong"
    for socket in (*sockets, anonymous):
        await socket.disconnect()


# Several processes, as far as Redis knows: each has its own Slots.


@pytest.fixture
def own_redis(settings: Settings) -> Iterator[int]:
    port = free_port()
    with redis_server_at(port):
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        shared.outage.until = 0
        yield port


@pytest.mark.processes
async def test_processes_count_connections_together(own_redis: int) -> None:
    processes = [Slots() for _ in range(3)]
    granted = await asyncio.gather(*(one.claim("user:1", 20) for one in processes * 10))
    assert sum(granted) == 20
    assert not await processes[0].claim("user:1", 20)
    assert await processes[0].claim("user:2", 20)
    holder = next(one for one in processes if one.counts["user:1"])
    holder.release("user:1")
    assert sum([await one.claim("user:1", 20) for one in processes]) == 1
    await end(*processes)


@pytest.mark.processes
async def test_what_a_killed_process_held_is_free_again_within_the_lease(
    own_redis: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LEASE_SECONDS", 2)
    monkeypatch.setattr(limits, "RENEW_EVERY_SECONDS", 0.5)
    killed, living, other = Slots(), Slots(), Slots()
    assert await killed.claim("user:1", 2)
    assert await living.claim("user:1", 2)
    assert not await other.claim("user:1", 2)
    assert killed.keeper is not None
    killed.keeper.cancel()  # as kill -9 would end it, and what it renews
    async with asyncio.timeout(10):
        while not await other.claim("user:1", 2):
            await asyncio.sleep(0.1)
    assert not await other.claim("user:1", 2)  # the living one has kept what it holds
    await end(living, other)


@pytest.mark.processes
async def test_a_redis_that_forgets_everything_is_told_again(own_redis: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RENEW_EVERY_SECONDS", 0.2)
    one, other = Slots(), Slots()
    assert await one.claim("user:1", 1)
    await shared.link().tell("redis.call('FLUSHALL')")
    async with asyncio.timeout(10):
        while await other.claim("user:1", 1):
            other.release("user:1")
            await asyncio.sleep(0.1)
    await end(one, other)


@pytest.mark.processes
async def test_while_redis_is_away_each_process_keeps_the_limits_and_says_so_once(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    shared.outage.until, shared.outage.is_known = 0, False
    one = Slots()
    assert [await one.claim("user:1", 2) for _ in range(3)] == [True, True, False]
    bucket = buckets.steady("3/hour")
    assert [await buckets.aspend("messages:user:1", bucket) > 0 for _ in range(4)] == [False, False, False, True]
    shared.outage.until = 0
    assert [buckets.spend("rest:user:1", bucket) > 0 for _ in range(4)] == [False, False, False, True]
    assert caplog.text.count("Redis is away") == 1
    await end(one)
    shared.outage.until, shared.outage.is_known = 0, False


async def test_an_answer_that_nobody_waits_for_leaves_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    asked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    shared.settle(asked, shared.Away())
    del asked
    gc.collect()
    assert "never retrieved" not in caplog.text


async def end(*processes: Slots) -> None:
    for one in processes:
        if one.keeper is not None:
            one.keeper.cancel()
            await asyncio.wait([one.keeper])
    task = shared.link().task
    if task is not None:
        task.cancel()
        await asyncio.wait([task])


@pytest.mark.processes
def test_processes_take_from_one_bucket(own_redis: int) -> None:
    bucket = buckets.window("10/hour")
    assert [buckets.take("rest:user:1", bucket, 4).granted for _ in range(4)] == [4, 4, 2, 0]
    assert 3500 < buckets.take("rest:user:1", bucket).wait <= 3600
    buckets.refill("rest:user:1")
    assert buckets.take("rest:user:1", bucket).granted == 1


@pytest.mark.processes
async def test_a_steady_bucket_gives_one_after_another_back_in_memory_as_in_redis(own_redis: int) -> None:
    bucket = buckets.Bucket(capacity=2, refill=1, seconds=0.2)
    level = buckets.Level(bucket)
    for take in (level.take, lambda b: buckets.take("x", b)):
        assert [take(bucket).granted for _ in range(3)] == [1, 1, 0]
        wait = take(bucket).wait
        assert 0 < wait <= 0.2
        async with asyncio.timeout(5):
            while not take(bucket).granted:
                await asyncio.sleep(0.05)
