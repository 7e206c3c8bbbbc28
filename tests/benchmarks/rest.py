"""How many answers a second `current` of the REST API gives, with all middleware and throttling on."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import uvloop

from tests.benchmarks.contenders import PREDECESSOR_PYTHON, UVICORN, Setting, database, program, wait_for_port
from tests.benchmarks.measurement import cpu_seconds
from tests.services import free_port

CONNECTIONS = 16
PLENTY = "1000000/s"  # the throttle counts as always, and refuses nobody
WARM_UP_ANSWERS = 200
SECONDS, PATIENCE_SECONDS = 3.0, 60.0
CURRENT = "/api/v1/locations/place-0/current/"
LOOP = UVICORN[:4]  # the same event loop and HTTP parser for all


def wsgi(server: str) -> Callable[[int], list[str]]:
    return lambda port: [sys.executable, "-m", "tests.benchmarks.wsgi", server, str(port)]


def asgi(port: int) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "aqiproject.asgi:application", "--port", str(port), *UVICORN]


def fastapi(port: int) -> list[str]:
    application = "tests.benchmarks.fastapi_rest:application"
    options = [*LOOP, "--log-level", "warning"]
    return [str(PREDECESSOR_PYTHON), "-m", "uvicorn", application, "--port", str(port), *options]


SERVERS: dict[str, Callable[[int], list[str]]] = {
    "FastAPI": fastapi,
    "FastAPI, model": fastapi,
    "WSGI granian": wsgi("granian"),
    "WSGI gunicorn": wsgi("gunicorn"),
    "ASGI uvicorn": asgi,
}


class Reader(asyncio.Protocol):
    """One connection that is kept; asks again as soon as it has the whole answer."""

    request = f"GET {CURRENT} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()

    def __init__(self) -> None:
        self.answers = self.refused = 0
        self.held = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, octets: bytes) -> None:
        self.held += octets
        head, end, body = self.held.partition(b"\r\n\r\n")
        if not end or len(body) < length_in(head):
            return
        self.held = b""
        self.answers += 1
        self.refused += b" 200 " not in head[:20]
        self.transport.write(self.request)


def length_in(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])


async def read(port: int, process: "subprocess.Popen[bytes]") -> dict[str, float]:
    loop = asyncio.get_running_loop()
    readers = [(await loop.create_connection(Reader, "127.0.0.1", port))[1] for _ in range(CONNECTIONS)]
    try:
        while sum(one.answers for one in readers) < WARM_UP_ANSWERS:
            await asyncio.sleep(0.1)
        answers, cpu, since = sum(one.answers for one in readers), cpu_seconds(process), time.monotonic()
        await asyncio.sleep(SECONDS)
        answers, seconds = sum(one.answers for one in readers) - answers, time.monotonic() - since
        cpu = cpu_seconds(process) - cpu
    finally:
        for one in readers:
            one.transport.abort()
    refused = float(sum(one.refused for one in readers))
    return {"requests_per_second": answers / seconds, "cpu_us": cpu / max(answers, 1) * 1e6, "missing": refused}


@contextmanager
def serving(name: str, setting: Setting) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    port = free_port()
    environment = {
        **os.environ,
        "SIZE": setting.size,
        "AQI_LOG_LEVEL": "ERROR",
        "AQI_THROTTLE_ANONYMOUS": PLENTY,
        "AQI_THROTTLE_USER": PLENTY,
    }
    with ExitStack() as stack:
        if name == "FastAPI, model":
            environment["RESPONSE_MODEL"] = "1"
        if not name.startswith("FastAPI"):
            environment |= {"REDIS_URL": setting.redis_url, "DATABASE_URL": stack.enter_context(database(setting))}
        process = stack.enter_context(program(["taskset", "-c", "0", *SERVERS[name](port)], environment))
        wait_for_port(port)
        yield port, process


def measure(name: str, setting: Setting) -> dict[str, float]:
    with serving(name, setting) as (port, process):
        return uvloop.run(asyncio.wait_for(read(port, process), PATIENCE_SECONDS))
