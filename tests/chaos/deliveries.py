"""How long news of one place takes to everybody who reads them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from websockets.asyncio.client import connect

from tests.chaos.fleet import until
from tests.chaos.site import PROJECT, Site

PLACE = "place-4"
READERS = 50
PATIENCE_SECONDS = 30


@dataclass
class Deliveries:
    seconds: list[float] = field(default_factory=list)
    heard: set[int] = field(default_factory=set)  # numbers of readers
    lost: int = 0  # readers

    async def read(self, site: Site, number: int) -> None:
        try:
            async with connect(site.url(f"ws/aqi/{PLACE}"), ping_interval=None) as socket:
                async for text in socket:
                    self.hear(number, json.loads(text))
        finally:
            self.lost += 1

    def hear(self, number: int, message: dict[str, object]) -> None:
        """News of the beat are stored after the time that they bear, so they say nothing of the delivery."""
        if message["type"] == "aqi_update" and '"tick"' in json.dumps(message["data"]):
            published_at = datetime.fromisoformat(str(message["timestamp"]))
            self.heard.add(number)
            self.seconds.append((datetime.now(UTC) - published_at).total_seconds())

    async def p99(self, seconds: float) -> float:
        """Of that time, and at least until each reader heard something; infinite if one cannot."""
        self.seconds.clear()
        self.heard.clear()
        await asyncio.sleep(seconds)
        hear = await self.all_hear()
        return sorted(self.seconds)[int(0.99 * (len(self.seconds) - 1))] if hear and not self.lost else float("inf")

    async def all_hear(self) -> bool:
        return await until(lambda: len(self.heard) == READERS, PATIENCE_SECONDS)


@asynccontextmanager
async def deliveries(site: Site, pause: float) -> AsyncIterator[Deliveries]:
    """There is something new every so many seconds."""
    measured = Deliveries()
    command = [sys.executable, "-m", "tests.chaos.ticker", PLACE, str(pause)]
    ticker = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, env=site.environment)
    tasks = [asyncio.create_task(measured.read(site, number)) for number in range(READERS)]
    try:
        if not await measured.all_hear():
            raise TimeoutError("the readers hear nothing")
        yield measured
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        ticker.kill()
        await ticker.wait()
