import asyncio
import os
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from realtime.frames import WRITE, SharedText


class SharedFrames(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket connection; but an update is framed once for all sockets, and handed to the kernel.

    `uvicorn aqiproject.asgi:application --ws realtime.uvicorn_protocol:SharedFrames --ws-per-message-deflate false`
    """

    descriptor: int | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if transport.get_extra_info("sslcontext") is None:
            self.descriptor = transport.get_extra_info("socket").fileno()

    async def run_asgi(self) -> None:
        self.scope["extensions"][WRITE] = self.write_text  # type: ignore[assignment]
        await super().run_asgi()

    async def send(self, message: Any) -> None:
        if not self.write_text(message.get("text")):
            await super().send(message)

    def write_text(self, text: str | None) -> bool:
        """If the connection is open, nobody compresses, and the reader keeps up."""
        is_writable = self.conn.state is State.OPEN and not self.conn.extensions and self.writable.is_set()
        if type(text) is not SharedText or not is_writable:
            return False
        self.write(text.frame)
        return True

    def write(self, octets: bytes) -> None:
        # What the kernel takes at once need not go through the loop, which costs more than the system call needs.
        transport = self.transport
        if self.descriptor is not None and not transport.is_closing() and not transport.get_write_buffer_size():
            octets = octets[taken_by(self.descriptor, octets) :]
        if octets:
            transport.write(octets)


def taken_by(descriptor: int, octets: bytes) -> int:
    try:
        return os.write(descriptor, octets)
    except OSError:  # it is full, or the client is gone: the transport will tell
        return 0
