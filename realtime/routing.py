from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.urls import re_path

from .consumers import AQIConsumer
from .gate import Gate
from .places_consumer import AQIPlacesConsumer


class NoSuchPath(AsyncWebsocketConsumer):
    """Refuses the handshake of every other address, quietly: probes are not errors."""

    channel_layer_alias = "none"

    async def connect(self) -> None:
        await self.close()


# Any: Django's re_path is typed for views alone.
aqi: Any = Gate(AQIConsumer.as_asgi())
places: Any = Gate(AQIPlacesConsumer.as_asgi())
no_such_path: Any = NoSuchPath.as_asgi()
routes: Any = [
    re_path(r"^ws/aqi$", places),
    re_path(r"^ws/aqi/(?P<location>[^/]*)/?$", aqi),
    re_path("", no_such_path),
]
websocket = URLRouter(routes)
