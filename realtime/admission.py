"""What every connection passes at its start: where it comes from, who it is, and whether there is room."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error as DatabaseFailure

from forecasts.database import tell_fault

from .access import credentials
from .access.addresses import client_address
from .access.credentials import InvalidCredential
from .access.models import Scope
from .access.visitors import ANYBODY, Visitor
from .limits import LEASE_SECONDS, Budget, slots
from .protocol import CREDENTIAL, Authenticated, BadMessage, CloseCode, Error, ErrorCode, Refused
from .watch import watch

IN_URL = "Take the token out of the address, which is logged on its way, and offer it as a sub-protocol or send it."
NEEDED = "Say who you are: offer a token as a sub-protocol, or send authenticate."

logger = logging.getLogger(__name__)

End = Callable[[Refused], Awaitable[None]]


class Admission:
    """Of one connection, for as long as it lasts."""

    __slots__ = ("address", "budget", "end", "held", "visitor")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        peer = (scope.get("client") or (None,))[0]
        self.address = client_address(peer, ", ".join(header(scope, b"x-forwarded-for")))
        self.visitor = ANYBODY
        self.budget = Budget()
        self.held: list[str] = []
        self.end: End | None = None  # until the connection is open

    async def enter(self, scope: Mapping[str, Any]) -> None:
        """Raises Refused."""
        credential = credential_of(scope)
        await self.hold(f"address:{self.address}", settings.AQI_CONNECTIONS_PER_ADDRESS)
        if credential is not None:
            await self.become(credential)

    async def become(self, credential: str) -> None:
        """Somebody, from now on; raises Refused."""
        visitor = await visitor_of(credential)
        if visitor.subject != self.visitor.subject:
            await self.hold(visitor.subject, settings.AQI_CONNECTIONS_PER_USER)
        self.visitor = visitor
        watch().add(self)

    async def hold(self, subject: str, limit: int) -> None:
        if limit and not await slots().claim(subject, limit):
            text = f"You have {limit} connections already, and more are not allowed."
            error = Error(ErrorCode.TOO_MANY_CONNECTIONS, text, retry_after=LEASE_SECONDS)
            raise Refused(CloseCode.TOO_MANY_CONNECTIONS, error)
        if limit:
            self.held.append(subject)

    async def spend_message(self) -> None:
        """Raises BadMessage, or Refused for a flood."""
        await self.budget.spend("messages", self.visitor.subject)

    async def spend_refresh(self) -> None:
        if Scope.REFRESH not in self.visitor.scopes:
            raise BadMessage(ErrorCode.FORBIDDEN, "This key lacks the scope `refresh`.")
        await self.budget.spend("refreshes", self.visitor.subject)

    def leave(self) -> None:
        watch().members.discard(self)
        for subject in self.held:
            slots().release(subject)

    def introduction(self) -> Authenticated:
        return Authenticated(self.visitor.name, sorted(self.visitor.scopes), self.visitor.expires_at)

    @property
    def is_needed(self) -> bool:
        return self.visitor is ANYBODY and not settings.AQI_ANONYMOUS


async def visitor_of(credential: str) -> Visitor:
    try:
        visitor = await database_sync_to_async(credentials.identify)(credential)
    except InvalidCredential as error:
        raise refused(str(error)) from error
    except DatabaseFailure as error:
        tell_fault(logger, error)
        away = Error(ErrorCode.UNAVAILABLE, "The database is out of reach.", retry_after=5)
        raise Refused(CloseCode.BUSY, away) from error
    if Scope.READ not in visitor.scopes:
        raise Refused(CloseCode.FORBIDDEN, Error(ErrorCode.FORBIDDEN, "This key lacks the scope `read`."))
    return visitor


def refused(text: str) -> Refused:
    return Refused(CloseCode.NOT_AUTHENTICATED, Error(ErrorCode.NOT_AUTHENTICATED, text))


def credential_of(scope: Mapping[str, Any]) -> str | None:
    """The token or key of a handshake; raises Refused if it is where it must not be."""
    if credentials.names_a_token(scope["query_string"].decode("latin-1")):
        raise Refused(CloseCode.NOT_AUTHENTICATED, Error(ErrorCode.TOKEN_IN_URL, IN_URL))
    for protocol in scope.get("subprotocols", ()):
        if protocol.startswith(CREDENTIAL):
            return str(protocol.removeprefix(CREDENTIAL))
    return next(filter(None, map(credentials.credential_in, header(scope, b"authorization"))), None)


def header(scope: Mapping[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]
