"""Is the process alive, and is it of use? For load balancers, container platforms and people at night."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import Error as DatabaseFailure
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from forecasts.models import Heartbeat, Location
from forecasts.models.heartbeat import ALIVE_FOR

logger = logging.getLogger(__name__)

CHANNEL_LAYER_SECONDS = 2


class CheckFailed(Exception):  # noqa: N818  # what it says
    """The message is shown to whoever asks, so it names no host and no account."""


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    results = {name: outcome(check) for name, check in CHECKS.items()}
    is_ready = all(result == "ok" for result in results.values())
    return JsonResponse({"status": "ok" if is_ready else "failing", "checks": results}, status=200 if is_ready else 503)


def outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except CheckFailed as failure:
        return str(failure)
    except (DatabaseFailure, RedisError, OSError) as error:  # a TimeoutError is an OSError
        logger.warning("%s: %s", check.__name__, error)
        return f"no answer ({type(error).__name__})"
    return "ok"


def check_database() -> None:
    Location.objects.order_by("pk").values_list("pk").first()


def check_cache() -> None:
    token = secrets.token_hex(8)
    cache.set(f"readyz.{token}", token, 10)
    if cache.get(f"readyz.{token}") != token:
        raise CheckFailed("what was stored is not there")


def check_channel_layer() -> None:
    async_to_sync(send_to_ourselves)()


def check_beat() -> None:
    seen_at = Heartbeat.objects.aggregate(at=Max("seen_at"))["at"]
    if seen_at is None:
        raise CheckFailed("no beat is running")
    if now() - seen_at > ALIVE_FOR:
        raise CheckFailed(f"late: last seen {int((now() - seen_at).total_seconds())} s ago")


CHECKS = {
    "database": check_database,
    "cache": check_cache,
    "channel_layer": check_channel_layer,
    "beat": check_beat,
}


async def send_to_ourselves() -> None:
    layer: Any = get_channel_layer()
    async with asyncio.timeout(CHANNEL_LAYER_SECONDS):
        channel = await layer.new_channel("readyz")
        await layer.send(channel, {"type": "readyz"})
        await layer.receive(channel)
    # The pub/sub layer gives a channel up only when somebody stops waiting for it.
    with suppress(TimeoutError):
        async with asyncio.timeout(0.01):
            await layer.receive(channel)
