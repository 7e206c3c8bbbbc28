"""The tutorial's way with Channels: every consumer joins the group, and Channels calls each for every message."""

import os
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

from tests.benchmarks.message import frame

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
http = get_asgi_application()

from forecasts.models import Location  # noqa: E402  (models can be imported only now)
from realtime.broadcast import group_name  # noqa: E402

MESSAGE = frame(os.environ["SIZE"], 1)


class Consumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        location = await Location.objects.aget(slug=self.scope["url_route"]["kwargs"]["location"])
        await self.channel_layer.group_add(group_name(location.pk), self.channel_name)
        await self.accept()
        await self.send_json({"type": "connected"})
        await self.send_json(MESSAGE)

    async def aqi_update(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


routes: Any = [path("ws/aqi/<str:location>", Consumer.as_asgi())]
application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(routes)})
