from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from realtime.frames import WRITE, SharedText
from realtime.kernel_buffer import limit_unsent


class SharedFrames(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket connection; but an update is framed once for all sockets, and written as it is.

    And the kernel keeps little for a reader who is behind.

    `uvicorn aqiproject.asgi:application --ws realtime.uvicorn_protocol:SharedFrames --ws-per-message-deflate false`
    """

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        limit_unsent(transport.get_extra_info("socket"))

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
        self.transport.write(text.frame)
        return True
