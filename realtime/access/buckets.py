"""Token buckets: how often somebody may do something, whichever process is asked."""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar

from . import shared

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
REMEMBERED_AT_MOST = 50_000
PREFIX = "aqi:bucket:"

T = TypeVar("T")

# The same arithmetic as Level.take(), with the clock of Redis.
SCRIPT = """
local key, capacity, refill, seconds, wanted = ARGV[1], ARGV[2] + 0, ARGV[3] + 0, ARGV[4] + 0, ARGV[5] + 0
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local kept = redis.call('HMGET', key, 'tokens', 'at')
local tokens, at = tonumber(kept[1]) or capacity, tonumber(kept[2]) or now
local steps = math.max(0, math.floor((now - at) / seconds))
tokens, at = math.min(capacity, tokens + steps * refill), at + steps * seconds
if tokens == capacity then at = now end
local granted = math.min(wanted, tokens)
redis.call('HSET', key, 'tokens', tokens - granted, 'at', at)
redis.call('EXPIRE', key, math.ceil(seconds * capacity / refill) + 1)
return {granted, tostring(at + seconds - now)}
"""


@dataclass(frozen=True)
class Bucket:
    """Holds `capacity` tokens; of those that were taken, `refill` come back every so many seconds."""

    capacity: int
    refill: int
    seconds: float


@cache
def steady(rate: str) -> Bucket:
    """Of `120/min`: 120 at once, and then one every half second."""
    count, seconds = parsed(rate)
    return Bucket(count, 1, seconds / count)


@cache
def window(rate: str) -> Bucket:
    """Of `120/min`: 120, and all of them again a minute after the first."""
    count, seconds = parsed(rate)
    return Bucket(count, count, seconds)


def parsed(rate: str) -> tuple[int, int]:
    count, unit = rate.split("/")
    return int(count), UNITS[re.sub(r"\W", "", unit)[0].lower()]


class Taken(NamedTuple):
    """`wait`: seconds until there is another token, where none was left."""

    granted: int
    wait: float


class Level:
    """How full a bucket is, in the memory of this process; worker threads and the event loop share it."""

    __slots__ = ("at", "tokens")
    lock = threading.Lock()  # of all: it is held for a microsecond

    def __init__(self, bucket: Bucket) -> None:
        self.tokens, self.at = bucket.capacity, 0.0

    def take(self, bucket: Bucket, wanted: int = 1) -> Taken:
        with self.lock:
            now = time.monotonic()
            steps = int((now - self.at) // bucket.seconds)
            self.tokens = min(bucket.capacity, self.tokens + steps * bucket.refill)
            self.at += steps * bucket.seconds
            if self.tokens == bucket.capacity:
                self.at = now
            granted = min(wanted, self.tokens)
            self.tokens -= granted
            return Taken(granted, self.at + bucket.seconds - now)


class Share:
    """What this process took out of a bucket and has not given away: so not every request is a round trip to Redis."""

    __slots__ = ("blocked_until", "tokens")

    def __init__(self) -> None:
        self.tokens, self.blocked_until = 0, 0.0

    def spend(self) -> float | None:
        """Seconds to wait, 0 for none; None if the bucket must be asked."""
        if self.tokens > 0:
            self.tokens -= 1
            return 0.0
        left = self.blocked_until - time.monotonic()
        return left if left > 0 else None

    def fill(self, taken: Taken) -> float:
        if taken.granted == 0:
            self.blocked_until = time.monotonic() + taken.wait
            return taken.wait
        self.tokens += taken.granted - 1
        return 0.0


class Remembered(dict[str, T]):
    """By key, made where it is missing; the oldest is forgotten. Worker threads and the event loop share it."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def kept(self, key: str, make: Callable[[], T]) -> T:
        found = self.get(key)
        if found is None:
            with self.lock:
                found = self.setdefault(key, make())
                while len(self) > REMEMBERED_AT_MOST:
                    del self[next(iter(self))]
        return found

    def forget(self, key: str) -> None:
        with self.lock:
            self.pop(key, None)


# Each kind of limit, the first word of a key, has its own: ever new addresses push out no lock of a log-in.
_levels: dict[str, Remembered[Level]] = defaultdict(Remembered)
_shares: dict[str, Remembered[Share]] = defaultdict(Remembered)


def spend(key: str, bucket: Bucket) -> float:
    """One token, of a batch; seconds to wait if there is none, else 0."""
    share = _shares[kind(key)].kept(key, Share)
    wait = share.spend()
    return share.fill(take(key, bucket, batch(bucket))) if wait is None else wait


async def aspend(key: str, bucket: Bucket) -> float:
    share = _shares[kind(key)].kept(key, Share)
    wait = share.spend()
    return share.fill(await atake(key, bucket, batch(bucket))) if wait is None else wait


def batch(bucket: Bucket) -> int:
    return max(1, bucket.capacity // 50)


def take(key: str, bucket: Bucket, wanted: int = 1) -> Taken:
    """As many tokens as there are, up to those wanted."""
    try:
        return taken(shared.ask(SCRIPT, *arguments(key, bucket, wanted)))
    except shared.Away:
        return _levels[kind(key)].kept(key, partial(Level, bucket)).take(bucket, wanted)


async def atake(key: str, bucket: Bucket, wanted: int = 1) -> Taken:
    try:
        return taken(await shared.link().tell(SCRIPT, *arguments(key, bucket, wanted)))
    except shared.Away:
        return _levels[kind(key)].kept(key, partial(Level, bucket)).take(bucket, wanted)


def refill(key: str) -> None:
    _levels[kind(key)].forget(key)
    with suppress(shared.Away):
        shared.ask("redis.call('DEL', ARGV[1])", PREFIX + key)


def kind(key: str) -> str:
    return key.partition(":")[0]


def arguments(key: str, bucket: Bucket, wanted: int) -> tuple[Any, ...]:
    return PREFIX + key, bucket.capacity, bucket.refill, bucket.seconds, wanted


def taken(answer: Any) -> Taken:
    return Taken(int(answer[0]), float(answer[1]))


def forget() -> None:
    _levels.clear()
    _shares.clear()
