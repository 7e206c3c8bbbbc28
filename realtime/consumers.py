import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.utils.timezone import now

from forecasts.gazetteer import AmbiguousLocation, LocationError, aparse_location
from forecasts.models import Location
from forecasts.refresh import make_due

from . import feeds, protocol, relay
from .feeds import Feed
from .listener import Listener, Update
from .protocol import Action, BadMessage, CloseCode, Connected, Error, ErrorCode, Ping, Pong, Refresh, Resume

REFRESH_AFTER_SECONDS = 60


class AQIConsumer(AsyncJsonWebsocketConsumer):
    """Joins the feed of its location and answers what its client asks; the feed sends the updates."""

    channel_layer_alias = "none"  # the feed is the member of the group, once for all sockets of a process
    feed: Feed | None = None

    async def dispatch(self, message: Any) -> None:
        # Channels looks for stale database connections here, a thread hop a message; nothing below holds one.
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        await self.accept()
        try:
            await self.follow(await aparse_location(self.scope["url_route"]["kwargs"]["location"]))
        except LocationError as error:
            code = ErrorCode.AMBIGUOUS_LOCATION if isinstance(error, AmbiguousLocation) else ErrorCode.UNKNOWN_LOCATION
            await self.send_json(Error(code, str(error), error.suggestions))
            await self.close(CloseCode.UNKNOWN_LOCATION)
        except DatabaseError:
            await self.send_json(Error(ErrorCode.UNAVAILABLE, "The database is out of reach.", retry_after=5))
            await self.close(CloseCode.BUSY)

    async def follow(self, location: Location) -> None:
        # Join before reading, so that nothing falls between; the listener holds what comes until it is opened.
        self.listener = Listener(self.base_send, self.give_up)
        self.feed = await feeds.join(location, self.listener)
        relay.ensure_running()
        update = self.listener.newest(await self.feed.current())
        await self.greet(self.feed, update, protocol.resume_from(self.scope["query_string"]))
        self.listener.open(update)

    async def greet(self, feed: Feed, update: Update, resume: Resume | None) -> None:
        """Say where the stream is, and send the newest snapshot to whoever does not have it."""
        resumed = resume is not None and (resume.epoch, resume.since) == (update["epoch"], update["seq"])
        await self.send_json(
            Connected(
                location=feed.location.slug,
                epoch=update["epoch"],
                seq=update["seq"],
                update_interval=settings.AQI_UPDATE_INTERVAL_SECONDS,
                server_time=now(),
                resumed=resumed,
            )
        )
        if not resumed:
            await self.send(text_data=update["text"])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        try:
            if text_data is None:
                raise BadMessage(ErrorCode.BINARY, "Send text, not binary.")
            if self.feed is not None:
                await self.answer(self.feed, await self.decode_json(text_data))
        except BadMessage as bad:
            await self.send_json(bad.error)

    async def answer(self, feed: Feed, action: Action) -> None:
        match action:
            case Ping():
                await self.send_json(Pong(now()))
            case Refresh():
                update = await feed.current()
                self.listener.repeat(update)
                if time.time() - update["checked_at"] > REFRESH_AFTER_SECONDS:
                    await database_sync_to_async(make_due)([feed.location.pk])
            case Resume():
                await self.greet(feed, await feed.current(), action)

    async def give_up(self) -> None:
        await self.close(CloseCode.TOO_SLOW)

    async def disconnect(self, code: int) -> None:
        if self.feed is not None:
            feeds.leave(self.feed, self.listener)
            self.listener.close()

    @classmethod
    async def decode_json(cls, text_data: str) -> Action:
        return protocol.decode(text_data)

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        return protocol.encode(content)
