"""Stands in front of every socket's consumer, so that a consumer only ever sees whoever may come in."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from . import protocol
from .access import origins
from .admission import NEEDED, Admission, header, refused
from .protocol import SUBPROTOCOL, Authenticate, BadMessage, Refused, ServerMessage

AUTHENTICATE_WITHIN_SECONDS = 10

Scope = MutableMapping[str, Any]
Message = dict[str, Any]


class Gate:
    """An ASGI application around a consumer's."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if not all(origins.is_allowed(origin, host_of(scope)) for origin in header(scope, b"origin")):
            await send({"type": "websocket.close"})  # before the accept it is a 403
            return
        admission = scope["admission"] = Admission(scope)
        try:
            await admission.enter(scope)
            if admission.is_needed:
                receive = await introduced(scope, receive, send)
            await self.application(scope, receive, send)
        except Refused as refusal:
            await turn_away(scope, send, refusal)
            await until_gone(receive)
        except Gone:
            pass
        finally:
            admission.leave()


class Gone(Exception):  # noqa: N818  # what it says
    """The client left before it said who it is."""


class Replayed:
    """What a consumer receives from, beginning with a message that was received already."""

    def __init__(self, first: Message, receive: Any) -> None:
        self.first: Message | None = first
        self.receive = receive

    async def __call__(self) -> Message:
        first, self.first = self.first, None
        return first or await self.receive()


def host_of(scope: Scope) -> str:
    return next(iter(header(scope, b"host")), "")


async def accept(scope: Scope, send: Any) -> None:
    """Once, whoever comes first."""
    if not scope.get("is_accepted"):
        scope["is_accepted"] = True
        await send({"type": "websocket.accept", "subprotocol": chosen(scope)})


def chosen(scope: Scope) -> str | None:
    """Never the sub-protocol that carries a token, since it would come back in the answer."""
    return SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None


async def introduced(scope: Scope, receive: Any, send: Any) -> Replayed:
    """Wait for `authenticate`; what comes back begins with the connect that the consumer waits for."""
    first = await receive()
    await accept(scope, send)
    try:
        async with asyncio.timeout(AUTHENTICATE_WITHIN_SECONDS):
            while scope["admission"].is_needed:
                await listen(scope["admission"], await receive(), send)
    except TimeoutError as error:
        raise refused(NEEDED) from error
    return Replayed(first, receive)


async def listen(admission: Admission, message: Message, send: Any) -> None:
    if message["type"] == "websocket.disconnect":
        raise Gone
    try:
        action = protocol.decode(message.get("text") or "")
    except BadMessage:
        action = None
    if isinstance(action, Authenticate):
        await admission.become(action.token)
        answer: ServerMessage = admission.introduction()
    else:
        answer = refused(NEEDED).error
    await send({"type": "websocket.send", "text": protocol.encode(answer)})


async def turn_away(scope: Scope, send: Any, refusal: Refused) -> None:
    await accept(scope, send)
    await send({"type": "websocket.send", "text": protocol.encode(refusal.error)})
    await send({"type": "websocket.close", "code": int(refusal.close_code)})


async def until_gone(receive: Any) -> None:
    # A server that is left at once cuts the connection, and perhaps what it was to send.
    while (await receive())["type"] != "websocket.disconnect":
        pass
