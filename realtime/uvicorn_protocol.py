from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from realtime.frames import SharedText


class SharedFrames(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket connection; but an update is framed once for all sockets, and written as it is.

    `uvicorn aqiproject.asgi:application --ws realtime.uvicorn_protocol:SharedFrames --ws-per-message-deflate false`
    """

    async def send(self, message: Any) -> None:
        text = message.get("text")
        if type(text) is SharedText and self.can_write_at_once():
            self.transport.write(text.frame)
        else:
            await super().send(message)

    def can_write_at_once(self) -> bool:
        """The connection is open, nobody compresses, and the reader keeps up."""
        return self.conn.state is State.OPEN and not self.conn.extensions and self.writable.is_set()
