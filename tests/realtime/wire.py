"""A server process for the tests, and clients that can break the protocol."""

import asyncio
import json
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

PROJECT = Path(__file__).parents[2]
SCRIPT = "import django; django.setup(); from tests.realtime.wire_server import serve; serve()"
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9
# And the code of the error that answers each.
BAD_MESSAGES = {
    "nonsense": "not_json",
    "NaN": "not_json",
    '{"action":': "not_json",
    "[" * 60_000: "not_understood",
    "null": "not_understood",
    "[]": "not_understood",
    "1": "not_understood",
    "{}": "not_understood",
    '{"action": 1}': "not_understood",
    '{"action": "resume"}': "not_understood",
    '{"action": "resume", "epoch": "x", "since": -1}': "not_understood",
    '{"action": "resume", "epoch": "x", "since": "1"}': "not_understood",
    '{"action": "dance"}': "unknown_action",
}


@dataclass
class WireServer:
    process: subprocess.Popen[str]
    port: int
    errors: IO[str]

    def url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}/{path}"

    def memory(self) -> int:
        answer = subprocess.run(["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, check=True)
        return int(answer.stdout) * 1024

    def log(self) -> str:
        self.errors.seek(0)
        return self.errors.read()

    async def next_line(self) -> str:
        """The next line that the application prints."""
        assert self.process.stdout is not None
        return (await asyncio.to_thread(self.process.stdout.readline)).rstrip()

    def printed(self) -> list[str]:
        """Everything the application printed, once the server has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.read().split("\n")


@contextmanager
def started(**options: Any) -> Iterator[WireServer]:
    command = [sys.executable, "-c", SCRIPT, json.dumps(options)]
    with (
        NamedTemporaryFile("w+") as errors,
        subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            port = process.stdout.readline()
            assert port, Path(errors.name).read_text()
            yield WireServer(process, int(port), errors)
        finally:
            process.terminate()
            process.wait(10)


def frame(opcode: int, payload: bytes = b"", first: int = 0x80, *, masked: bool = True) -> bytes:
    """One frame; `first` holds FIN and the reserved bits. A mask of zeros leaves the payload readable."""
    mask, key = (0x80, bytes(4)) if masked else (0, b"")
    if len(payload) < 126:
        length = bytes([mask | len(payload)])
    elif len(payload) < 65536:
        length = bytes([mask | 126]) + struct.pack("!H", len(payload))
    else:
        length = bytes([mask | 127]) + struct.pack("!Q", len(payload))
    return bytes([first | opcode]) + length + key + payload


@dataclass
class RawSocket:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def frame(self) -> tuple[int, bytes]:
        """Opcode and payload of the next frame."""
        opcode, length = await self.reader.readexactly(2)
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return opcode & 15, await self.reader.readexactly(length)

    async def close_code(self) -> int:
        """The code of the first close frame, after whatever came before it."""
        opcode, payload = await self.frame()
        while opcode != CLOSE:
            opcode, payload = await self.frame()
        return int.from_bytes(payload[:2], "big")


@asynccontextmanager
async def tcp(server: WireServer, *lines: str) -> AsyncIterator[RawSocket]:
    """A connection that has sent these lines of HTTP."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode("latin1"))
        yield RawSocket(reader, writer)
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


def upgrade(path: str, *headers: str, key: str = "AAAAAAAAAAAAAAAAAAAAAA==") -> list[str]:
    start = [f"GET /{path} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"]
    return [*start, f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *headers]


@asynccontextmanager
async def raw(server: WireServer, path: str) -> AsyncIterator[RawSocket]:
    async with tcp(server, *upgrade(path)) as socket:
        assert b" 101 " in await socket.reader.readuntil(b"\r\n\r\n")
        yield socket


async def get(server: WireServer, path: str, *headers: str) -> tuple[int, str]:
    async with tcp(server, f"GET /{path} HTTP/1.1", "Host: localhost", "Connection: close", *headers) as socket:
        head, _, body = (await socket.reader.read()).decode().partition("\r\n\r\n")
    return int(head.split()[1]), body


async def status(server: WireServer, lines: list[str]) -> int:
    async with tcp(server, *lines) as socket:
        return int((await socket.reader.readline()).split()[1])


async def closing(socket: ClientConnection) -> tuple[int, str]:
    """Code and reason of the server's close, after whatever came before it."""
    with suppress(ConnectionClosed):
        while True:
            await socket.recv()
    assert socket.close_code is not None
    assert socket.close_reason is not None
    return socket.close_code, socket.close_reason
