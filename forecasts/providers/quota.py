"""How many calls a provider allows, and the one who counts them; without a governor, nobody counts."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import httpx
from django.conf import settings

SECONDS = {"s": 1, "min": 60, "hour": 3600, "day": 86_400}
LONGEST_WAIT_SECONDS = 86_400.0  # whatever a header says
LARGEST = 1e9

Hook = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True)
class Budget:
    """So many calls in each window, which begins and ends with the clock: a minute, an hour, a day of UTC."""

    calls: int
    seconds: int


class Governor(Protocol):
    """Counts for everybody who shares the key of a provider."""

    async def take(self, provider: str, calls: int) -> None:
        """Before a call; raises ProviderError where the quota is used up."""

    async def lower(self, provider: str, remaining: int, seconds: float) -> None:
        """After one: the provider says that so many calls remain for so many seconds."""


_governor: ContextVar[Governor | None] = ContextVar("governor", default=None)


@contextmanager
def governed_by(governor: Governor) -> Iterator[None]:
    """Every call to a provider within is counted by this governor."""
    token = _governor.set(governor)
    try:
        yield
    finally:
        _governor.reset(token)


def budgets(provider: str) -> list[Budget]:
    """What the operator allows, the shortest window first; none is no limit."""
    text = getattr(settings, f"AQI_{provider.upper()}_QUOTA", "")
    found = [Budget(int(calls), SECONDS[window]) for calls, window in re.findall(r"(\d+)/([a-z]+)", text.lower())]
    return sorted(found, key=lambda budget: budget.seconds)


def hooks(provider: str) -> dict[str, list[Hook]]:
    """For an HTTP client: asks before each request, retries included, and reads the limits in each answer.

    A request that the provider counts as several calls says so in its extension `calls`.
    """
    governor = _governor.get()
    if governor is None:
        return {}

    async def before(request: httpx.Request) -> None:
        await governor.take(provider, request.extensions.get("calls", 1))

    async def after(response: httpx.Response) -> None:
        told = allowance(response.headers)
        if told is not None:
            await governor.lower(provider, *told)

    return {"request": [before], "response": [after]}


def allowance(headers: httpx.Headers) -> tuple[int, float] | None:
    """(calls that remain, seconds until there are more), where an answer says so."""
    wait = retry_after(headers)
    if wait is not None:
        return 0, min(wait, LONGEST_WAIT_SECONDS)
    remaining, reset = number(headers, "X-RateLimit-Remaining"), number(headers, "X-RateLimit-Reset")
    return None if remaining is None or reset is None else (int(remaining), min(reset, LONGEST_WAIT_SECONDS))


def retry_after(headers: httpx.Headers) -> float | None:
    """In seconds; a server may name the moment instead (RFC 9110, section 10.2.3)."""
    try:
        moment = parsedate_to_datetime(headers.get("Retry-After", ""))
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):  # no date, or one without a time zone
        return number(headers, "Retry-After")


def number(headers: httpx.Headers, name: str) -> float | None:
    text = headers.get(name, "")
    return min(float(text), LARGEST) if text.isdecimal() else None
