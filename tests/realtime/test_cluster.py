"""Two servers and two beats over PostgreSQL and Redis, as in production, each a process of its own."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from pytest_httpserver import HTTPServer
from websockets.asyncio.client import connect

from tests.realtime.air import serve_news
from tests.services import free_port, postgresql, redis_server

PROJECT = Path(__file__).parents[2]
PLACES = ["delhi", "london", "lima"]
UPDATES = 6

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

Environment = dict[str, str]


@pytest.fixture
def air(httpserver: HTTPServer) -> str:
    return serve_news(httpserver)


@pytest.fixture
def environment(air: str) -> Iterator[Environment]:
    with postgresql() as database, redis_server() as redis:
        name = f"cluster_{os.getpid()}"
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        try:
            url = (
                database.replace("/postgres?", f"/{name}?")
                if "?" in database
                else f"{database.rsplit('/', 1)[0]}/{name}"
            )
            yield {**os.environ, "DATABASE_URL": url, "REDIS_URL": redis, "AQI_OPEN_METEO_URL": air}
        finally:
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def manage(environment: Environment, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True).stdout


SET_UP = f"""
from forecasts.models import Location, Source
for number, slug in enumerate({PLACES}):
    place = Location.objects.create(slug=slug, name=slug, latitude=number, longitude=number)
    Source.objects.create(location=place, provider="open_meteo")
"""


def background(stack: ExitStack, environment: Environment, *arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=PROJECT, env=environment)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


async def listen(port: int, place: str) -> list[int]:
    """The seqs of the updates that a stock client hears, until there were enough."""
    for _ in range(100):
        try:
            async with connect(f"ws://127.0.0.1:{port}/ws/aqi/{place}") as socket:
                seen: list[int] = []
                async for text in socket:
                    message = json.loads(text)
                    if message["type"] == "aqi_update":
                        assert message["location"] == place
                        seen.append(message["seq"])
                    if seen and seen[-1] - seen[0] >= UPDATES:
                        return seen
        except OSError:
            await asyncio.sleep(0.1)
    raise TimeoutError(f"no server at port {port}")


async def test_every_client_of_either_server_is_pushed_every_seq_in_order(environment: Environment) -> None:
    manage(environment, "migrate", "-v0")
    manage(environment, "shell", "-v0", "-c", SET_UP)
    ports = [free_port(), free_port()]
    with ExitStack() as stack:
        for port in ports:
            background(stack, environment, "serve", "--no-beat", "--port", str(port))
        listeners = [listen(port, place) for port in ports for place in PLACES for _ in range(3)]
        hearing = asyncio.gather(*listeners)
        await asyncio.sleep(0)
        for _ in range(2):
            background(stack, environment, "broadcast_forecasts", "--interval", "1", "--jitter", "0")
        for seen in await asyncio.wait_for(hearing, 60):
            assert seen == list(range(seen[0], seen[-1] + 1))
