"""How many connections somebody holds, and how fast a client may speak."""

import asyncio
import math
import secrets
from collections import Counter
from contextlib import suppress
from contextvars import Context
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from .access import buckets, shared
from .access.buckets import Level, steady
from .protocol import BadMessage, CloseCode, Error, ErrorCode, Refused

LEASE_SECONDS = 15
RENEW_EVERY_SECONDS = 5
FLOOD_AFTER_REFUSALS, FLOOD_SECONDS = 20_000, 60

# Each process has a hash of how many connections it holds for whom, which is gone a lease after the process is.
CLAIM = """
local now = redis.call('TIME')[1] + 0
local process, subject, limit = ARGV[1], ARGV[2], ARGV[3] + 0
local held = 0
for _, other in ipairs(redis.call('ZRANGEBYSCORE', 'aqi:processes', now, '+inf')) do
  held = held + (redis.call('HGET', 'aqi:connections:' .. other, subject) or 0)
end
if held >= limit then return 0 end
redis.call('HINCRBY', 'aqi:connections:' .. process, subject, 1)
redis.call('EXPIRE', 'aqi:connections:' .. process, ARGV[4])
return 1
"""
RELEASE = """
local key = 'aqi:connections:' .. ARGV[1]
if redis.call('HINCRBY', key, ARGV[2], -1) < 1 then redis.call('HDEL', key, ARGV[2]) end
"""
# All of a process anew: when it begins, and whenever Redis may have forgotten or missed something.
PUBLISH = """
local now = redis.call('TIME')[1] + 0
local key = 'aqi:connections:' .. ARGV[1]
redis.call('DEL', key)
for i = 3, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', key, ARGV[2])
redis.call('ZADD', 'aqi:processes', now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', 'aqi:processes', '-inf', now - 1)
"""
RENEW = """
local now = redis.call('TIME')[1] + 0
redis.call('EXPIRE', 'aqi:connections:' .. ARGV[1], ARGV[2])
return redis.call('ZADD', 'aqi:processes', now + ARGV[2], ARGV[1])
"""


class Slots:
    """How many connections this process holds for each address and each person, and with Redis the others do."""

    def __init__(self) -> None:
        self.process = secrets.token_hex(8)
        self.counts: Counter[str] = Counter()
        self.is_in_doubt = False  # whether Redis may have another count of ours than we
        self.keeper: asyncio.Task[None] | None = None

    async def claim(self, subject: str, limit: int) -> bool:
        if self.counts[subject] >= limit:
            return False
        if settings.REDIS_URL and not await self.is_granted(subject, limit):
            return False
        self.counts[subject] += 1
        return True

    async def is_granted(self, subject: str, limit: int) -> bool:
        try:
            if self.keeper is None or self.keeper.done():
                self.publish()
                self.keeper = asyncio.create_task(self.keep(), name="lease of connections", context=Context())
            return bool(await shared.link().tell(CLAIM, self.process, subject, limit, LEASE_SECONDS))
        except shared.Away:
            self.is_in_doubt = True
            return True
        except asyncio.CancelledError:
            self.is_in_doubt = True
            raise

    def release(self, subject: str) -> None:
        self.counts[subject] -= 1
        if not self.counts[subject]:
            del self.counts[subject]
        if settings.REDIS_URL:
            self.tell(RELEASE, self.process, subject)

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_SECONDS)
            if not self.counts:
                return
            with suppress(shared.Away):
                is_new = await shared.link().tell(RENEW, self.process, LEASE_SECONDS)
                if is_new or self.is_in_doubt:
                    self.is_in_doubt = False
                    self.publish()

    def publish(self) -> None:
        counts = [part for item in self.counts.items() for part in item]
        self.tell(PUBLISH, self.process, LEASE_SECONDS, *counts)

    def tell(self, script: str, *arguments: Any) -> None:
        try:
            shared.link().tell(script, *arguments).add_done_callback(self.note)
        except shared.Away:
            self.is_in_doubt = True

    def note(self, told: asyncio.Future[Any]) -> None:
        self.is_in_doubt = self.is_in_doubt or told.cancelled() or told.exception() is not None


_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, Slots] = WeakKeyDictionary()


def slots() -> Slots:
    return _slots.setdefault(asyncio.get_running_loop(), Slots())


class Budget:
    """What one client may still say on its socket, and one person on all of theirs."""

    __slots__ = ("levels", "refused")

    def __init__(self) -> None:
        self.levels: dict[str, Level] | None = None  # made by the first message: most sockets only listen
        self.refused = 0

    async def spend(self, kind: str, subject: str) -> None:
        """Raises BadMessage with how long to wait, or Refused for a flood. `kind` is `messages` or `refreshes`."""
        wait = self.wait_here(kind)
        if not wait and subject:
            wait = await buckets.aspend(f"{kind}:{subject}", steady(settings.AQI_RATES_PER_USER[kind]))
        if wait:
            self.refuse(kind, wait)

    def wait_here(self, kind: str) -> float:
        bucket = steady(settings.AQI_RATES_PER_SOCKET[kind])
        if self.levels is None:
            self.levels = {}
        if kind not in self.levels:
            self.levels[kind] = Level(bucket)
        taken = self.levels[kind].take(bucket)
        return 0.0 if taken.granted else taken.wait

    def refuse(self, kind: str, wait: float) -> None:
        self.refused += 1
        if self.refused > FLOOD_AFTER_REFUSALS:
            error = Error(ErrorCode.RATE_LIMITED, "Nobody needs so many messages.", retry_after=FLOOD_SECONDS)
            raise Refused(CloseCode.FLOOD, error)
        raise BadMessage(ErrorCode.RATE_LIMITED, f"Too many {kind}: send fewer, or wait.", math.ceil(wait))
