"""A proxy between browser and server that lets some things through and others not, as those of companies do."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy(threading.Thread):
    """One request per connection, so that each is looked at."""

    def __init__(self, server_port: int) -> None:
        super().__init__(daemon=True)
        self.server_port, self.port = server_port, 0
        self.blocked: set[str] = set()
        self.seen: list[str] = []
        self._open: dict[asyncio.Task[None], str] = {}
        self._loop = asyncio.new_event_loop()
        self._is_ready = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Proxy":
        self.start()
        self._is_ready.wait()
        return self

    def __exit__(self, *error: object) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join()

    def block(self, prefix: str) -> None:
        """Nothing below this path passes any more, and what is open is cut."""
        self.blocked.add(prefix)
        self._call(self._cut(prefix))

    def allow_everything(self) -> None:
        self.blocked.clear()

    def run(self) -> None:
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._is_ready.set()

    async def _end(self) -> None:
        self._server.close()
        await self._cut("")

    async def _cut(self, prefix: str) -> None:
        tasks = [task for task, path in self._open.items() if path.startswith(prefix)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self._open[task] = path = head.split(b" ")[1].decode()
            self.seen.append(path)
            if any(path.startswith(prefix) for prefix in self.blocked):
                writer.write(FORBIDDEN)
                await writer.drain()
            else:
                await self._pass_on(head, reader, writer)
        except (asyncio.CancelledError, asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self._open.pop(task, None)
            writer.close()

    async def _pass_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection("127.0.0.1", self.server_port)
        try:
            requests.write(head.replace(b"Connection: keep-alive", b"Connection: close"))
            async with asyncio.TaskGroup() as both:
                upward = both.create_task(copy(reader, requests))
                await both.create_task(copy(answers, writer))
                upward.cancel()
        finally:
            requests.close()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
