"""Redis, where processes count together; while it is away, each counts by itself."""

import asyncio
import logging
import time
from contextlib import suppress
from contextvars import Context
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 1.0
RETRY_SECONDS = 5.0
IDLE_SECONDS = 10.0


class Away(Exception):  # noqa: N818  # what it says
    """There is no Redis, or it does not answer now."""


class Outage:
    """Said once in the log, and in between Redis is left alone, so that nobody waits for it."""

    def __init__(self) -> None:
        self.until, self.is_known = 0.0, False

    def check(self) -> None:
        if not settings.REDIS_URL or time.monotonic() < self.until:
            raise Away

    def begin(self, error: Exception) -> None:
        if not self.is_known:
            logger.warning("Redis is away; until it is back each process keeps the limits by itself: %s", error)
        self.until, self.is_known = time.monotonic() + RETRY_SECONDS, True

    def end(self) -> None:
        if self.is_known:
            logger.info("Redis is back; the limits count in all processes together")
            self.is_known = False


outage = Outage()


def ask(script: str, *arguments: Any) -> Any:
    """Run a Lua script; raises Away."""
    outage.check()
    try:
        answer = client(settings.REDIS_URL).eval(script, 0, *arguments)
    except (RedisError, OSError) as error:
        outage.begin(error)
        raise Away from error
    outage.end()
    return answer


def options(retry: Any) -> dict[str, Any]:
    seconds = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
    return {**seconds, "retry": retry, "decode_responses": True}


@cache
def client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, **options(redis.retry.Retry(NoBackoff(), 1)))


class Link:
    """The same for an event loop: one task asks, and whatever wants to know meanwhile goes in its next round trip."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, tuple[Any, ...], asyncio.Future[Any]]] = []
        self.work = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def tell(self, script: str, *arguments: Any) -> asyncio.Future[Any]:
        """The answer is awaited by whoever needs it; raises Away, at once or by the future."""
        outage.check()
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.waiting.append((script, arguments, future))
        self.work.set()
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.run(), name="limits in Redis", context=Context())
        return future

    async def run(self) -> None:
        retry = redis.asyncio.retry.Retry(NoBackoff(), 1)
        async with redis.asyncio.Redis.from_url(settings.REDIS_URL, **options(retry)) as client:
            with suppress(TimeoutError):
                while not is_cancelled():
                    async with asyncio.timeout(IDLE_SECONDS):
                        await self.work.wait()
                    await self.round(client)

    async def round(self, client: Any) -> None:
        asked, self.waiting = self.waiting, []
        self.work.clear()
        pipeline = client.pipeline(transaction=False)
        for script, arguments, _ in asked:
            pipeline.eval(script, 0, *arguments)
        try:
            answers = await pipeline.execute()
        except (RedisError, OSError) as error:
            outage.begin(error)
            answers = [Away()] * len(asked)
        else:
            outage.end()
        for (_, _, future), answer in zip(asked, answers, strict=True):
            settle(future, answer)


def is_cancelled() -> bool:
    """redis-py can turn the end of a task into a failure of the connection, which is no reason to go on, or lose it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def settle(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():  # whoever asked is gone
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
        future.exception()  # not everybody waits for the answer, and the outage is in the log already
    else:
        future.set_result(answer)


_links: WeakKeyDictionary[asyncio.AbstractEventLoop, Link] = WeakKeyDictionary()


def link() -> Link:
    return _links.setdefault(asyncio.get_running_loop(), Link())
