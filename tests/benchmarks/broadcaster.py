"""What Python can do without a framework: `broadcast()` of the websockets library, on uvloop.

`python -m tests.benchmarks.broadcaster PORT TRIGGER_PORT SIZE`
"""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.benchmarks.message import compact, frame


async def main(port: int, trigger: int, size: str) -> None:
    subscribers: set[ServerConnection] = set()
    text = compact(frame(size, 1))

    async def subscribe(socket: ServerConnection) -> None:
        await socket.send(text)
        subscribers.add(socket)
        await socket.wait_closed()
        subscribers.discard(socket)

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1):
            broadcast(subscribers, text)
        writer.close()

    async with serve(subscribe, "127.0.0.1", port, compression=None, backlog=4096):
        triggers = await asyncio.start_server(hear, "127.0.0.1", trigger)
        await triggers.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
