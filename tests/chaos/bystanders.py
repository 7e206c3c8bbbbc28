"""Clients that have nothing to do with a fault, and must not feel it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.chaos.site import PLACES, Site

NUMBER = 20
PAUSE_SECONDS = 0.5
MOST_SECONDS = 0.25


@dataclass
class Bystanders:
    pings: list[float] = field(default_factory=list)
    lost: int = 0

    @property
    def p99(self) -> float:
        return sorted(self.pings)[int(0.99 * (len(self.pings) - 1))] if self.pings else float("inf")

    @property
    def shown(self) -> str:
        return f"others' ping p99 {self.p99 * 1000:.0f} ms" + (f", {self.lost} of them LOST" if self.lost else "")

    @property
    def are_served(self) -> bool:
        return not self.lost and self.p99 < MOST_SECONDS

    async def watch(self, site: Site, place: str) -> None:
        try:
            async with connect(site.url(f"ws/aqi/{place}"), ping_interval=None) as socket:
                while True:
                    asked_at = time.monotonic()
                    await socket.send('{"action": "ping"}')
                    while json.loads(await socket.recv())["type"] != "pong":
                        pass
                    self.pings.append(time.monotonic() - asked_at)
                    await asyncio.sleep(PAUSE_SECONDS)
        except (OSError, WebSocketException):
            self.lost += 1


@asynccontextmanager
async def bystanders(site: Site) -> AsyncIterator[Bystanders]:
    watched = Bystanders()
    tasks = []
    for number in range(NUMBER):
        tasks.append(asyncio.create_task(watched.watch(site, PLACES[number % len(PLACES)])))
        await asyncio.sleep(PAUSE_SECONDS / NUMBER)
    watched.pings.clear()
    try:
        yield watched
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
