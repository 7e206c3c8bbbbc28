"""The embedded profile's channel between processes: the database is the outbox, read once a second.

An in-memory channel layer ends at its own process. Whatever any command in any terminal publishes reaches the sockets
of this process because one task looks up what its open locations have new and announces it here.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError
from django.utils.timezone import now

from forecasts.snapshots import CurrentForecast, read_newest

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
        _tasks[loop] = loop.create_task(run(), name="relay")


async def run() -> None:
    """Until nobody listens any more."""
    handed: dict[int, tuple[str, int, datetime]] = {}
    while feeds.open_locations():
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        try:
            await pass_on(handed)
        except DatabaseError:
            logger.exception("The relay cannot read the database; it tries again")


async def pass_on(handed: dict[int, tuple[str, int, datetime]]) -> None:
    """Announce within this process what the open locations have new, and remember it in `handed`."""
    newest = await database_sync_to_async(read_newest)(feeds.open_locations(), now() - OVERLAP)
    news = [current for current in newest if handed.get(current.location_id) != mark(current)]
    handed.update((current.location_id, mark(current)) for current in news)
    await broadcast.announce(news)


def mark(current: CurrentForecast) -> tuple[str, int, datetime]:
    return current.epoch, current.seq, current.checked_at
