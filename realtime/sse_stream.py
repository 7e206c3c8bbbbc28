"""One reader of a stream of events: the socket's frames, a comment now and then, and the last word."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import msgspec
from django.conf import settings
from django.utils.timezone import now

from forecasts.models import Location

from . import feeds, protocol, relay
from .admission import Admission
from .feeds import Feed
from .listener import SLOW_AFTER_SECONDS, Listener, Update
from .protocol import Connected, Refused, Resume

LAST_WORD_SECONDS = 1.0


@dataclass(frozen=True)
class Pace:
    """After how many seconds of silence a comment is sent, and for how many a send may wait for its reader."""

    heartbeat: float = 20.0
    patience: float = SLOW_AFTER_SECONDS


class Place(msgspec.Struct):
    """The part of a frame that makes an event's id."""

    epoch: str
    seq: int


_place = msgspec.json.Decoder(Place)


PACE = Pace()


async def begin(send: Any, status: int, headers: Iterable[tuple[str, str]]) -> None:
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


class Stream:
    """One client: joins the feed of its location, as a socket's consumer does, and waits until somebody ends it."""

    def __init__(self, scope: Mapping[str, Any], receive: Any, send: Any, pace: Pace, admission: Admission) -> None:
        self.receive, self.send, self.pace, self.admission = receive, send, pace, admission
        self.resume = resume_from(scope)
        self.end = asyncio.timeout(None)
        self.listener = Listener(self.send_frame, self.give_up, pace.patience)

    async def follow(self, location: Location, headers: Mapping[str, str]) -> None:
        # Join before reading, so that nothing falls between; the listener holds what comes until it is opened.
        feed = await feeds.join(location, self.listener)
        try:
            relay.ensure_running()
            update = self.listener.newest(await feed.current())
            await begin(self.send, 200, headers.items())
            with suppress(TimeoutError):
                async with self.end:
                    # Not before: a last word needs an answer that has begun. The watch over log-ins looks again.
                    self.admission.end = self.turn_away
                    await self.greet(feed, update)
                    self.listener.open(update)
                    await self.until_gone()
        finally:
            feeds.leave(feed, self.listener)
            self.listener.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(LAST_WORD_SECONDS, self.pace.patience)):
                await self.send({"type": "http.response.body", "body": b""})

    async def greet(self, feed: Feed, update: Update) -> None:
        place = self.resume and (self.resume.epoch, self.resume.since)
        resumed = place == (update["epoch"], update["seq"])
        connected = Connected(
            location=feed.location.slug,
            epoch=update["epoch"],
            seq=update["seq"],
            update_interval=settings.AQI_UPDATE_INTERVAL_SECONDS,
            server_time=now(),
            resumed=resumed,
        )
        # Each client another time, so that not all of them are back in the second after a restart.
        await self.write(f"retry: {random.randint(1000, 5000)}\n".encode())  # noqa: S311
        await self.write(f"event: connected\ndata: {protocol.encode(connected)}\n\n".encode())
        if not resumed:
            await self.write(event(update["text"]))

    async def until_gone(self) -> None:
        """A comment now and then, so that neither side nor a proxy between takes the silence for the end."""
        while True:
            try:
                async with asyncio.timeout(self.pace.heartbeat):
                    while (await self.receive())["type"] != "http.disconnect":
                        pass
                    return
            except TimeoutError:
                async with asyncio.timeout(self.pace.patience):
                    await self.write(b":\n\n")

    async def write(self, body: bytes) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def send_frame(self, message: Mapping[str, str]) -> None:
        """What the listener calls with a message for a socket."""
        await self.write(event(message["text"]))

    async def turn_away(self, refusal: Refused) -> None:
        self.listener.close()
        await self.write(f"event: error\ndata: {protocol.encode(refusal.error)}\n\n".encode())
        await self.give_up()

    async def give_up(self) -> None:
        with suppress(RuntimeError):  # it has ended by itself meanwhile
            self.end.reschedule(asyncio.get_running_loop().time())


@lru_cache(maxsize=64)
def event(text: str) -> bytes:
    """A frame as an event; made once, since every reader in this process gets the same text."""
    place = _place.decode(text.encode())
    return f"id: {place.epoch}-{place.seq}\nevent: aqi_update\ndata: {text}\n\n".encode()


def resume_from(scope: Mapping[str, Any]) -> Resume | None:
    """The event that the client has seen last: the header that browsers send on return, else the query."""
    headers = dict(scope["headers"])
    query = parse_qs(scope["query_string"].decode("latin-1"))
    text = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("last_event_id", [""])[0]
    epoch, _, since = text.strip('"').rpartition("-")
    try:
        return msgspec.convert({"epoch": epoch, "since": since}, Resume, strict=False)
    except msgspec.ValidationError:
        return None
