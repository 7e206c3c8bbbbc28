"""The stream of a location as Server-Sent Events: the socket's frames, for clients that cannot open a socket."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

import msgspec
from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from rest_framework.exceptions import MethodNotAllowed

from forecasts.api.problems import exception_handler, problem
from forecasts.gazetteer import LocationError, aparse_location
from forecasts.models import Location

from . import feeds, protocol, relay
from .admission import NEEDED, Admission, refused
from .feeds import Feed
from .listener import SLOW_AFTER_SECONDS, Listener, Update
from .protocol import Connected, Error, ErrorCode, Refused, Resume

LAST_WORD_SECONDS = 1.0
STATUSES = {
    ErrorCode.TOKEN_IN_URL: 400,
    ErrorCode.NOT_AUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.TOO_MANY_CONNECTIONS: 429,
    ErrorCode.UNAVAILABLE: 503,
}
HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events until its buffer is full
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Pace:
    """After how many seconds of silence a comment is sent, and for how many a send may wait for its reader."""

    heartbeat: float = 20.0
    patience: float = SLOW_AFTER_SECONDS


class Place(msgspec.Struct):
    """The part of a frame that makes an event's id."""

    epoch: str
    seq: int


_place = msgspec.json.Decoder(Place)
_pace = Pace()


async def sse(scope: Mapping[str, Any], receive: Any, send: Any, pace: Pace = _pace) -> None:
    """The ASGI application of `/sse/aqi/{location}`."""
    request, admission = ASGIRequest(scope, BytesIO()), Admission(scope)
    # By the same rules as for REST. It answers the preflight of a page too, and else tells what to add to our answer.
    cors: Any = CorsMiddleware(lambda _: HttpResponse())(request)
    if is_preflight(request):
        await answer(send, cors, {})
        return
    try:
        if scope["method"] != "GET":
            raise MethodNotAllowed(scope["method"])
        await admission.enter(scope)
        if admission.is_needed:
            raise refused(NEEDED)
        location = await aparse_location(scope["url_route"]["kwargs"]["location"])
        stream = Stream(scope, receive, send, pace)
        admission.end = stream.turn_away
        await stream.follow(location, HEADERS | cross_origin(cors))
    except (LocationError, MethodNotAllowed, Refused, DatabaseError) as error:
        await answer(send, explain(request, error), cross_origin(cors))
    finally:
        admission.leave()


def is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def cross_origin(response: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in response.items() if name.lower().startswith(("access-control-", "vary"))}


def explain(request: HttpRequest, error: Exception) -> HttpResponse:
    """The same problem details as those of the REST API."""
    if isinstance(error, Refused):
        return refusal_of(request, error.error)
    known = OperationalError(str(error)) if isinstance(error, DatabaseError) else error
    response = exception_handler(known, {"request": request})
    assert response is not None  # noqa: S101  (it knows all three)
    if isinstance(error, MethodNotAllowed):
        response["Allow"] = "GET"
    return response


def refusal_of(request: HttpRequest, error: Error) -> HttpResponse:
    response = problem(request, STATUSES[error.code], error.code, error.message)
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    if error.code == ErrorCode.NOT_AUTHENTICATED:
        response["WWW-Authenticate"] = "Bearer"
    return response


async def answer(send: Any, response: HttpResponse, more: Mapping[str, str]) -> None:
    await begin(send, response.status_code, [*response.items(), *more.items()])
    await send({"type": "http.response.body", "body": response.content})


async def begin(send: Any, status: int, headers: Iterable[tuple[str, str]]) -> None:
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


class Stream:
    """One client: joins the feed of its location, as a socket's consumer does, and waits until somebody ends it."""

    def __init__(self, scope: Mapping[str, Any], receive: Any, send: Any, pace: Pace) -> None:
        self.receive, self.send, self.pace = receive, send, pace
        self.resume = resume_from(scope)
        self.end = asyncio.timeout(None)
        self.listener = Listener(self.send_frame, self.give_up, pace.patience)

    async def follow(self, location: Location, headers: Mapping[str, str]) -> None:
        # Join before reading, so that nothing falls between; the listener holds what comes until it is opened.
        feed = await feeds.join(location, self.listener)
        try:
            relay.ensure_running()
            update = self.listener.newest(await feed.current())
            await begin(self.send, 200, headers.items())
            with suppress(TimeoutError):
                async with self.end:
                    await self.greet(feed, update)
                    self.listener.open(update)
                    await self.until_gone()
        finally:
            feeds.leave(feed, self.listener)
            self.listener.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(LAST_WORD_SECONDS, self.pace.patience)):
                await self.send({"type": "http.response.body", "body": b""})

    async def greet(self, feed: Feed, update: Update) -> None:
        place = self.resume and (self.resume.epoch, self.resume.since)
        resumed = place == (update["epoch"], update["seq"])
        connected = Connected(
            location=feed.location.slug,
            epoch=update["epoch"],
            seq=update["seq"],
            update_interval=settings.AQI_UPDATE_INTERVAL_SECONDS,
            server_time=now(),
            resumed=resumed,
        )
        # Each client another time, so that not all of them are back in the second after a restart.
        await self.write(f"retry: {random.randint(1000, 5000)}\n".encode())  # noqa: S311
        await self.write(f"event: connected\ndata: {protocol.encode(connected)}\n\n".encode())
        if not resumed:
            await self.write(event(update["text"]))

    async def until_gone(self) -> None:
        """A comment now and then, so that neither side nor a proxy between takes the silence for the end."""
        while True:
            try:
                async with asyncio.timeout(self.pace.heartbeat):
                    while (await self.receive())["type"] != "http.disconnect":
                        pass
                    return
            except TimeoutError:
                async with asyncio.timeout(self.pace.patience):
                    await self.write(b":\n\n")

    async def write(self, body: bytes) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def send_frame(self, message: Mapping[str, str]) -> None:
        """What the listener calls with a message for a socket."""
        await self.write(event(message["text"]))

    async def turn_away(self, refusal: Refused) -> None:
        self.listener.close()
        await self.write(f"event: error\ndata: {protocol.encode(refusal.error)}\n\n".encode())
        await self.give_up()

    async def give_up(self) -> None:
        with suppress(RuntimeError):  # it has ended by itself meanwhile
            self.end.reschedule(asyncio.get_running_loop().time())


@lru_cache(maxsize=64)
def event(text: str) -> bytes:
    """A frame as an event; made once, since every reader in this process gets the same text."""
    place = _place.decode(text.encode())
    return f"id: {place.epoch}-{place.seq}\nevent: aqi_update\ndata: {text}\n\n".encode()


def resume_from(scope: Mapping[str, Any]) -> Resume | None:
    """The event that the client has seen last: the header that browsers send on return, else the query."""
    headers = dict(scope["headers"])
    query = parse_qs(scope["query_string"].decode("latin-1"))
    text = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("last_event_id", [""])[0]
    epoch, _, since = text.strip('"').rpartition("-")
    try:
        return msgspec.convert({"epoch": epoch, "since": since}, Resume, strict=False)
    except msgspec.ValidationError:
        return None
