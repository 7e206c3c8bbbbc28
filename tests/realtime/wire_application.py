"""A small ASGI application, which the tests have servers run as processes: the path says what it does."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

from realtime.frames import WRITE, SharedText

Message = dict[str, Any]


class Wire:
    def __init__(self, scope: Message, receive: Any, send: Any) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}

    async def send_text(self, text: str) -> None:
        await self.send({"type": "websocket.send", "text": text})

    async def wait_for_the_end(self) -> None:
        while (await self.receive())["type"] != "websocket.disconnect":
            pass
        print("disconnected", flush=True)

    async def echo(self) -> None:
        while (message := await self.receive())["type"] != "websocket.disconnect":
            await self.send({**message, "type": "websocket.send"})

    async def close(self) -> None:
        await self.send({"type": "websocket.close", "code": int(self.query["code"]), "reason": self.query["reason"]})
        await self.wait_for_the_end()

    async def close_without_code(self) -> None:
        await self.send({"type": "websocket.close"})
        await self.wait_for_the_end()

    async def text(self) -> None:
        await self.send_text("a" * int(self.query["size"]))
        await self.wait_for_the_end()

    async def show_scope(self) -> None:
        names = [name.decode() for name, _ in self.scope["headers"]]
        await self.send_text(json.dumps({"root_path": self.scope["root_path"], "headers": names}))
        await self.wait_for_the_end()

    async def never_reads(self) -> None:
        await asyncio.sleep(60)

    async def reads_late(self) -> None:
        await asyncio.sleep(0.5)
        for number in range(int(self.query["messages"])):
            message = await self.receive()
            assert message["text"] == str(number)
        await self.send_text("all there, in order")
        await self.wait_for_the_end()

    async def one_by_one(self) -> None:
        """50 MB, each message after the one before."""
        for _ in range(800):
            await self.send_text("a" * 65536)
        await self.wait_for_the_end()

    async def all_at_once(self) -> None:
        """50 MB, every message at the same time."""
        text = "a" * 65536
        await asyncio.gather(*(self.send_text(text) for _ in range(800)))
        await self.wait_for_the_end()

    async def news(self) -> None:
        """For as long as they can be written at once, 50 MB at most; and then how many those were."""
        write, size, written = self.scope["extensions"][WRITE], int(self.query["size"]), 0
        assert not write("only what is shared")
        while written * size < 50_000_000 and write(SharedText("a" * size)):
            written += 1
        await self.send_text(str(written))
        await self.wait_for_the_end()

    async def fail(self) -> None:
        raise RuntimeError("this application fails")

    async def ignores_the_end(self) -> None:
        try:
            while True:
                await self.receive()
        finally:
            print("cancelled", flush=True)


async def application(scope: Message, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await http(scope, send)
    elif scope["path"] == "/reject":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        await getattr(Wire(scope, receive, send), scope["path"].strip("/"))()


async def http(scope: Message, send: Any) -> None:
    if scope["path"] == "/endless":
        await endless(send)
        return
    status, body = (200 if scope["path"] == "/known" else 404), scope["root_path"].encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def endless(send: Any) -> None:
    """50 MB, piece after piece."""
    try:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(800):
            await send({"type": "http.response.body", "body": b"a" * 65536, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        print("the stream ended", flush=True)
