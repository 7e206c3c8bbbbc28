"""One socket for several places."""

from typing import Any

from django.conf import settings
from django.utils.timezone import now

from forecasts.gazetteer import aparse_location
from forecasts.models import Location

from . import protocol
from .consumers import LiveConsumer
from .listener import Update
from .protocol import (
    Authenticate,
    BadMessage,
    ErrorCode,
    Ping,
    PlacesAction,
    Pong,
    Resume,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
    Welcome,
)
from .subscription import Subscription


class AQIPlacesConsumer(LiveConsumer):
    """Follows the places that its client subscribes to."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.places: dict[str, Subscription] = {}
        self.asked = ""  # the place of the message that is being answered, as its client spells it

    async def connect(self) -> None:
        await self.enter()
        self.opened()
        await self.send_json(
            Welcome(
                update_interval=settings.AQI_UPDATE_INTERVAL_SECONDS,
                places_at_most=settings.AQI_PLACES_PER_SOCKET,
                server_time=now(),
            )
        )

    async def greet(self, location: Location, update: Update, *, resumed: bool) -> None:
        await self.send_json(Subscribed(location.slug, self.asked, update["epoch"], update["seq"], resumed))

    async def answer(self, action: PlacesAction) -> None:
        match action:
            case Ping():
                await self.send_json(Pong(now()))
            case Subscribe():
                self.asked = action.location
                await self.subscribe(await aparse_location(action.location), action)
            case Unsubscribe():
                followed = await self.followed(action.location)
                self.places.pop(followed.location.slug).stop()
                await self.send_json(Unsubscribed(followed.location.slug))
            case _:
                self.asked = action.location
                await (await self.followed(action.location)).answer(action)

    async def subscribe(self, location: Location, action: Subscribe) -> None:
        resume = None if action.epoch is None or action.since is None else Resume(action.epoch, action.since)
        if location.slug in self.places:
            await self.places[location.slug].tell(resume)
            return
        if len(self.places) >= settings.AQI_PLACES_PER_SOCKET:
            limit = f"A socket follows at most {settings.AQI_PLACES_PER_SOCKET} places; open another."
            raise BadMessage(ErrorCode.TOO_MANY_PLACES, limit)
        subscription = Subscription(location, self)
        await subscription.start(resume)
        self.places[location.slug] = subscription

    async def followed(self, text: str) -> Subscription:
        """By its slug even when it was deleted meanwhile."""
        found = self.places.get(text) or self.places.get((await aparse_location(text)).slug)
        if found is None:
            raise BadMessage(ErrorCode.NOT_SUBSCRIBED, "This socket does not follow the place; subscribe first.")
        return found

    def leave(self) -> None:
        while self.places:
            self.places.popitem()[1].stop()

    @classmethod
    async def decode_json(cls, text_data: str) -> PlacesAction | Authenticate:
        return protocol.decode_for_places(text_data)
