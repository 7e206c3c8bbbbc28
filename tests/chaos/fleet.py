"""Many clients that follow the places of a site through whatever happens to it, and what they lost."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.chaos.site import PLACES, Site
from tests.realtime.history import Client, Event, Published, faults_in

PATIENCE_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 4.0

Histories = list[tuple[str, list[Event]]]  # of a client each, and the place that it follows


async def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return condition()


@dataclass
class Fleet:
    site: Site
    clients: dict[str, list[Client]]

    @property
    def everybody(self) -> list[Client]:
        return [client for clients in self.clients.values() for client in clients]

    async def all_greeted(self, since: float, seconds: float = 60) -> bool:
        return await until(lambda: all(one.greeted_at > since for one in self.everybody), seconds)

    async def news(self, seconds: float = 30) -> bool:
        """Everybody hears something that nobody had yet."""
        newest = {place: max(one.last for one in clients) for place, clients in self.clients.items()}
        return await until(lambda: all(one.last > newest[p] for p in newest for one in self.clients[p]), seconds)

    def closes(self) -> Counter[int | None]:
        return Counter(code for one in self.everybody for code in one.closes)

    async def lost(self) -> list[str]:
        """What clients lack of that which is published by now, although they had time to ask for all of it."""
        newest = await newest_published(self.site)
        complete = [(one, newest[place]) for place, clients in self.clients.items() for one in clients]
        await until(lambda: all(one.complete_to >= seq for one, seq in complete), 30)
        histories = [(place, list(one.events)) for place, clients in self.clients.items() for one in clients]
        return await faults_of(self.site, histories, newest)


async def newest_published(site: Site) -> dict[str, int]:
    rows = await asyncio.to_thread(site.rows, "SELECT slug, seq FROM forecasts_location")
    return dict(rows)


async def faults_of(site: Site, histories: Histories, newest: dict[str, int]) -> list[str]:
    """What is wrong with them up to what was the newest then."""
    published = await asyncio.to_thread(site.published)
    return [
        fault
        for place, events in histories
        for fault in faults_in(events, due_to(events, published[place], newest[place]))
    ]


def due_to(events: list[Event], published: Published, newest: int) -> Published:
    """Without what was published later and has not arrived yet."""
    heard = {(event.epoch, event.seq) for event in events}
    return {place: content for place, content in published.items() if place in heard or place[1] <= newest}


def clients_of(address: str, number: int, places: list[str] = PLACES) -> dict[str, list[Client]]:
    """So many for each place; `address` ends before the place."""
    dice = random.Random(number)
    clients: dict[str, list[Client]] = {}
    for count in range(number):
        place = places[count % len(places)]
        one = Client(address + place, random.Random(dice.random()), LONGEST_WAIT_SECONDS, PATIENCE_SECONDS)
        clients.setdefault(place, []).append(one)
    return clients


@asynccontextmanager
async def crowd(site: Site, number: int) -> AsyncIterator[Fleet]:
    """That many clients, whether they get in or not."""
    fleet = Fleet(site, clients_of(site.url("ws/aqi/"), number))
    async with connecting(fleet.everybody):
        yield fleet


@asynccontextmanager
async def connecting(clients: list[Client]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one.follow()) for one in clients]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def following(site: Site, number: int) -> AsyncIterator[Fleet]:
    """That many clients, all of them greeted."""
    started_at = time.monotonic()
    async with crowd(site, number) as fleet:
        if not await fleet.all_greeted(started_at):
            raise TimeoutError(f"{number} clients were not greeted within a minute")
        yield fleet
