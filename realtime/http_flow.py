# ruff: noqa: N802 - Twisted names the methods of a producer
import asyncio
from typing import Any

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer


@implementer(IPushProducer)
class Flow:
    """Whether a long HTTP answer may go on: Daphne alone would keep in memory whatever its client does not read."""

    def __init__(self) -> None:
        self.writable = asyncio.Event()
        self.writable.set()

    def pauseProducing(self) -> None:
        self.writable.clear()

    def resumeProducing(self) -> None:
        self.writable.set()

    def stopProducing(self) -> None:
        self.writable.set()


async def until_writable(request: Any) -> None:
    """Called after each piece of an answer that is not the last."""
    if request.finished or request.channel is None:
        return
    if not isinstance(request.producer, Flow):
        request.registerProducer(Flow(), True)
    await request.producer.writable.wait()


def end(request: Any) -> None:
    """Called before the last piece: Twisted holds a request that still has a producer to be unfinished."""
    if isinstance(request.producer, Flow) and request.channel is not None:
        request.unregisterProducer()
