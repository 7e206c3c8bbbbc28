"""Clients whose process stands still, as a laptop with its lid closed, while their sockets stay open."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection

from tests.chaos.deliveries import PLACE, deliveries
from tests.chaos.fault import FULL, Fault, Outcome, Size
from tests.chaos.fleet import clients_of, connecting, faults_of, newest_published, until
from tests.chaos.hostile import MOST_BYTES, Growth
from tests.chaos.site import Site

TICKS = 30  # while they are stopped
GREETED_SECONDS, BACK_SECONDS = 60, 120  # one process hears for all of them, so it takes a while
LET_GO_SECONDS = FULL.stopped_seconds  # a client that answers no ping is let go after 50 at most
SPARE_DESCRIPTORS = 10  # a server may have opened other files meanwhile
MOST_SLOWER = 2.0


def live_elsewhere(address: str, number: int, wire: Connection) -> None:
    asyncio.run(follow_elsewhere(address, number, wire))


async def follow_elsewhere(address: str, number: int, wire: Connection) -> None:
    """Says when all are greeted; is told what was published last; says what they heard up to that."""
    clients = clients_of(address, number, [PLACE])[PLACE]
    async with connecting(clients):
        wire.send(await until(lambda: all(one.greeted_at for one in clients), GREETED_SECONDS))
        newest = await asyncio.to_thread(wire.recv)
        await until(lambda: all(one.complete_to >= newest for one in clients), BACK_SECONDS)
        wire.send([(PLACE, one.events) for one in clients])


@asynccontextmanager
async def elsewhere(site: Site, number: int) -> AsyncIterator[tuple[int, Connection]]:
    """The process of that many clients, all of them greeted, and the wire to it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=live_elsewhere, args=(site.url("ws/aqi/"), number, theirs), daemon=True)
    process.start()
    theirs.close()  # so that its end is seen here
    try:
        if not await asyncio.to_thread(ours.recv):
            raise TimeoutError(f"{number} clients were not greeted within a minute")
        yield process.pid or 0, ours
    finally:
        process.kill()
        await asyncio.to_thread(process.join)


async def processes_stopped(site: Site, size: Size) -> Outcome:
    """The news go to as many sockets before, when all of them read. A short run is too short for them to be let go."""
    async with elsewhere(site, size.stopped) as (pid, wire):
        async with deliveries(site, size.stopped_seconds / TICKS) as measured:
            reading = await measured.p99(size.stopped_seconds / 2)
            os.kill(pid, signal.SIGSTOP)
            growth, before = Growth(site), site.descriptors()
            watching = asyncio.create_task(growth.watch())
            stopped = await measured.p99(size.stopped_seconds)
            held = max(0, size.stopped - before + site.descriptors())
            watching.cancel()
        os.kill(pid, signal.SIGCONT)
        newest = await newest_published(site)
        wire.send(newest[PLACE])
        histories = await asyncio.to_thread(wire.recv)
    lost = await faults_of(site, histories, newest)
    shown = (
        f"delivery p99 {stopped * 1000:.1f} ms, {reading * 1000:.1f} ms while they read, {growth}, "
        f"{held} of {size.stopped} held after {size.stopped_seconds} s, {len(lost)} seq lost {lost[:1] or ''}"
    )
    are_let_go = held <= SPARE_DESCRIPTORS or size.stopped_seconds < LET_GO_SECONDS
    is_sound = not lost and stopped < float("inf") and growth.most <= MOST_BYTES and are_let_go
    return Outcome(shown.rstrip(), is_sound, stopped < MOST_SLOWER * reading)


STOPPED = Fault(
    f"{FULL.stopped} clients stopped",
    f"others' delivery p99 < {MOST_SLOWER:.0f} x, memory + <= 10 MB, let go after {LET_GO_SECONDS} s, 0 seq lost",
    processes_stopped,
)
