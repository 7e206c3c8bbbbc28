import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

# daphne.server installs the asyncio reactor, so it comes before anything of Twisted that would install another.
from daphne.server import Server
from twisted.internet.defer import Deferred

from realtime import http_flow
from realtime.frames import WRITE
from realtime.kernel_buffer import limit_unsent
from realtime.protocol import MAX_MESSAGE_BYTES, PING_INTERVAL_SECONDS, CloseCode
from realtime.websocket_protocol import CLOSE_SECONDS, HardenedWebSocketProtocol

PONG_SECONDS = 20
DRAIN_SECONDS = 1


class HardenedServer(Server):  # type: ignore[misc]
    """Daphne with `HardenedWebSocketProtocol`, back-pressure, and a shutdown that tells every client to come back.

    Takes Daphne's options. `run()` raises Twisted's `CannotListenError` when the address cannot be had.
    """

    def __init__(self, application: Any, *, ready_callable: Callable[[], None] | None = None, **options: Any) -> None:
        super().__init__(
            application,
            **{
                "ping_interval": PING_INTERVAL_SECONDS,
                "ping_timeout": PONG_SECONDS,
                **options,
                "websocket_timeout": -1,
                "websocket_max_message_size": MAX_MESSAGE_BYTES,
                "websocket_max_frame_size": MAX_MESSAGE_BYTES,
                "ready_callable": self.harden,
            },
        )
        self.announce_ready = ready_callable
        self.ports: list[Any] = []
        self.listen_failure: Exception | None = None

    def run(self) -> None:
        super().run()
        if self.listen_failure is not None:
            raise self.listen_failure

    def harden(self) -> None:
        """Called by Daphne between making its factories and the first connection."""
        self.ws_factory.protocol = HardenedWebSocketProtocol
        # Which origins may connect is for the application to say; this call would forget Daphne's answer.
        self.ws_factory.setProtocolOptions(failByDrop=False, closeHandshakeTimeout=CLOSE_SECONDS, allowNullOrigin=True)
        if self.announce_ready is not None:
            self.announce_ready()

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.ports.append(port)
        limit_unsent(getattr(port, "socket", None))

    def listen_error(self, failure: Any) -> None:
        self.listen_failure = failure.value
        self.stop()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        # Daphne would believe a Daphne-Root-Path header, which any client can send.
        scope["root_path"] = self.root_path
        if scope["type"] != "websocket":
            return super().create_application(protocol, scope)
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

        async def receive() -> dict[str, Any]:
            message = await queue.get()
            protocol.message_taken()
            return message

        scope.setdefault("asgi", {"version": "3.0"})
        scope["extensions"] = {WRITE: protocol.write_text}
        application = self.application(scope=scope, receive=receive, send=partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(application)
        return queue

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        is_websocket, has_more = isinstance(protocol, HardenedWebSocketProtocol), message.get("more_body", False)
        if not is_websocket and not has_more:
            http_flow.end(protocol)
        await super().handle_reply(protocol, message)
        if is_websocket:
            await protocol.writable.wait()
        elif has_more:
            await http_flow.until_writable(protocol)

    def kill_all_applications(self) -> Deferred[None]:
        """Called by Daphne before the reactor stops, which waits for the result."""
        return Deferred.fromFuture(asyncio.ensure_future(self.drain()))

    async def drain(self) -> None:
        for port in self.ports:
            port.stopListening()
        for protocol in self.connections:
            if isinstance(protocol, HardenedWebSocketProtocol):
                protocol.close(CloseCode.RESTART, "the server restarts")
        await self.end_applications()

    async def end_applications(self) -> None:
        """Let the applications see the disconnect; cancel those that have not ended after `DRAIN_SECONDS`."""
        running = [one["application_instance"] for one in self.connections.values() if "application_instance" in one]
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=DRAIN_SECONDS)
        for application in late:
            application.cancel()
        if late:
            await asyncio.wait(late, timeout=DRAIN_SECONDS)
