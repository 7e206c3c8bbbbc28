"""Fan-out inside one process: one member of the location's group, however many sockets listen."""

import asyncio
import logging
from contextvars import Context
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import Error as DatabaseFailure

from forecasts import snapshots
from forecasts.database import tell_fault
from forecasts.models import Location

from .access.shared import is_cancelled
from .broadcast import event, group_name
from .counters import FAN_OUT_SECONDS
from .frames import SharedText
from .listener import Listener, Update, is_older

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
SUBSCRIBE_WITHIN_SECONDS = 2.0


class Feed:
    """Listens to one group, and hands what comes to every listener of this process in one go."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self.newest: Update | None = None
        self.listeners: set[Listener] = set()
        self.is_subscribed = asyncio.Event()
        # A context of its own: what the feed logs is not about the socket that happened to open it.
        self.task = asyncio.create_task(self._run(), name=f"feed {location}", context=Context())

    async def current(self) -> Update:
        """The newer of what came last and what is stored; read at most once a second, however many sockets ask."""
        try:
            known = snapshots.known(self.location.pk)
            stored = known or await database_sync_to_async(snapshots.get_current_forecast)(self.location)
        except DatabaseFailure as error:
            if self.newest is None:
                raise
            tell_fault(logger, error)
            return self.newest
        newest = self.newest
        if newest is None or (newest["epoch"], newest["seq"]) != (stored.epoch, stored.seq):
            newest = self._keep(event(stored))
        return newest

    def _keep(self, update: Update) -> Update:
        # Two beats may announce out of order.
        if self.newest is None or not is_older(update, self.newest):
            self.newest = update
        return self.newest

    @FAN_OUT_SECONDS.time()
    def hand_out(self, update: Update) -> None:
        update["text"] = SharedText(update["text"])
        self._keep(update)
        for listener in list(self.listeners):
            try:
                listener.offer(update)
            except OSError:  # gone, says the server; the consumer hears of it next, and leaves
                self.listeners.discard(listener)
            except Exception:  # one broken socket must not keep the news from the others
                logger.exception("A listener of %s failed and is dropped", self.location)
                self.listeners.discard(listener)

    async def _run(self) -> None:
        while not is_cancelled():
            try:
                await self._listen()
            except Exception:  # whatever it is, a feed that ends would leave its place silent for ever
                logger.exception("The feed of %s failed, and begins again", self.location)
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        layer: Any = get_channel_layer()
        channel = await layer.new_channel()
        try:
            await layer.group_add(group_name(self.location.pk), channel)
            self.is_subscribed.set()
            while True:
                self.hand_out(await layer.receive(channel))
        finally:
            self.is_subscribed.clear()
            await layer.group_discard(group_name(self.location.pk), channel)


_feeds: dict[tuple[asyncio.AbstractEventLoop, int], Feed] = {}


async def join(location: Location, listener: Listener) -> Feed:
    """Listen to a location; returns once this process is a member of its group, or the layer is out of reach."""
    key = asyncio.get_running_loop(), location.pk
    feed = _feeds.get(key)
    if feed is None:
        feed = _feeds[key] = Feed(location)
    feed.listeners.add(listener)
    try:
        async with asyncio.timeout(SUBSCRIBE_WITHIN_SECONDS):
            await feed.is_subscribed.wait()
    except TimeoutError:
        logger.warning("%s has no feed yet; its readers get the stored snapshot", location)
    except asyncio.CancelledError:
        leave(feed, listener)
        raise
    return feed


def leave(feed: Feed, listener: Listener) -> None:
    feed.listeners.discard(listener)
    if not feed.listeners:
        _feeds.pop((asyncio.get_running_loop(), feed.location.pk), None)
        feed.task.cancel()


def open_locations() -> list[int]:
    """The locations that somebody listens to in this event loop."""
    loop = asyncio.get_running_loop()
    return [location_id for of_loop, location_id in _feeds if of_loop is loop]


def all_open() -> list[Feed]:
    return list(_feeds.values())
