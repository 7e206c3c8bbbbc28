"""Announces big updates, by the project's own road: `python -m tests.chaos.publisher SLUG COUNT BYTES`."""

import asyncio
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
django.setup()

from dataclasses import replace  # noqa: E402  (models can be imported only now)

from django.utils.timezone import now  # noqa: E402

from forecasts.models import Location  # noqa: E402
from forecasts.snapshots import CurrentForecast, read_newest  # noqa: E402
from realtime.broadcast import announce  # noqa: E402

PAUSE_SECONDS = 0.001  # Redis would give up a subscriber that is too far behind


async def publish(current: CurrentForecast, count: int) -> None:
    for seq in range(current.seq + 1, current.seq + 1 + count):
        await announce([replace(current, seq=seq, published_at=now(), checked_at=now())])
        await asyncio.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    (known,) = read_newest([Location.objects.get(slug=sys.argv[1]).pk])
    big = replace(known, epoch=f"big-{sys.argv[2]}", seq=0, text='"' + "a" * int(sys.argv[3]) + '"')
    asyncio.run(publish(big, int(sys.argv[2])))
