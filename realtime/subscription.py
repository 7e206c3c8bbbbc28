import time
from contextlib import ExitStack
from typing import Any, Protocol

from channels.db import database_sync_to_async

from forecasts import snapshots
from forecasts.gazetteer import shown
from forecasts.models import Location
from forecasts.refresh import make_due

from . import feeds, protocol, relay
from .feeds import Feed
from .frames import WRITE
from .listener import Listener, Send, Update
from .missed import read_past
from .protocol import Error, ErrorCode, Missed, MissedAt, MissedEnd, MissedUpdate, Refresh, Resume

REFRESH_AFTER_SECONDS = 60
MISSED_AT_MOST = 50  # in one answer, about 200 KB: a client that wants more has read these first


class Socket(Protocol):
    """What a place needs of the consumer that follows it."""

    scope: Any
    base_send: Send

    async def send(self, text_data: str) -> None: ...
    async def send_json(self, content: Any) -> None: ...
    async def greet(self, location: Location, update: Update, *, resumed: bool) -> None: ...
    async def give_up(self) -> None: ...


class Subscription:
    """One place, followed by one socket: the feed sends the updates, and this answers what the client asks."""

    feed: Feed

    def __init__(self, location: Location, socket: Socket) -> None:
        self.location, self.socket = location, socket
        write = socket.scope.get("extensions", {}).get(WRITE)
        self.listener = Listener(socket.base_send, socket.give_up, write=write)

    async def start(self, resume: Resume | None) -> None:
        # Join before reading, so that nothing falls between; the listener holds what comes until it is opened.
        with ExitStack() as undo:
            self.feed = await feeds.join(self.location, self.listener)
            undo.callback(self.stop)
            relay.ensure_running()
            update = self.listener.newest(await self.feed.current())
            if not await self.resumes(update, resume):
                await self.socket.send(text_data=update["text"])
            self.listener.open(update)
            undo.pop_all()

    def stop(self) -> None:
        feeds.leave(self.feed, self.listener)
        self.listener.close()

    async def resumes(self, update: Update, resume: Resume | None) -> bool:
        """Say where the stream is, and whether the client is there already."""
        resumed = resume is not None and (resume.epoch, resume.since) == (update["epoch"], update["seq"])
        await self.socket.greet(self.location, update, resumed=resumed)
        return resumed

    async def answer(self, action: Refresh | Resume | Missed) -> None:
        match action:
            case Refresh():
                await self.refresh()
            case Resume():
                await self.tell(action)
            case Missed():
                await self.send_missed(action)

    async def tell(self, resume: Resume | None) -> None:
        update = await self.feed.current()
        if not await self.resumes(update, resume):
            self.listener.repeat(update)

    async def refresh(self) -> None:
        update = await self.feed.current()
        self.listener.repeat(update)
        if time.time() - update["checked_at"] > REFRESH_AFTER_SECONDS:
            await database_sync_to_async(make_due)([self.location.pk])

    async def send_missed(self, action: Missed) -> None:
        try:
            past = await read_past((self.location.pk, action.epoch, action.since), MISSED_AT_MOST)
        except snapshots.NotKept as error:
            about = shown(action.location) if isinstance(action, MissedAt) else None
            problem = Error(ErrorCode.NOT_KEPT, f"{error} The newest snapshot follows.", location=about)
            await self.socket.send_json(problem)
            self.listener.repeat(await self.feed.current())
            return
        for snapshot in past.snapshots:
            await self.socket.send(text_data=protocol.update(snapshot, MissedUpdate))
        until = past.snapshots[-1].seq if past.snapshots else action.since
        end = MissedEnd(self.location.slug, past.epoch, since=until, more=until < past.newest_seq)
        await self.socket.send_json(end)
