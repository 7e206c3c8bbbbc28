"""The only clock: finds what is due, refreshes it, announces it."""

import asyncio
import logging
import os
import random
import socket
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure
from django.db.models import Q
from django.utils.timezone import now

from forecasts.database import AWAY, Trouble
from forecasts.models import Heartbeat, Location
from forecasts.preparation import Prepared
from forecasts.providers import Batch
from forecasts.refresh import Refreshed, fetch_due, prepare_rounds, publish_round
from forecasts.retention import prune
from forecasts.snapshots import CurrentForecast
from forecasts.verification import Verifier

from .broadcast import AnnounceError, announce
from .upkeep import renew_climatologies, renew_some_weather

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
SHOW_LIFE_EVERY_SECONDS = 5.0
PRUNE_EVERY_SECONDS = 86_400
VERIFY_EVERY_SECONDS = 3_600
CLIMATOLOGY_EVERY_SECONDS = 3_600
WEATHER_EVERY_SECONDS = 60  # looks who has none or an old one
CLAIM_LAPSES_AFTER_SECONDS = 90  # longer than a round takes: its beat must have died
PREPARE_AT_MOST = 20  # read and forecast together; small enough that a stop need not wait
CLAIM_AT_MOST = 100  # at a time, so that several beats share a large round and its first news goes out early


@dataclass
class Done:
    """What a look for work did."""

    published: list[CurrentForecast] = field(default_factory=list)
    failed: list[Location] = field(default_factory=list)


