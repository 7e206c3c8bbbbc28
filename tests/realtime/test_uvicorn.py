"""The whole application under uvicorn, started as the documentation says: what holds under Daphne holds here."""

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
import trustme
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests.benchmarks.contenders import UVICORN, wait_for_port
from tests.realtime.test_server import BROKEN, hear_news
from tests.realtime.wire import BAD_MESSAGES, PROJECT, WireServer, closing, raw
from tests.services import free_port

pytestmark = pytest.mark.processes

WIRE = "tests.realtime.wire_application:application"

# uvicorn limits the bytes of a message and not its fragments; an empty one costs it 8 bytes until the message ends.
ANSWERED = {name: broken for name, broken in BROKEN.items() if name != "endless empty fragments"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A database with the demo cities."""
    file = tmp_path_factory.mktemp("uvicorn") / "uvicorn.sqlite3"
    variables = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "REDIS_URL": ""}
    for command in (["migrate", "-v0"], ["add_demo_locations", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=variables, check=True)
    return variables


@contextmanager
def serving(
    environment: dict[str, str], *options: str, application: str = "aqiproject.asgi:application"
) -> Iterator[WireServer]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), *UVICORN, *options]
    with (
        NamedTemporaryFile("w+") as errors,
        subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=errors, stderr=errors, text=True) as process,
    ):
        try:
            wait_for_port(port)
            yield WireServer(process, port, errors)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(environment: dict[str, str]) -> Iterator[WireServer]:
    with serving(environment) as one:
        yield one


@pytest.fixture
def own_server(environment: dict[str, str]) -> Iterator[WireServer]:
    """Whose log is this test's alone: uvicorn logs a traceback where a client sends text that is not UTF-8."""
    with serving(environment) as one:
        yield one


async def greeted(server: WireServer) -> ClientConnection:
    socket = await connect(server.url("ws/aqi/delhi"))
    assert [json.loads(await socket.recv())["type"] for _ in range(2)] == ["connected", "aqi_update"]
    return socket


async def test_an_unknown_location_is_told_and_closed_with_1008(server: WireServer) -> None:
    async with connect(server.url("ws/aqi/dehli")) as socket:
        error = json.loads(await socket.recv())
        assert (error["code"], error["suggestions"]) == ("unknown_location", ["delhi"])
        assert (await closing(socket))[0] == 1008


async def test_another_path_is_refused_without_a_traceback(own_server: WireServer) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await connect(own_server.url("ws/nothing"))
    assert refusal.value.response.status_code == 403
    assert "Traceback" not in own_server.log()


async def test_every_bad_message_has_an_answer_and_the_socket_stays_open(own_server: WireServer) -> None:
    async with await greeted(own_server) as socket:
        for text, code in BAD_MESSAGES.items():
            await socket.send(text)
            assert json.loads(await socket.recv())["code"] == code
        await socket.send(b"\x00")
        assert json.loads(await socket.recv())["code"] == "binary_not_supported"
        await socket.send('{"action": "ping"}')
        assert json.loads(await socket.recv())["type"] == "pong"
    assert "Traceback" not in own_server.log()


@pytest.mark.parametrize(("code", "frames"), ANSWERED.values(), ids=ANSWERED.keys())
async def test_a_broken_frame_is_answered_with_its_close_code(server: WireServer, code: int, frames: bytes) -> None:
    async with raw(server, "ws/aqi/delhi") as socket:
        socket.writer.write(frames)
        assert await asyncio.wait_for(socket.close_code(), 4) == code


async def test_a_message_over_64_kib_is_closed_with_1009_and_one_of_64_kib_is_answered(server: WireServer) -> None:
    async with await greeted(server) as socket:
        await socket.send("a" * 65536)
        assert json.loads(await socket.recv())["code"] == "not_json"
        await socket.send("a" * 65537)
        assert (await closing(socket))[0] == 1009


async def test_compression_is_not_negotiated(server: WireServer) -> None:
    async with connect(server.url("ws/aqi/delhi"), compression="deflate") as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


async def test_an_update_is_the_same_for_sockets_that_compress_and_that_do_not(environment: dict[str, str]) -> None:
    with serving(environment, "--ws-per-message-deflate", "true") as server:
        place = server.url("ws/aqi/tokyo")
        async with connect(place, compression="deflate") as small, connect(place, compression=None) as plain:
            assert small.response is not None
            assert "Sec-WebSocket-Extensions" in small.response.headers
            first = [[await socket.recv() for _ in range(2)][1] for socket in (small, plain)]
            announce = [sys.executable, "manage.py", "broadcast_forecasts", "--once", "--location", "tokyo"]
            await asyncio.to_thread(subprocess.run, announce, cwd=PROJECT, env=environment, check=True)
            news = [await asyncio.wait_for(socket.recv(), 20) for socket in (small, plain)]
    assert news[0] == news[1] != first[0]
    assert json.loads(news[0])["type"] == "aqi_update"


async def test_news_are_written_at_once_until_the_reader_is_behind(environment: dict[str, str]) -> None:
    with serving(environment, application=WIRE) as server:
        heard = await hear_news(server)
    assert 1 < len(heard) < 760
    assert heard[-1] == str(len(heard) - 1)


async def test_over_tls_no_news_go_past_the_encryption(environment: dict[str, str], tmp_path: Path) -> None:
    authority, trust, file = trustme.CA(), ssl.create_default_context(), tmp_path / "key and certificate.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(file))
    authority.configure_trust(trust)
    with serving(environment, "--ssl-certfile", str(file), application=WIRE) as server:
        heard = await hear_news(server, trust)
    assert 1 < len(heard) < 760
    assert heard[-1] == str(len(heard) - 1)


async def test_sigterm_tells_every_client_to_come_back(environment: dict[str, str]) -> None:
    with serving(environment) as server:
        sockets = [await greeted(server) for _ in range(50)]
        server.process.send_signal(signal.SIGTERM)
        assert {(await closing(socket))[0] for socket in sockets} == {1012}
        assert await asyncio.to_thread(server.process.wait, 10) in {0, -signal.SIGTERM}
        assert "Traceback" not in server.log()
