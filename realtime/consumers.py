import logging
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.utils.timezone import now

from forecasts.database import tell_fault
from forecasts.gazetteer import AmbiguousLocation, LocationError, aparse_location, shown
from forecasts.models import Location

from . import protocol
from .admission import Admission
from .gate import accept
from .listener import Update
from .protocol import (
    Authenticate,
    BadMessage,
    CloseCode,
    Connected,
    Error,
    ErrorCode,
    Ping,
    PlaceAction,
    Pong,
    Refresh,
    Refused,
)
from .subscription import Subscription

logger = logging.getLogger(__name__)

PROBLEMS = (BadMessage, LocationError, DatabaseFailure)


def explain(problem: Exception) -> Error:
    match problem:
        case BadMessage():
            return problem.error
        case LocationError():
            is_ambiguous = isinstance(problem, AmbiguousLocation)
            code = ErrorCode.AMBIGUOUS_LOCATION if is_ambiguous else ErrorCode.UNKNOWN_LOCATION
            return Error(code, str(problem), problem.suggestions)
    tell_fault(logger, problem)
    return Error(ErrorCode.UNAVAILABLE, "The database is out of reach.", retry_after=5)


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """What both kinds of socket share: whatever a client sends is answered, and closes nothing."""

    channel_layer_alias = "none"  # the feed is the member of the group, once for all sockets of a process
    is_open = False

    async def enter(self) -> None:
        scope: Any = self.scope
        self.admission: Admission = scope["admission"]
        await accept(scope, self.base_send)

    def opened(self) -> None:
        """Only from here on may the watch over log-ins end it; what it finds before, it finds again."""
        self.is_open, self.admission.end = True, self.end

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.leave()  # here, since whoever is cancelled in the middle of a message sees no disconnect

    async def dispatch(self, message: Any) -> None:
        # Channels looks for stale database connections here, a thread hop a message; nothing below holds one.
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        if not self.is_open:
            return
        # Found first, so that whatever is wrong the answer names its place.
        location = None if text_data is None else protocol.place_in(text_data)
        try:
            await self.admission.spend_message()
            if text_data is None:
                raise BadMessage(ErrorCode.BINARY, "Send text, not binary.")
            action = await self.decode_json(text_data)
            match action:
                case Authenticate():
                    await self.admission.become(action.token)
                    await self.send_json(self.admission.introduction())
                    return
                case Refresh():
                    await self.admission.spend_refresh()
            await self.answer(action)
        except Refused as refusal:
            await self.end(refusal)
        except PROBLEMS as problem:
            error = explain(problem)
            error.location = None if location is None else shown(location)
            await self.send_json(error)

    async def answer(self, action: Any) -> None:
        raise NotImplementedError

    def leave(self) -> None:
        """Stop following; whatever comes now would meet a socket that is closed."""
        raise NotImplementedError

    async def end(self, refusal: Refused) -> None:
        if self.is_open:
            self.is_open = False
            self.leave()
            await self.send_json(refusal.error)
            await self.close(refusal.close_code)

    async def give_up(self) -> None:
        if self.is_open:
            self.is_open = False
            await self.close(CloseCode.TOO_SLOW)

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        return protocol.encode(content)


class AQIConsumer(LiveConsumer):
    """Follows the place in its address."""

    subscription: Subscription | None = None

    async def connect(self) -> None:
        await self.enter()
        try:
            location = await aparse_location(self.scope["url_route"]["kwargs"]["location"])
            subscription = Subscription(location, self)
            await subscription.start(protocol.resume_from(self.scope["query_string"]))
        except (LocationError, DatabaseFailure) as problem:
            await self.send_json(explain(problem))
            await self.close(CloseCode.UNKNOWN_LOCATION if isinstance(problem, LocationError) else CloseCode.BUSY)
        else:
            self.subscription = subscription
            self.opened()

    async def greet(self, location: Location, update: Update, *, resumed: bool) -> None:
        await self.send_json(
            Connected(
                location=location.slug,
                epoch=update["epoch"],
                seq=update["seq"],
                update_interval=settings.AQI_UPDATE_INTERVAL_SECONDS,
                server_time=now(),
                resumed=resumed,
            )
        )

    async def answer(self, action: PlaceAction) -> None:
        if isinstance(action, Ping):
            await self.send_json(Pong(now()))
        elif self.subscription is not None:
            await self.subscription.answer(action)

    def leave(self) -> None:
        subscription, self.subscription = self.subscription, None
        if subscription is not None:
            subscription.stop()

    @classmethod
    async def decode_json(cls, text_data: str) -> PlaceAction | Authenticate:
        return protocol.decode(text_data)