class Beat:
    def __init__(self, interval: float, jitter: float = 0, only: list[int] | None = None) -> None:
        self.interval, self.jitter, self.only = interval, jitter, only
        self.claim_lapses_after = timedelta(seconds=min(CLAIM_LAPSES_AFTER_SECONDS, interval / 2))
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.failing: set[int] = set()
        self.is_cut_off = False
        self.stop = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what was claimed and not done is given back."""
        self.stop = stop
        work = [
            asyncio.create_task(self.every(LOOK_EVERY_SECONDS, self.step)),
            asyncio.create_task(self.every(SHOW_LIFE_EVERY_SECONDS, database_sync_to_async(self.show_life))),
            asyncio.create_task(self.every(PRUNE_EVERY_SECONDS, database_sync_to_async(prune))),
            asyncio.create_task(self.every(CLIMATOLOGY_EVERY_SECONDS, database_sync_to_async(renew_climatologies))),
            asyncio.create_task(self.every(WEATHER_EVERY_SECONDS, renew_some_weather)),
            asyncio.create_task(self.every(VERIFY_EVERY_SECONDS, database_sync_to_async(Verifier().step))),
        ]
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([stopped, *work], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        for task in work:
            task.cancel()  # a provider's answer is not waited for
        results = await asyncio.gather(*work, return_exceptions=True)
        with suppress(DatabaseFailure):
            await database_sync_to_async(self.end_life)()
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def every(self, seconds: float, act: Callable[[], Awaitable[object]]) -> None:
        """Again at once while there is work, else after a pause; a database that is away is waited for."""
        trouble = Trouble(logger, "trying every second")
        # The flag counts: a cancellation that meets a database call is lost in it.
        while not self.stop.is_set():
            try:
                is_busy = await act() is True
            except DatabaseFailure as error:
                trouble.tell(error)
                # What is wrong with some rows will be no better in a second.
                await self.pause(LOOK_EVERY_SECONDS if isinstance(error, AWAY) else seconds)
                continue
            trouble.end()
            if not is_busy:
                await self.pause(seconds)

    async def pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stop.wait()

    async def step(self) -> bool:
        """Refresh and announce what is due, or what a beat that died had begun; True if there was something."""
        claimed = await database_sync_to_async(self.claim)(Q(due_at__lte=now()) | Q(claimed_until__lt=now()))
        await self.round(claimed)
        return bool(claimed)

    async def once(self) -> Done:
        """One round of every active location that had none within the last minute."""
        not_lately = Q(claimed_at=None) | Q(claimed_at__lt=now() - timedelta(minutes=1))
        total = Done()
        while claimed := await database_sync_to_async(self.claim)(not_lately):
            done = await self.round(claimed)
            total.published += done.published
            total.failed += done.failed
        return total

    def claim(self, wanted: Q) -> list[Location]:
        """Take what nobody else has taken: one UPDATE, whose condition still holds for the rows that it changes."""
        is_free = (Q(replay_until=None) | Q(replay_until__lt=now())) & (
            Q(claimed_until=None) | Q(claimed_until__lt=now())
        )
        places = Location.objects.filter(is_free, wanted, is_active=True)
        if self.only is not None:
            places = places.filter(pk__in=self.only)
        chosen = list(places.order_by("due_at").values_list("pk", flat=True)[:CLAIM_AT_MOST])
        token = uuid.uuid4().hex
        claim = {"claimed_by": token, "claimed_at": now(), "claimed_until": now() + self.claim_lapses_after}
        places.filter(pk__in=chosen).update(**claim, due_at=self.next_due())
        return list(Location.objects.filter(claimed_by=token)) if chosen else []

    def next_due(self) -> datetime:
        # A random offset, so that the servers of this world do not all ask their provider at the same second.
        return now() + timedelta(seconds=self.interval + random.uniform(0, self.jitter))  # noqa: S311

    async def round(self, claimed: list[Location]) -> Done:
        done, left = Done(), list(claimed)
        try:
            answers = await fetch_due(claimed)
            while left and not self.stop.is_set():
                batch = left[:PREPARE_AT_MOST]
                rounds = await self.prepare(batch, answers)
                for location, prepared in zip(batch, rounds, strict=True):
                    if self.stop.is_set():
                        break
                    await self.refresh(location, prepared, done)
                    left.pop(0)
        finally:
            await self.tell(done.published)
            await database_sync_to_async(end_claim)(claimed, left)
        return done

    async def prepare(self, locations: list[Location], answers: Mapping[int, Batch]) -> list[Prepared | Exception]:
        """Together, or one by one where something is wrong with one of them."""
        try:
            return [*await database_sync_to_async(prepare_rounds)(locations, answers)]
        except AWAY:
            raise
        except Exception as error:
            if len(locations) == 1:
                return [error]
        return [prepared for location in locations for prepared in await self.prepare([location], answers)]

    async def refresh(self, location: Location, prepared: Prepared | Exception, done: Done) -> None:
        """One location; whatever goes wrong with it is logged once, and stops nobody else."""
        try:
            result = await database_sync_to_async(published)(prepared)
        except AWAY:
            raise
        except Exception:
            if location.pk not in self.failing:
                logger.exception("The round of %s failed; it is tried again in %s s", location, self.interval)
            self.failing.add(location.pk)
            done.failed.append(location)
            return
        if location.pk in self.failing:
            logger.info("The round of %s works again", location)
            self.failing.discard(location.pk)
        done.published.append(result.current)
        if result.failures:
            done.failed.append(location)

    async def tell(self, published: list[CurrentForecast]) -> None:
        try:
            await announce(published)
        except AnnounceError as error:
            if not self.is_cut_off:
                logger.warning("Sockets hear nothing until it is back: %s", error)
            self.is_cut_off = True
            return
        if self.is_cut_off and published:
            logger.info("Sockets hear updates again")
            self.is_cut_off = False

    def show_life(self) -> None:
        Heartbeat.objects.update_or_create(
            name=self.name, defaults={"interval_seconds": round(self.interval), "seen_at": now()}
        )
        Heartbeat.objects.filter(seen_at__lt=now() - timedelta(days=1)).delete()

    def end_life(self) -> None:
        Heartbeat.objects.filter(name=self.name).delete()


def published(prepared: Prepared | Exception) -> Refreshed:
    if isinstance(prepared, Exception):
        raise prepared
    return publish_round(prepared)


def end_claim(claimed: list[Location], undone: list[Location]) -> None:
    """What was not done is due at once, for whoever looks first."""
    ours = Location.objects.filter(claimed_by__in={location.claimed_by for location in claimed})
    ours.filter(pk__in=[location.pk for location in undone]).update(due_at=now(), claimed_at=None)
    ours.update(claimed_by="", claimed_until=None)
