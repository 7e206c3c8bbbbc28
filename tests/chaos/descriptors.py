"""More clients than the server may have files open."""

import asyncio
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.bystanders import bystanders
from tests.chaos.fault import Fault, Outcome, Size
from tests.chaos.fleet import crowd, following, until
from tests.chaos.site import Site

DESCRIPTORS = 256
INSIDE = 40
CROWD_SECONDS = 5
MOST_LINES_A_SECOND = 5
MOST_CPU = 0.8
NEWCOMERS = 20


@contextmanager
def limited(site: Site) -> Iterator[None]:
    """It keeps what it has open, and gets no more."""
    pid = site.processes["server"].pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


async def descriptors_exhausted(site: Site, size: Size) -> Outcome:
    """The crowd tries again and again; whoever is in must not feel it, and whoever comes after it must get in."""
    async with following(site, INSIDE) as fleet, bystanders(site) as watched:
        with limited(site):
            async with crowd(site, DESCRIPTORS) as outside:
                await until(lambda: site.descriptors() >= DESCRIPTORS - 1, 10)
                lines, cpu, since = site.lines(), site.cpu_seconds(), time.monotonic()
                await asyncio.sleep(CROWD_SECONDS)
                seconds = time.monotonic() - since
                lines_a_second, cpu = (site.lines() - lines) / seconds, (site.cpu_seconds() - cpu) / seconds
                hears = await fleet.news()
                let_in = sum(one.connections > 0 for one in outside.everybody)
            left_at = time.monotonic()
            async with crowd(site, NEWCOMERS) as newcomers:
                are_in = await newcomers.all_greeted(left_at)
                waited = time.monotonic() - left_at
        lost, closes = await fleet.lost(), fleet.closes().total()
    measured = (
        f"{let_in} of {DESCRIPTORS} let in, {closes} of {INSIDE} who were in lost, {len(lost)} seq lost, "
        f"{watched.shown}, {'news' if hears else 'NO news'}, {lines_a_second:.1f} lines a second, CPU {cpu:.0%}; "
        f"newcomers {f'in after {waited:.1f} s' if are_in else 'NOT let in'}"
    )
    was_full = let_in < DESCRIPTORS
    kept = hears and not lost and not closes and not watched.lost
    return Outcome(
        measured,
        was_full and kept and are_in and lines_a_second <= MOST_LINES_A_SECOND,
        watched.are_served and cpu < MOST_CPU,
    )


DESCRIPTORS_EXHAUSTED = Fault(
    f"{DESCRIPTORS} files may be open",
    f"nobody lost, ping p99 < 250 ms, <= {MOST_LINES_A_SECOND} lines a second, newcomers get in",
    descriptors_exhausted,
)
