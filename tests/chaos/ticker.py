"""Publishes news of a place at a steady pace, until it is ended: `python -m tests.chaos.ticker SLUG SECONDS`"""

import asyncio
import json
import os
import sys
from itertools import count

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
django.setup()

from dataclasses import replace  # noqa: E402  (models can be imported only now)

from asgiref.sync import sync_to_async  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from forecasts.models import Location  # noqa: E402
from forecasts.snapshots import dumps, read_newest, store  # noqa: E402
from realtime.broadcast import announce  # noqa: E402


async def tick(location: Location, content: dict[str, object], pause: float) -> None:
    """The database comes before what is timed: others write there as well."""
    for number in count():
        text = dumps({**content, "tick": number})
        current = await sync_to_async(store)(location, text, str(content["status"]), now())
        await announce([replace(current, published_at=now())])
        await asyncio.sleep(pause)


if __name__ == "__main__":
    location = Location.objects.get(slug=sys.argv[1])
    (known,) = read_newest([location.pk])
    asyncio.run(tick(location, json.loads(known.text), float(sys.argv[2])))
