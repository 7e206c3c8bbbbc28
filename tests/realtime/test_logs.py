"""What stands in the log: of a real server, with a client that carries secrets wherever a client can put some."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from realtime.connections import Connections
from realtime.logs import JSONFormatter
from tests.realtime.test_serve import answers, free_port, wait_until

PROJECT = Path(__file__).parents[2]
CANARY = "c4nary-0f-a-t0ken"

SERVERS = {
    "daphne": ["manage.py", "serve", "--no-beat", "--port"],
    "uvicorn": ["-m", "uvicorn", "aqiproject.asgi:application", "--port"],
}


@contextmanager
def serving(server: str, folder: Path, **settings: str) -> Iterator[tuple[int, Path]]:
    """A server on a database of its own; its port, and the file that it logs into."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}", "REDIS_URL": "", **settings}
    for command in (["migrate", "-v0"], ["add_demo_locations"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=environment, check=True)
    port, log = free_port(), folder / "log"
    command = [sys.executable, *SERVERS[server], str(port)]
    with (
        log.open("w") as file,
        subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=file, stderr=file) as process,
    ):
        try:
            wait_until(lambda: answers(port), 60)
            yield port, log
        finally:
            process.terminate()


def manage(folder: Path, *command: str) -> str:
    """What a command prints that has the database of that server."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}", "REDIS_URL": ""}
    python = [sys.executable, "manage.py", *command]
    return subprocess.run(python, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True).stdout


def carry_secrets(port: int) -> None:
    query, headers = (
        f"?token={CANARY}&last_event_id={CANARY}-1",
        {"Authorization": f"Bearer {CANARY}", "Cookie": f"a={CANARY}"},
    )
    address = f"127.0.0.1:{port}"
    for path in (
        "/",
        "/api/v1/locations/delhi/current/",
        "/api/v1/nowhere/",
        "/metrics",
        "/admin/",
        "/sse/aqi/nowhere",
    ):
        httpx.get(f"http://{address}{path}{query}", headers=headers)
        httpx.post(f"http://{address}{path}{query}", headers=headers, content=CANARY)
    # To hash a password takes a while, on purpose.
    httpx.post(f"http://{address}/api/v1/token/", json={"username": CANARY, "password": CANARY}, timeout=60)
    httpx.post(f"http://{address}/api/v1/token/refresh/", json={"refresh": CANARY})
    httpx.post(f"http://{address}/admin/login/", data={"username": CANARY, "password": CANARY}, timeout=60)
    cookie = {"Cookie": f"a={CANARY}"}
    for query_only in (query, f"?last_event_id={CANARY}-1"):
        with httpx.stream("GET", f"http://{address}/sse/aqi/delhi{query_only}", headers=cookie) as stream:
            next(stream.iter_lines())
    for path in (f"/ws/aqi/delhi{query}", f"/ws/aqi/delhi?epoch={CANARY}", f"/ws/aqi/nowhere?epoch={CANARY}"):
        with connect(f"ws://{address}{path}", additional_headers=cookie) as socket, suppress(Exception):
            socket.recv()
            for text in (
                CANARY,
                json.dumps({"action": CANARY}),
                json.dumps({"action": "authenticate", "token": CANARY}),
            ):
                socket.send(text)
                socket.recv(1)
    offered: Any = ["aqi.v1", f"bearer.{CANARY}"]
    with connect(f"ws://{address}/ws/aqi/delhi", subprotocols=offered) as socket, suppress(ConnectionClosed):
        assert json.loads(socket.recv(5))["code"] == "not_authenticated"
        socket.recv(5)
    with pytest.raises(InvalidStatus):
        connect(f"ws://{address}/ws/aqi/delhi", origin=f"http://{CANARY}")  # type: ignore[arg-type]
    with pytest.raises(InvalidStatus):
        connect(f"ws://{address}/nowhere{query}", additional_headers=headers)


@pytest.mark.processes
@pytest.mark.parametrize("server", SERVERS)
def test_no_secret_of_a_client_is_logged(tmp_path: Path, server: str) -> None:
    with serving(server, tmp_path, AQI_LOG_FORMAT="json", AQI_LOG_LEVEL="DEBUG") as (port, log):
        carry_secrets(port)
    lines = log.read_text().splitlines()
    assert [line for line in lines if CANARY in line] == []
    assert [line for line in lines if '"Not Found: /api/v1/nowhere/"' in line]  # so it does log what was asked


def lines_of(log: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.splitlines()]


async def test_a_line_names_the_connection_that_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    shout = logging.StreamHandler()
    shout.setFormatter(JSONFormatter())
    logger = logging.getLogger("tests.connection")
    logger.addHandler(shout)

    async def application(*arguments: object) -> None:
        logger.warning("one")
        logger.warning("two")

    for _ in range(2):
        await asyncio.create_task(Connections(application, "websocket")({}, None, None))  # as servers do
    logger.warning("nobody's")
    logger.removeHandler(shout)
    one, two, three, four, last = lines_of(capsys.readouterr().err)
    assert one["connection"] == two["connection"] != three["connection"] == four["connection"]
    assert "connection" not in last


def test_a_line_is_one_json_object_whatever_is_in_it() -> None:
    try:
        raise ValueError("wrong")
    except ValueError:
        record = logging.LogRecord("a.logger", logging.ERROR, "", 0, "São\n%s", ("Paulo",), sys.exc_info())
    text = JSONFormatter().format(record)
    line = json.loads(text)
    assert "\n" not in text
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "a.logger", "São\nPaulo")
    assert line["exception"].endswith("ValueError: wrong")
    assert line["time"].endswith("+00:00")
