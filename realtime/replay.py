"""Imported history played through the road of live data, in an epoch of its own, under a lease on the location."""

import asyncio
import logging
from datetime import datetime, timedelta

from channels.db import database_sync_to_async
from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.timezone import now

from forecasts import snapshots
from forecasts.composition import Outlook, compose
from forecasts.history import SHOWN, listen, pasts
from forecasts.models import Location, Observation, Source
from forecasts.outlook import Known, expect
from forecasts.providers import PROVIDERS
from forecasts.providers.hours import HOUR, on_the_hour
from forecasts.refresh import refresh
from forecasts.snapshots import CurrentForecast

from .broadcast import AnnounceError, announce

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEW_EVERY_SECONDS = 10.0


class NothingToReplayError(Exception):
    """The location has no measured history in that time."""


class PlaceTakenError(Exception):
    """Somebody else replays at this location."""


class Replay:
    def __init__(self, location: Location, start: datetime | None, end: datetime | None, speed: float) -> None:
        self.location, self.speed, self.stop = location, speed, asyncio.Event()
        self.sources = measured_sources(location)
        first, last = span(self.sources)
        if first is None or last is None or (start and start > last) or (end and end < first):
            raise NothingToReplayError(f"{location} has no measured history{told(first, last)}: import some first.")
        self.start, self.end = on_the_hour(max(start or first, first)), on_the_hour(min(end or last, last))
        if self.end < self.start:
            raise NothingToReplayError("--to lies before --from.")

    async def play(self) -> int:
        """Publish hour after hour; returns how many snapshots there were. The true state is back at the end."""
        await database_sync_to_async(self.take_place)()
        published: set[int] = set()
        clock, next_at = self.start, asyncio.get_running_loop().time()
        try:
            while clock <= self.end and not self.stop.is_set():
                current = await database_sync_to_async(self.publish)(clock)
                published.add(current.seq)
                await tell(current)
                clock, next_at = clock + HOUR, next_at + HOUR.total_seconds() / self.speed
                await self.wait_until(next_at)
        finally:
            await tell(await database_sync_to_async(self.give_place_back)())
        return len(published)

    def take_place(self) -> None:
        free = Q(replay_until=None) | Q(replay_until__lt=now())
        with transaction.atomic():
            if not Location.objects.filter(free, pk=self.location.pk).update(replay_until=now() + LEASE):
                raise PlaceTakenError(
                    f"{self.location} is being replayed already; stop that, or wait {LEASE.seconds} s."
                )
            snapshots.start_epoch(self.location)
            self.epoch = self.location.epoch
            self.publish(self.start)  # before anybody looks: nothing else may be the first of this epoch

    def publish(self, clock: datetime) -> CurrentForecast:
        heard = listen(self.sources, clock, SHOWN)
        found = pasts([source.pk for source in self.sources], clock)
        rows = expect([Known(self.location, clock, heard, found)])[0]
        data = compose(self.location, heard, Outlook(rows[-1] if rows else None), clock, is_replay=True)
        with transaction.atomic():
            self.renew()
            return snapshots.publish(self.location, data)

    def renew(self) -> None:
        """Our epoch is our title: when it is gone, the lease lapsed and the true state is shown again."""
        if not Location.objects.filter(pk=self.location.pk, epoch=self.epoch).update(replay_until=now() + LEASE):
            raise PlaceTakenError(
                f"The replay of {self.location} stood still for {LEASE.seconds} s and lost its place."
            )

    async def wait_until(self, at: float) -> None:
        """Sleep, but wake for a stop, and keep the lease through a long pause."""
        while (left := at - asyncio.get_running_loop().time()) > 0 and not self.stop.is_set():
            try:
                async with asyncio.timeout(min(left, RENEW_EVERY_SECONDS)):
                    await self.stop.wait()
            except TimeoutError:
                await database_sync_to_async(self.renew)()

    def give_place_back(self) -> CurrentForecast:
        Location.objects.filter(pk=self.location.pk, epoch=self.epoch).update(replay_until=now())
        return refresh(self.location, {}).current


async def tell(current: CurrentForecast) -> None:
    try:
        await announce([current])
    except AnnounceError as error:
        logger.warning("Sockets miss an hour of the replay: %s", error)


def measured_sources(location: Location) -> list[Source]:
    return [source for source in location.sources.all() if not PROVIDERS[source.provider].about.is_simulated]


def span(sources: list[Source]) -> tuple[datetime | None, datetime | None]:
    ends = (
        Observation.objects.believed()
        .filter(source__in=sources)
        .aggregate(first=Min("observed_at"), last=Max("observed_at"))
    )
    return ends["first"], ends["last"]


def told(first: datetime | None, last: datetime | None) -> str:
    return "" if first is None or last is None else f" then, only from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
