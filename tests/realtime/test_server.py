import asyncio
import json
import ssl
import struct
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.realtime.wire import (
    CLOSE,
    PING,
    TEXT,
    WireServer,
    closing,
    frame,
    get,
    raw,
    started,
    status,
    upgrade,
)

pytestmark = pytest.mark.processes

BROKEN = {
    "invalid UTF-8": (1007, frame(TEXT, b"\xce\xba\xff\xfe")),
    "invalid UTF-8 across fragments": (1007, frame(TEXT, b"\xce", 0) + frame(0, b"\x28")),
    "text that ends inside a character": (1007, frame(TEXT, b"\xce")),
    "reserved bit 1": (1002, frame(TEXT, b"x", 0xC0)),
    "reserved bit 2": (1002, frame(TEXT, b"x", 0xA0)),
    "reserved opcode": (1002, frame(3, b"x")),
    "reserved control opcode": (1002, frame(11)),
    "unmasked": (1002, frame(TEXT, b"x", masked=False)),
    "a ping over 125 bytes": (1002, frame(PING, b"x" * 126)),
    "a fragmented ping": (1002, frame(PING, b"x", 0)),
    "a continuation of nothing": (1002, frame(0, b"x")),
    "a new message inside a message": (1002, frame(TEXT, b"a", 0) + frame(TEXT, b"b")),
    "a close of one byte": (1002, frame(CLOSE, b"\x03")),
    "a close with code 999": (1002, frame(CLOSE, struct.pack("!H", 999))),
    "a close with code 1005": (1002, frame(CLOSE, struct.pack("!H", 1005))),
    "a close with a reason that is not UTF-8": (1007, frame(CLOSE, struct.pack("!H", 1000) + b"\xff")),
    "a good close": (1000, frame(CLOSE, struct.pack("!H", 1000))),
    "a frame over 64 KiB": (1009, frame(TEXT, b"a" * 70_000)),
    "a message over 64 KiB": (1009, frame(TEXT, b"a" * 40_000, 0) + frame(0, b"a" * 40_000)),
    "the head of a frame of 2^62 bytes": (1009, b"\x81\xff" + struct.pack("!Q", 2**62) + bytes(4)),
    "endless empty fragments": (1009, frame(TEXT, b"", 0) + frame(0, b"", 0) * 100_000),
}


@pytest.fixture(scope="module")
def server() -> Iterator[WireServer]:
    with started() as one:
        yield one


@pytest.fixture
def own_server() -> Iterator[WireServer]:
    with started() as one:
        yield one


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1012, 1013, 3000, 4001, 4999])
async def test_the_close_code_and_reason_of_the_application_reach_the_client(server: WireServer, code: int) -> None:
    async with connect(server.url(f"close?code={code}&reason=S%C3%A3o%20Paulo")) as socket:
        assert await closing(socket) == (code, "São Paulo")


async def test_a_close_without_a_code_is_a_normal_closure(server: WireServer) -> None:
    async with connect(server.url("close_without_code")) as socket:
        assert await closing(socket) == (1000, "")


async def test_a_reason_that_is_too_long_is_cut_between_characters(server: WireServer) -> None:
    async with connect(server.url(f"close?code=1008&reason={'%C3%A3' * 100}")) as socket:
        code, reason = await closing(socket)
    assert (code, reason) == (1008, "ã" * 61)


async def test_a_code_that_may_not_be_sent_is_an_error_of_the_application(server: WireServer) -> None:
    codes = [0, 999, 1005, 1006, 1015, 2999, 5000]

    async def answer(code: int) -> int:
        async with connect(server.url(f"close?code={code}&reason=x")) as socket:
            return (await closing(socket))[0]

    assert await asyncio.gather(*map(answer, codes)) == [1011] * len(codes)
    assert all(f"{code} is not a close code that may be sent" in server.log() for code in codes)


async def test_an_application_that_fails_closes_with_1011(server: WireServer) -> None:
    async with connect(server.url("fail")) as socket:
        assert (await closing(socket))[0] == 1011


