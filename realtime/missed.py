"""What sockets missed, read once for all that missed the same: after a restart thousands ask at the same moment."""

import asyncio
from contextvars import Context

from channels.db import database_sync_to_async

from forecasts import snapshots
from forecasts.snapshots import Past

Question = tuple[int, str | None, int]  # location, epoch and the last seq that is known

_waiting: dict[tuple[asyncio.AbstractEventLoop, Question], asyncio.Task[Past]] = {}


async def read_past(question: Question, at_most: int) -> Past:
    """As snapshots.read_past; raises NotKept."""
    key = asyncio.get_running_loop(), question
    if key not in _waiting:
        _waiting[key] = asyncio.create_task(_read(key, at_most), context=Context())
        _waiting[key].add_done_callback(_heed)
    return await asyncio.shield(_waiting[key])  # whoever leaves meanwhile leaves it to the others


async def _read(key: tuple[asyncio.AbstractEventLoop, Question], at_most: int) -> Past:
    def read() -> Past:
        # Who asks from now on may have heard of newer ones than will be found.
        _waiting.pop(key, None)
        return snapshots.read_past(*key[1], at_most)

    return await database_sync_to_async(read)()


def _heed(task: asyncio.Task[Past]) -> None:
    """Perhaps nobody waits for it any more; then its failure is nobody's."""
    if not task.cancelled():
        task.exception()
