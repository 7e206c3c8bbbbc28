"""Servers, Redis, PostgreSQL and beats that go away, and come back."""

import asyncio
import signal
import time

import redis

from tests.benchmarks.contenders import wait_for_port
from tests.chaos.bystanders import bystanders
from tests.chaos.fault import Fault, Outcome, Size
from tests.chaos.fleet import Fleet, following, until
from tests.chaos.site import BEAT, Site

AWAY_SECONDS = 3.0
HANG_SECONDS = 5.0
BEAT_INTERVAL_SECONDS = 4
BEAT_PATIENCE_SECONDS = 100.0  # a busy machine is slow to start one


async def server_killed(site: Site, size: Size) -> Outcome:
    async with following(site, size.clients) as fleet:
        await fleet.news()
        killed_at = time.monotonic()
        site.end("server")
        site.start("server")
        are_back = await fleet.all_greeted(killed_at)
        seconds = max(one.greeted_at for one in fleet.everybody) - killed_at
        lost = await fleet.lost()
    back = f"{'all' if are_back else 'NOT all'} of {size.clients} back in {seconds:.1f} s"
    return Outcome(f"{back}, {len(lost)} lost {lost[:1] or ''}", are_back and not lost, seconds < 10)


async def server_terminated(site: Site, size: Size) -> Outcome:
    async with following(site, size.clients) as fleet:
        asked_at = time.monotonic()
        await asyncio.to_thread(site.end, "server", signal.SIGTERM)
        seconds = time.monotonic() - asked_at
        await until(lambda: fleet.closes().total() == size.clients, 20)
        codes = fleet.closes()
        site.start("server")
        are_back = await fleet.all_greeted(asked_at)
    told = f"{codes[1012]} of {size.clients} got 1012, ended in {seconds:.1f} s"
    return Outcome(f"{told}{'' if are_back else ', NOT all came back'}", codes == {1012: size.clients} and are_back)


async def goes_on(fleet: Fleet) -> Outcome:
    """After an outage of something behind the server: no socket closed, news again, and nothing lost."""
    returned_at = time.monotonic()
    hears = await fleet.news()
    seconds = time.monotonic() - returned_at
    lost, closes = await fleet.lost(), fleet.closes().total()
    news = f"news after {seconds:.1f} s" if hears else "NO news"
    return Outcome(
        f"{closes} of {len(fleet.everybody)} sockets lost, {len(lost)} seq lost {lost[:1] or ''}, {news}",
        hears and not lost and not closes,
    )


async def redis_killed(site: Site, size: Size) -> Outcome:
    async with following(site, size.few) as fleet:
        site.end("redis")
        await asyncio.sleep(AWAY_SECONDS)
        site.start("redis")
        wait_for_port(site.redis_port)
        return await goes_on(fleet)


async def redis_forgets(site: Site, size: Size) -> Outcome:
    async with following(site, size.few) as fleet:
        with redis.Redis(port=site.redis_port) as client:
            client.flushall()
        return await goes_on(fleet)


async def redis_hangs(site: Site, size: Size) -> Outcome:
    async with following(site, size.few) as fleet, bystanders(site) as watched:
        with redis.Redis(port=site.redis_port) as client:
            client.client_pause(int(HANG_SECONDS * 1000))
        await asyncio.sleep(HANG_SECONDS)
        outcome = await goes_on(fleet)
    return Outcome(f"{outcome.measured}, {watched.shown}", outcome.is_sound, watched.are_served)


async def postgresql_restarted(site: Site, size: Size) -> Outcome:
    async with following(site, size.few) as fleet:
        await asyncio.to_thread(site.postgresql.stop)
        await asyncio.sleep(AWAY_SECONDS)
        await asyncio.to_thread(site.postgresql.start)
        return await goes_on(fleet)


LONGEST_PAUSE = """
SELECT max(pause) FROM (
    SELECT extract(epoch FROM published_at - lag(published_at) OVER (PARTITION BY location_id ORDER BY published_at))
    AS pause FROM forecasts_snapshot WHERE published_at > to_timestamp({since})
) AS pauses
"""
CLAIMED = "SELECT 1 FROM forecasts_location WHERE claimed_by <> '' LIMIT 1"
TWICE = "SELECT location_id, epoch, seq FROM forecasts_snapshot GROUP BY 1, 2, 3 HAVING count(*) > 1"


async def beat_killed(site: Site, size: Size) -> Outcome:
    """One of two beats, three times, at a moment when there is a claim."""
    site.end("beat", signal.SIGTERM)
    site.commands |= {name: [*BEAT, str(BEAT_INTERVAL_SECONDS)] for name in ("beat", "other beat")}
    for name in ("beat", "other beat"):
        site.start(name)
    async with following(site, size.few) as fleet:
        await fleet.news()
        since = time.time()
        for name in ("beat", "other beat", "beat"):
            await asyncio.sleep(BEAT_INTERVAL_SECONDS / 2)
            await until(lambda: bool(site.rows(CLAIMED)), 2 * BEAT_INTERVAL_SECONDS)
            site.end(name)
            site.start(name)
        goes_on = [await fleet.news(BEAT_PATIENCE_SECONDS) for _ in range(2)]
        ((pause,),) = site.rows(LONGEST_PAUSE.format(since=since))
        site.end("other beat", signal.SIGTERM)
        site.commands["beat"] = [*BEAT, "2"]
        lost, twice = await fleet.lost(), site.rows(TWICE)
    late = float(pause or "inf") / BEAT_INTERVAL_SECONDS - 1
    measured = f"at most {late:.2f} intervals late, {len(twice)} seq twice, {len(lost)} lost {lost[:1] or ''}"
    return Outcome(measured, not twice and not lost and all(goes_on), late <= 1)


NOTHING_LOST = "0 sockets lost, 0 seq lost"
OUTAGES = [
    Fault("kill -9 of the server", "all back in < 10 s, 0 seq lost", server_killed),
    Fault("SIGTERM", "100 % get 1012", server_terminated),
    Fault(f"Redis killed for {AWAY_SECONDS:.0f} s", NOTHING_LOST, redis_killed),
    Fault("Redis forgets everything", NOTHING_LOST, redis_forgets),
    Fault(f"Redis hangs for {HANG_SECONDS:.0f} s", f"{NOTHING_LOST}, others' ping p99 < 250 ms", redis_hangs),
    Fault("PostgreSQL restarted", NOTHING_LOST, postgresql_restarted),
    Fault("beat killed in mid-pass", "at most 1 interval late, no seq twice", beat_killed),
]