async def test_a_close_before_the_accept_is_a_403(server: WireServer) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await connect(server.url("reject"))
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize(("code", "frames"), BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_frame_is_answered_with_its_close_code(server: WireServer, code: int, frames: bytes) -> None:
    async with raw(server, "echo") as socket:
        socket.writer.write(frames)
        assert await asyncio.wait_for(socket.close_code(), 4) == code


async def test_a_stock_client_sees_1009_for_70_kb_and_keeps_64_kib(server: WireServer) -> None:
    async with connect(server.url("echo")) as socket:
        await socket.send("a" * 65536)
        assert await socket.recv() == "a" * 65536
        await socket.send("a" * 70_000)
        assert (await closing(socket))[0] == 1009


async def test_one_mebibyte_goes_out_though_64_kib_is_the_limit_inwards(server: WireServer) -> None:
    async with connect(server.url(f"text?size={2**20}"), max_size=None) as socket:
        assert len(await socket.recv()) == 2**20


async def hear_news(server: WireServer, trust: ssl.SSLContext | None = None) -> list[str | bytes]:
    url = server.url("news?size=65536")
    async with connect(url.replace("ws:", "wss:") if trust else url, ssl=trust) as socket:
        heard = [await socket.recv()]
        while heard[-1] == "a" * 65536:
            heard.append(await socket.recv())
    return heard


async def test_news_are_written_at_once_until_the_reader_is_behind(server: WireServer) -> None:
    heard = await hear_news(server)
    assert 1 < len(heard) < 760
    assert heard[-1] == str(len(heard) - 1)


async def test_empty_text_binary_and_pings_are_answered(server: WireServer) -> None:
    async with connect(server.url("echo")) as socket:
        for message in ("", b"", b"\x00\x01"):
            await socket.send(message)
            assert await socket.recv() == message
        await asyncio.wait_for(await socket.ping(), 2)


async def test_compression_is_not_negotiated(server: WireServer) -> None:
    async with connect(server.url("echo"), compression="deflate") as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


async def test_the_root_path_header_of_a_client_is_ignored(server: WireServer) -> None:
    async with connect(server.url("show_scope"), additional_headers={"Daphne-Root-Path": "/admin"}) as socket:
        scope = json.loads(await socket.recv())
    assert scope["root_path"] == ""
    assert "daphne-root-path" not in scope["headers"]
    assert await get(server, "known", "Daphne-Root-Path: /admin") == (200, "")


async def test_refused_handshakes_are_400_and_no_traceback() -> None:
    with started(verbosity=2) as server:
        assert await status(server, upgrade("echo", "Sec-WebSocket-Protocol: \xe9")) == 400
        assert await status(server, upgrade("echo", key="abc")) == 400
        assert await status(server, upgrade("echo", "Origin: null")) == 101
        assert "Traceback" not in server.log()


async def test_no_age_limit_closes_a_socket() -> None:
    with started(websocket_timeout=0) as server:
        async with connect(server.url("echo")) as socket:
            await asyncio.sleep(2.5)  # Daphne looks every two seconds
            await socket.send("still here")
            assert await socket.recv() == "still here"


async def test_an_unknown_http_path_is_a_quiet_404(own_server: WireServer) -> None:
    assert (await get(own_server, "nope"))[0] == 404
    assert "Traceback" not in own_server.log()


async def test_sigterm_tells_every_client_to_come_back_and_every_application_that_it_ended() -> None:
    with started() as server:
        sockets = [await connect(server.url("wait_for_the_end")) for _ in range(50)]
        await connect_and_forget(server, "ignores_the_end")
        server.process.terminate()
        codes = [await closing(socket) for socket in sockets]
        await asyncio.to_thread(server.process.wait, 30)
        assert codes == [(1012, "the server restarts")] * 50
        printed = server.printed()
        assert (printed.count("disconnected"), printed.count("cancelled")) == (50, 1)
        assert server.process.returncode == 0


async def connect_and_forget(server: WireServer, path: str) -> None:
    async with connect(server.url(path)):
        pass


async def test_a_server_that_ends_takes_no_new_connection() -> None:
    with started() as server:
        async with raw(server, "ignores_the_end"):
            server.process.terminate()
            await asyncio.sleep(0.5)
            assert server.process.poll() is None
            with pytest.raises(ConnectionRefusedError):
                await get(server, "known")


async def test_a_server_without_clients_ends_at_once() -> None:
    with started() as server:
        assert (await get(server, "known"))[0] == 200
        server.process.terminate()
        assert await asyncio.to_thread(server.process.wait, 30) == 0


async def test_a_flood_is_left_in_the_network_while_the_application_is_behind(own_server: WireServer) -> None:
    before = own_server.memory()
    async with raw(own_server, "never_reads") as socket:
        socket.writer.write(frame(TEXT, b"a" * 1000) * 20_000)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.writer.drain(), 1)
        assert own_server.memory() - before < 10_000_000


async def test_small_messages_are_not_unpacked_before_there_is_room_for_them(own_server: WireServer) -> None:
    before = own_server.memory()
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(raw(own_server, "never_reads")) for _ in range(20)]
        for socket in sockets:
            socket.writer.write(frame(TEXT, b"a") * 20_000)
        await asyncio.sleep(1)
        assert own_server.memory() - before < 10_000_000


async def test_what_waited_in_the_network_is_delivered_in_order(server: WireServer) -> None:
    async with connect(server.url("reads_late?messages=5000")) as socket:
        for number in range(5000):
            await socket.send(str(number))
        assert await socket.recv() == "all there, in order"


async def test_an_application_waits_for_a_slow_reader_and_the_pings_end_it() -> None:
    with started(ping_interval=0.1, ping_timeout=0.5) as server:
        before = server.memory()
        async with raw(server, "one_by_one") as socket:
            assert await asyncio.wait_for(server.next_line(), 4) == "disconnected"
            assert server.memory() - before < 15_000_000
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await socket.close_code()


async def test_a_client_that_closes_and_does_not_read_is_dropped(own_server: WireServer) -> None:
    async with raw(own_server, "one_by_one") as socket:
        await asyncio.sleep(0.3)  # by now the buffers are full
        socket.writer.write(frame(CLOSE))
        assert await asyncio.wait_for(own_server.next_line(), 6) == "disconnected"


async def test_pings_of_a_client_that_does_not_read_are_not_answered(server: WireServer) -> None:
    async with raw(server, "one_by_one") as socket:
        await asyncio.sleep(0.3)  # by now the buffers are full
        socket.writer.write(frame(PING) * 1000)
        await asyncio.sleep(0.3)
        assert {(await socket.frame())[0] for _ in range(800)} == {TEXT}


async def test_a_fast_reader_gets_all_50_mb(server: WireServer) -> None:
    async with connect(server.url("one_by_one")) as socket:
        for _ in range(800):
            assert len(await socket.recv()) == 65536


async def test_a_reader_over_a_mebibyte_behind_is_closed_with_4100(own_server: WireServer) -> None:
    before = own_server.memory()
    async with raw(own_server, "all_at_once") as socket:
        await asyncio.sleep(0.5)
        assert own_server.memory() - before < 15_000_000
        assert await socket.close_code() == 4100
