"""What clients saw, and whether it is what was published: order kept, nothing lost, values equal.

A client follows one place through every fault: it comes back with jitter and its place in the stream, and asks for
what it missed whenever a number is not the next. Everything that it hears becomes an event of its history. `faults_in`
is the judge: it knows what the database says, and nothing of how the server works.
"""

import asyncio
import hashlib
import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException


@dataclass(frozen=True)
class Event:
    """`connected`, `aqi_update` or `missed_update`, on the client's so-many-th connection."""

    connection: int
    kind: str
    epoch: str
    seq: int
    digest: str = ""
    resumed: bool = False


Published = dict[tuple[str, int], str]  # (epoch, seq) → digest of what the database keeps


def digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]


@dataclass
class Client:
    url: str
    dice: random.Random
    longest_wait_seconds: float = 1.0
    patience_seconds: float = 3.0
    greeted_at: float = 0.0
    closes: list[int | None] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    connections: int = 0
    epoch: str = ""
    complete_to: int = 0  # every number up to here was seen
    ahead: set[int] = field(default_factory=set)  # seen, but something before them was not

    async def follow(self) -> None:
        """Until cancelled."""
        while True:
            where = f"?epoch={self.epoch}&since={self.last}" if self.epoch else ""
            with suppress(OSError, WebSocketException, InvalidHandshake, TimeoutError):
                await self.connect(self.url + where)
            await asyncio.sleep(self.dice.uniform(0, self.longest_wait_seconds))

    async def connect(self, url: str) -> None:
        patience = self.patience_seconds
        async with connect(url, open_timeout=patience, ping_interval=patience / 3, ping_timeout=patience) as socket:
            self.connections += 1
            try:
                async for text in socket:
                    await self.hear(socket, json.loads(text))
            finally:
                self.closes.append(socket.close_code)

    @property
    def last(self) -> int:
        return max(self.ahead, default=self.complete_to)

    async def hear(self, socket: ClientConnection, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "missed_end" and message["more"]:
            await self.ask(socket)
        if kind not in ("connected", "aqi_update", "missed_update"):
            return
        content = digest(message["data"]) if "data" in message else ""
        place = message["epoch"], message["seq"]
        self.events.append(Event(self.connections, kind, *place, content, message.get("resumed", False)))
        if kind == "connected":
            self.greeted_at = time.monotonic()
        else:
            self.take(*place)
        if self.ahead and kind != "missed_update":
            await self.ask(socket)

    async def ask(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"action": "missed", "epoch": self.epoch, "since": self.complete_to}))

    def take(self, epoch: str, seq: int) -> None:
        if epoch != self.epoch:
            self.epoch, self.complete_to, self.ahead = epoch, seq, set()
        self.ahead.add(seq)
        while self.complete_to + 1 in self.ahead:
            self.complete_to += 1
        self.ahead = {later for later in self.ahead if later > self.complete_to}


def faults_in(events: list[Event], published: Published) -> Iterator[str]:
    """What is wrong with the history of one client; nothing is what it should be."""
    yield from values_that_differ(events, published)
    yield from steps_back(events)
    yield from unanswered_absences(events)
    yield from numbers_never_seen(events, published)


def values_that_differ(events: list[Event], published: Published) -> Iterator[str]:
    for event in events:
        if event.kind != "connected" and published.get((event.epoch, event.seq)) != event.digest:
            yield f"not what was published: {event}"


def steps_back(events: list[Event]) -> Iterator[str]:
    """Within a connection, news never goes back."""
    newest: dict[tuple[int, str], int] = {}
    for event in events:
        if event.kind == "aqi_update":
            if event.seq < newest.get((event.connection, event.epoch), 0):
                yield f"went back: {event}"
            newest[event.connection, event.epoch] = event.seq


def unanswered_absences(events: list[Event]) -> Iterator[str]:
    """Whoever is told that nothing was missed has that number; everybody else gets a snapshot at once."""
    had: set[tuple[str, int]] = set()
    for event, after in zip(events, [*events[1:], None], strict=True):
        if event.kind != "connected":
            had.add((event.epoch, event.seq))
        elif event.resumed and (event.epoch, event.seq) not in had:
            yield f"is said to have what it never had: {event}"
        elif not event.resumed and after is not None and not is_answered(event, after):
            yield f"a gap without a snapshot: {event}, then {after}"


def is_answered(greeting: Event, after: Event) -> bool:
    if after.connection != greeting.connection:
        return True  # it broke before there was an answer
    return after.kind == "aqi_update" and (after.epoch != greeting.epoch or after.seq >= greeting.seq)


def numbers_never_seen(events: list[Event], published: Published) -> Iterator[str]:
    """From the first that a client saw of an epoch to the last that was published in it."""
    for epoch in {event.epoch for event in events}:
        seen = {event.seq for event in events if event.epoch == epoch and event.kind != "connected"}
        wanted = {seq for of_epoch, seq in published if of_epoch == epoch and seq >= min(seen, default=0)}
        if lost := sorted(wanted - seen):
            yield f"never seen of {epoch}: {lost}"
