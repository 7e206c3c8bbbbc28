"""Ends the connections of whoever may no longer come in: one look for all of a process, and none for each."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Protocol
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

from forecasts.database import Trouble

from .access import credentials
from .access.visitors import Visitor
from .protocol import CloseCode, Error, ErrorCode, Refused

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 15.0
EXPIRED = "The token has expired: get another one, and come back."
ENDED = "You were logged out, or the key or the person was disabled, or the password changed."


class Watched(Protocol):
    visitor: Visitor
    end: Callable[[Refused], Awaitable[None]] | None


class Watch:
    """Of an event loop; it runs while somebody is logged in."""

    def __init__(self) -> None:
        self.members: set[Watched] = set()
        self.ending: set[asyncio.Future[None]] = set()
        self.task: asyncio.Task[None] | None = None
        self.trouble = Trouble(logger, "only tokens that expire end connections now")

    def add(self, one: Watched) -> None:
        self.members.add(one)
        if self.task is None or self.task.done():
            # A context of its own: what it logs is not about the connection that happened to start it.
            self.task = asyncio.create_task(self.run(), name="watch over log-ins", context=Context())

    async def run(self) -> None:
        while self.members:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await self.look()

    async def look(self) -> None:
        over = await self.ended({one.visitor for one in self.members})
        for one in [one for one in self.members if one.visitor in over and one.end is not None]:
            self.members.discard(one)
            # Not awaited: who does not read must not keep the others.
            ending = asyncio.ensure_future(one.end(refusal(one.visitor)))  # type: ignore[misc]  # it is not None
            self.ending.add(ending)
            ending.add_done_callback(self.ending.discard)

    async def ended(self, visitors: set[Visitor]) -> set[Visitor]:
        try:
            over = await database_sync_to_async(credentials.ended)(visitors)
        except Exception as error:  # whatever it is, nobody would be logged out any more
            self.trouble.tell(error)
            return {visitor for visitor in visitors if credentials.is_over(visitor)}
        self.trouble.end()
        return over


def refusal(visitor: Visitor) -> Refused:
    text = EXPIRED if credentials.is_over(visitor) else ENDED
    return Refused(CloseCode.SESSION_ENDED, Error(ErrorCode.SESSION_ENDED, text))


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, Watch] = WeakKeyDictionary()


def watch() -> Watch:
    return _watches.setdefault(asyncio.get_running_loop(), Watch())
