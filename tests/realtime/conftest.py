import json
from collections.abc import Callable
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from aqiproject.asgi import application
from forecasts.models import Location, Source
from tests.services import free_port

Socket = WebsocketCommunicator


@pytest.fixture
def delhi(transactional_db: None) -> Location:
    return place("delhi", "Delhi", 28.6139, 77.2090, aliases=["New Delhi"])


@pytest.fixture
def sao_paulo(transactional_db: None) -> Location:
    return place("sao-paulo", "São Paulo", -23.5475, -46.6361)


@pytest.fixture
def redis_port(settings: Any) -> int:
    """A port where the channel layer looks for Redis; nobody is there yet."""
    port = free_port()
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "realtime.redis_layer.RedisLayer", "CONFIG": {"hosts": [settings.REDIS_URL]}}
    }
    return port


def place(slug: str, name: str, latitude: float, longitude: float, **more: Any) -> Location:
    location = Location.objects.create(slug=slug, name=name, latitude=latitude, longitude=longitude, **more)
    Source.objects.create(location=location, provider="simulated")
    return location


def dial(path: str) -> Socket:
    """A client on the real application."""
    return WebsocketCommunicator(application, path)


async def join(path: str) -> tuple[Socket, dict[str, Any], dict[str, Any]]:
    """A connected client and the two messages that it was greeted with."""
    socket = dial(path)
    assert (await socket.connect())[0]
    return socket, await hear(socket), await hear(socket)


async def hear(socket: Socket) -> dict[str, Any]:
    return json.loads(await socket.receive_from(timeout=5))


async def say(socket: Socket, **message: Any) -> dict[str, Any]:
    await socket.send_to(text_data=json.dumps(message))
    return await hear(socket)


Say = Callable[..., Any]
