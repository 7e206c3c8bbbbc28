"""Streams on real servers: they flow, they end in order, and who does not read costs no memory."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.realtime.test_logs import PROJECT, SERVERS, serving
from tests.realtime.wire import WireServer, started, tcp

pytestmark = pytest.mark.processes


def events(response: httpx.Response) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            yield event
            event = {}


@pytest.mark.parametrize("server", SERVERS)
def test_a_stream_brings_news_and_resumes_on_either_server(tmp_path: Path, server: str) -> None:
    with serving(server, tmp_path) as (port, log):
        address = f"http://127.0.0.1:{port}/sse/aqi/delhi"
        with httpx.stream("GET", address, timeout=10) as stream:
            heard = events(stream)
            assert [next(heard)["event"], next(heard)["event"]] == ["connected", "aqi_update"]
            refresh_once(tmp_path)
            last = next(heard)["id"]
        with httpx.stream("GET", address, headers={"Last-Event-ID": last}, timeout=10) as stream:
            assert '"resumed":true' in next(events(stream))["data"]
        assert httpx.head(address).status_code == 405
    assert "Traceback" not in log.read_text()


def refresh_once(folder: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}", "REDIS_URL": ""}
    command = [sys.executable, "manage.py", "broadcast_forecasts", "--once", "--location", "delhi"]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with started() as server:
        yield server


async def test_daphne_waits_for_a_reader_instead_of_keeping_50_mb(wire: WireServer) -> None:
    before = wire.memory()
    async with tcp(wire, "GET /endless HTTP/1.1", "Host: localhost"):
        await asyncio.sleep(0.5)
        assert wire.memory() - before < 15_000_000
    assert await asyncio.wait_for(wire.next_line(), 4) == "the stream ended"


async def test_a_reader_that_reads_gets_all_of_a_stream(wire: WireServer) -> None:
    async with tcp(wire, "GET /endless HTTP/1.1", "Host: localhost", "Connection: close") as socket:
        assert len(await socket.reader.read(-1)) > 50_000_000
    assert await asyncio.wait_for(wire.next_line(), 4) == "the stream ended"


async def test_sigterm_ends_a_stream_within_seconds(wire: WireServer) -> None:
    async with tcp(wire, "GET /endless HTTP/1.1", "Host: localhost"):
        await asyncio.sleep(0.2)
        os.kill(wire.process.pid, signal.SIGTERM)
        assert await asyncio.to_thread(wire.process.wait, 5) == 0
    assert "Traceback" not in wire.log()
