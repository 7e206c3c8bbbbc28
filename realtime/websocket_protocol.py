# ruff: noqa: N802, N803 - Twisted and autobahn name the methods that are overridden here
import asyncio
import math
import time
from typing import Any

from autobahn.util import encode_truncate
from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp

from realtime.frames import BINARY, TEXT, SharedText, frame_head
from realtime.protocol import CloseCode

MAX_INBOUND_FRAGMENTS = 1024
MAX_QUEUED_MESSAGES = 64
MAX_OUTBOUND_BYTES = 1024 * 1024
MAX_REASON_BYTES = 123
CLOSE_SECONDS = 3

TOO_BIG = 1009


def framed(message: dict[str, Any]) -> bytes:
    # autobahn's sendMessage() would hold what we send to the limit for what we receive.
    text = message.get("text")
    if type(text) is SharedText:
        return text.frame
    payload: bytes = message["bytes"] if text is None else text.encode()
    return frame_head(BINARY if text is None else TEXT, len(payload)) + payload


class HardenedWebSocketProtocol(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's WebSocket connection with bounded memory in both directions and close codes that arrive.

    The application's close code and reason reach the client. While the application is `MAX_QUEUED_MESSAGES` behind,
    nothing more is read. A client that leaves more than `MAX_OUTBOUND_BYTES` unread is closed with `TOO_SLOW`.
    """

    application_is_behind = False
    fragments = 0
    unread_bytes = 0
    dropped_at = math.inf

    # --- opening

    def onConnect(self, request: Any) -> Any:
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(400, "Sec-WebSocket-Protocol must be ASCII")  # type: ignore[no-untyped-call]
        self.writable = asyncio.Event()
        self.writable.set()
        return super().onConnect(request)

    def onOpen(self) -> None:
        # Until here the HTTP connection listened to how full the transport is.
        self.unregisterProducer()
        self.registerProducer(self, True)
        super().onOpen()

    # --- from the client to the application

    def onMessageBegin(self, isBinary: bool) -> None:
        super().onMessageBegin(isBinary)
        self.fragments = 0

    def onMessageFrameBegin(self, length: int) -> None:
        super().onMessageFrameBegin(length)
        self.fragments += 1
        # Empty fragments never reach the size limit, and each of them is kept until the message ends.
        if self.fragments > MAX_INBOUND_FRAGMENTS and not self.failedByMe:
            self._fail_connection(TOO_BIG, f"more than {MAX_INBOUND_FRAGMENTS} fragments")

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        if self.application_queue.qsize() >= MAX_QUEUED_MESSAGES:
            self.application_is_behind = True
            self.transport.pauseProducing()

    def processData(self) -> bool:
        # One read can hold thousands of small messages: what is not parsed now stays bytes.
        return not self.application_is_behind and bool(super().processData())

    def message_taken(self) -> None:
        """The application took one message from its queue: read on if it had been behind."""
        if not self.application_is_behind or self.application_queue.qsize() >= MAX_QUEUED_MESSAGES:
            return
        self.application_is_behind = False
        self.consumeData()
        if not self.application_is_behind:
            self.transport.resumeProducing()

    def onPing(self, payload: bytes) -> None:
        # Pongs to a client that does not read would pile up.
        if self.writable.is_set():
            super().onPing(payload)

    # --- from the application to the client

    def handle_reply(self, message: dict[str, Any]) -> None:
        if self.state != self.STATE_CONNECTING and message["type"] == "websocket.send":
            self.send(message)
        elif self.state != self.STATE_CONNECTING and message["type"] == "websocket.close":
            self.close(message.get("code", 1000), message.get("reason") or "")
        else:
            super().handle_reply(message)

    def send(self, message: dict[str, Any]) -> None:
        if self.unread_bytes > MAX_OUTBOUND_BYTES:
            self.close(CloseCode.TOO_SLOW, "you read more slowly than there is news")
        if self.state != self.STATE_OPEN:
            return
        self.write(framed(message))

    def write_text(self, text: str) -> bool:
        """If the connection is open and the reader keeps up."""
        if type(text) is not SharedText or self.state != self.STATE_OPEN or not self.writable.is_set():
            return False
        self.write(text.frame)
        return True

    def write(self, octets: bytes) -> None:
        # What the kernel takes at once need not go through the reactor, which changes its selector twice a write.
        transport, size = self.transport, len(octets)
        if isinstance(transport, tcp.Server) and not transport.dataBuffer and not transport._tempDataLen:
            taken = transport.writeSomeData(octets)
            octets = octets[taken:] if isinstance(taken, int) else octets  # else it is lost: the reactor will tell
        if octets:
            transport.write(octets)
        if not self.writable.is_set():
            self.unread_bytes += size

    def pauseProducing(self) -> None:
        """Called by the transport when its buffer is full."""
        self.writable.clear()

    def resumeProducing(self) -> None:
        """Called by the transport when its buffer is empty again."""
        self.unread_bytes = 0
        self.writable.set()

    def stopProducing(self) -> None:
        """Called by the transport when the connection is lost."""
        self.writable.set()

    # --- closing

    def close(self, code: int, reason: str) -> None:
        if code not in self.CLOSE_STATUS_CODES_ALLOWED and not 3000 <= code <= 4999:
            raise ValueError(f"{code} is not a close code that may be sent")
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=code, reasonUtf8=encode_truncate(reason, MAX_REASON_BYTES))

    def dropConnection(self, abort: bool = False) -> None:
        # After a completed closing handshake an abort could only throw away our close frame.
        super().dropConnection(abort and not self.wasClean)
        self.dropped_at = time.monotonic()

    def check_timeouts(self) -> None:
        super().check_timeouts()
        # A client that closes but does not read would keep the connection for ever.
        if time.monotonic() - self.dropped_at > CLOSE_SECONDS:
            self.transport.abortConnection()

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        # A handshake that was refused before onConnect() is not known to Daphne, nor to an application.
        if hasattr(self, "server"):
            self.writable.set()
            super().onClose(wasClean, code, reason)
