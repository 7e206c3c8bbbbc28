"""What a client may send or leave out, and what it costs the others."""

import asyncio
import json
import socket
import sys
import time
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.chaos.bystanders import NUMBER, bystanders
from tests.chaos.fault import Fault, Outcome, Size
from tests.chaos.fleet import until
from tests.chaos.site import PROJECT, Site
from tests.realtime.wire import BAD_MESSAGES, TEXT, frame, upgrade

MOST_BYTES = 10_000_000
BIG_UPDATE_BYTES = 60_000
PATIENCE_SECONDS = 60
TINY_WINDOW = 4096
BATCH = 500


async def greeted(site: Site, place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket of our own, which does only what we do; with the least that the kernel buffers for it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, TINY_WINDOW)
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", site.port))
    reader, writer = await asyncio.open_connection(sock=client, limit=TINY_WINDOW)
    writer.write("\r\n".join([*upgrade(f"ws/aqi/{place}"), "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


class Growth:
    """The most that the server had over what it had before."""

    def __init__(self, site: Site) -> None:
        self.site, self.before, self.most = site, site.memory(), 0

    async def watch(self) -> None:
        while True:
            self.most = max(self.most, self.site.memory() - self.before)
            await asyncio.sleep(0.05)

    def __str__(self) -> str:
        return f"memory + {self.most / 1e6:.1f} MB"


async def slow_reader(site: Site, size: Size) -> Outcome:
    """It never reads; one that does must get the last of them."""
    place, count = "place-9", size.due_mb * 1_000_000 // BIG_UPDATE_BYTES
    async with connect(site.url(f"ws/aqi/{place}"), ping_interval=None, max_queue=None) as healthy:
        await hears_all(site, healthy, place, 20)  # so that buffers have the size that they need anyway
        _, writer = await greeted(site, place)
        growth = Growth(site)
        watching = asyncio.create_task(growth.watch())
        hears = await hears_all(site, healthy, place, count)
        watching.cancel()
        writer.transport.abort()
    measured = f"{growth}, another reader got {'the last' if hears else 'NOT the last'} of {count}"
    return Outcome(measured, hears and growth.most <= MOST_BYTES)


async def hears_all(site: Site, healthy: ClientConnection, place: str, count: int) -> bool:
    """Up to the last; in between a reader may get only the newest."""
    command = [sys.executable, "-m", "tests.chaos.publisher", place, str(count), str(BIG_UPDATE_BYTES)]
    publisher = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, env=site.environment)
    last = -1, ""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while last != (count, f"big-{count}"):
                message = json.loads(await healthy.recv())
                last = message.get("seq", -1), message.get("epoch", "")
    await publisher.wait()
    return last == (count, f"big-{count}")


async def flood(site: Site, size: Size) -> Outcome:
    """Messages as fast as they go; the answers are read, so that nothing but the server slows it down."""
    reader, writer = await greeted(site, "place-8")
    swallowing = asyncio.create_task(swallow(reader))
    one = frame(TEXT, json.dumps({"action": "ping", "padding": "x" * 200}).encode())
    growth, sent = Growth(site), 0
    async with bystanders(site) as watched:
        watching = asyncio.create_task(growth.watch())
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while sent < size.flood:
                    writer.write(one * BATCH)
                    await writer.drain()
                    sent += BATCH
        await until(lambda: len(watched.pings) >= NUMBER, PATIENCE_SECONDS)
        watching.cancel()
    swallowing.cancel()
    writer.transport.abort()
    measured = f"{sent} sent, {growth}, {watched.shown}"
    return Outcome(measured, growth.most <= MOST_BYTES and not watched.lost, watched.are_served)


async def swallow(reader: asyncio.StreamReader) -> None:
    while await reader.read(1 << 16):
        pass


async def never_pongs(site: Site, size: Size) -> Outcome:
    reader, writer = await greeted(site, "place-7")
    since, gone = time.monotonic(), True
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            with suppress(ConnectionError):  # it may be cut off rather than closed
                await swallow(reader)
    except TimeoutError:
        gone = False
    seconds = time.monotonic() - since
    writer.transport.abort()
    return Outcome(f"gone after {seconds:.1f} s" if gone else "NOT gone", gone, seconds <= 50)


async def bad_messages(site: Site, size: Size) -> Outcome:
    tracebacks, answers = site.tracebacks(), 0
    texts = list(BAD_MESSAGES)
    try:
        async with connect(site.url("ws/aqi/place-6"), ping_interval=None) as client:
            for number in range(size.bad_messages):
                await client.send(texts[number % len(texts)])
                while json.loads(await client.recv())["type"] != "error":
                    pass
                answers += 1
    except WebSocketException as error:
        return Outcome(f"closed after {answers}: {error}", is_sound=False)
    tracebacks = site.tracebacks() - tracebacks
    return Outcome(f"{answers} answered, 0 closes, {tracebacks} tracebacks", tracebacks == 0)


HOSTILE = [
    Fault("slow reader, 200 MB due", "memory + <= 10 MB", slow_reader),
    Fault("flood of 200,000 messages", "memory + <= 10 MB, others' ping p99 < 250 ms", flood),
    Fault("10,000 bad messages", "0 closes, 0 tracebacks", bad_messages),
]
SILENT = Fault("a client that never pongs", "gone in <= 50 s", never_pongs)
