"""The embedded profile's channel between processes: the database is the outbox, read once a second.

An in-memory channel layer ends at its own process. Whatever any command in any terminal publishes reaches the sockets
of this process because one task looks up what its open locations have new and announces it here.
"""

import asyncio
import logging
from contextvars import Context
from datetime import timedelta

from channels.db import database_sync_to_async
from django.conf import settings
from django.db.models import Max
from django.utils.timezone import now

from forecasts.database import Trouble
from forecasts.models import Snapshot
from forecasts.snapshots import CurrentForecast, read_news

from . import broadcast, feeds

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
# A row says when its round began to publish; its transaction may have waited this long for the database's lock.
OVERLAP = timedelta(seconds=25)

_tasks: dict[asyncio.AbstractEventLoop, asyncio.Task[None]] = {}


def ensure_running() -> None:
    """Started by the first socket of a process; needless where Redis connects the processes."""
    loop = asyncio.get_running_loop()
    if not settings.REDIS_URL and (loop not in _tasks or _tasks[loop].done()):
        # A context of its own: what it logs is not about the socket that happened to start it.
        _tasks[loop] = loop.create_task(run(), name="relay", context=Context())


async def run() -> None:
    """Until nobody listens any more."""
    outbox, trouble = Outbox(), Trouble(logger, "trying every second")
    while feeds.open_locations():
        try:
            await outbox.pass_on()
        except Exception as error:  # whatever it is, open sockets would hear nothing any more
            trouble.tell(error)
        else:
            trouble.end()
        await asyncio.sleep(LOOK_EVERY_SECONDS)


class Outbox:
    """How far this process has read: up to which snapshot, and what it last handed on of each location."""

    def __init__(self) -> None:
        self.last_id: int | None = None
        self.handed: dict[int, CurrentForecast] = {}

    async def pass_on(self) -> None:
        """Announce within this process what its open locations have new; every snapshot, in order."""
        if self.last_id is None:
            self.last_id = await database_sync_to_async(newest_id)()
        news = await database_sync_to_async(read_news)(feeds.open_locations(), self.last_id, now() - OVERLAP)
        for current in news:
            if current.snapshot_id > self.last_id or self.handed.get(current.location_id) != current:
                self.handed[current.location_id] = current
                await broadcast.announce([current])
        self.last_id = max([self.last_id, *(current.snapshot_id for current in news)])


def newest_id() -> int:
    return int(Snapshot.objects.aggregate(newest=Max("pk", default=0))["newest"])
