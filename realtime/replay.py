"""Imported history played through the road of live data, in an epoch of its own, under a lease on the location."""

import asyncio
from datetime import datetime, timedelta

from channels.db import database_sync_to_async
from django.db.models import Max, Min, Q
from django.utils.timezone import now

from forecasts import snapshots
from forecasts.history import listen
from forecasts.models import Location, Observation, Source
from forecasts.outlook import HOUR, expect, on_the_hour
from forecasts.providers import PROVIDERS
from forecasts.refresh import SHOWN, refresh
from forecasts.snapshots import CurrentForecast, Outlook

from .broadcast import announce

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
        self.start, self.end = on_the_hour(start or first), on_the_hour(end or last)
        if self.end < self.start:
            raise NothingToReplayError("--to lies before --from.")

    async def play(self) -> int:
        """Publish hour after hour; returns how many snapshots there were. The true state is back at the end."""
        await database_sync_to_async(self.take_place)()
        published: set[int] = set()
        clock = self.start
        try:
            while clock <= self.end and not self.stop.is_set():
                current = await database_sync_to_async(self.publish)(clock)
                published.add(current.seq)
                await announce([current])
                await self.wait(HOUR.total_seconds() / self.speed)
                clock += HOUR
        finally:
            await announce([await database_sync_to_async(self.give_place_back)()])
        return len(published)

    def take_place(self) -> None:
        free = Q(replay_until=None) | Q(replay_until__lt=now())
        if not Location.objects.filter(free, pk=self.location.pk).update(replay_until=now() + LEASE):
            raise PlaceTakenError(
                f"{self.location} is being replayed already; stop that one, or wait {LEASE.seconds} s."
            )
        snapshots.start_epoch(self.location)

    def publish(self, clock: datetime) -> CurrentForecast:
        heard = listen(self.sources, clock, SHOWN)
        rows = expect(self.location, listen(self.sources, clock), clock, {}, "")
        outlook = Outlook(rows[-1] if rows else None)
        self.renew()
        return snapshots.publish(self.location, snapshots.build(self.location, heard, outlook, clock, is_replay=True))

    def renew(self) -> None:
        Location.objects.filter(pk=self.location.pk).update(replay_until=now() + LEASE)

    async def wait(self, seconds: float) -> None:
        """Sleep, but wake for a stop, and keep the lease through a long pause."""
        while seconds > 0 and not self.stop.is_set():
            try:
                await asyncio.wait_for(self.stop.wait(), min(seconds, RENEW_EVERY_SECONDS))
            except TimeoutError:
                await database_sync_to_async(self.renew)()
            seconds -= RENEW_EVERY_SECONDS

    def give_place_back(self) -> CurrentForecast:
        self.location.refresh_from_db()
        return refresh(self.location, {}).current


def measured_sources(location: Location) -> list[Source]:
    return [source for source in location.sources.all() if not PROVIDERS[source.provider].about.is_simulated]


def span(sources: list[Source]) -> tuple[datetime | None, datetime | None]:
    ends = Observation.objects.filter(source__in=sources).aggregate(first=Min("observed_at"), last=Max("observed_at"))
    return ends["first"], ends["last"]


def told(first: datetime | None, last: datetime | None) -> str:
    return "" if first is None or last is None else f" then, only from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
