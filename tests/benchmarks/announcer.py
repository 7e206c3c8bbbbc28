"""Publishes on request, by the project's own road: a byte on the port is one pass of `announce` over all locations.

`python -m tests.benchmarks.announcer prepare LOCATIONS SIZE`, then `python -m tests.benchmarks.announcer PORT`.
"""

import asyncio
import os
import sys
from dataclasses import replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
django.setup()

from django.utils.timezone import now  # noqa: E402  (models can be imported only now)

from forecasts.models import Location, Snapshot  # noqa: E402
from forecasts.snapshots import CurrentForecast, read_newest  # noqa: E402
from realtime.beat import CLAIM_AT_MOST  # noqa: E402
from realtime.broadcast import announce  # noqa: E402
from tests.benchmarks.message import compact, snapshot  # noqa: E402


def prepare(locations: int, size: str) -> None:
    places = Location.objects.bulk_create(
        [Location(slug=f"place-{number}", name=f"Place {number}", seq=1) for number in range(locations)]
    )
    text = compact(snapshot(size))
    Snapshot.objects.bulk_create(
        Snapshot(location=place, epoch=place.epoch, seq=1, published_at=now(), status="modelled", text=text)
        for place in places
    )


def after(current: CurrentForecast) -> CurrentForecast:
    return replace(current, seq=current.seq + 1, published_at=now(), checked_at=now())


async def serve(port: int, newest: list[CurrentForecast]) -> None:
    async def one_pass() -> None:
        newest[:] = [after(current) for current in newest]
        for start in range(0, len(newest), CLAIM_AT_MOST):  # as the beat does it
            await announce(newest[start : start + CLAIM_AT_MOST])

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1):
            await one_pass()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]), sys.argv[3])
    else:
        asyncio.run(serve(int(sys.argv[1]), read_newest(list(Location.objects.values_list("pk", flat=True)))))
