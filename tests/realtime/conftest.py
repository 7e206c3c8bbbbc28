import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connection

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


@asynccontextmanager
async def database(wrapper: Callable[..., Any]) -> AsyncIterator[None]:
    """Every query of the server goes through a function that plays what can happen to it."""
    wrapped = await database_sync_to_async(lambda: connection.execute_wrapper(wrapper))()
    await database_sync_to_async(wrapped.__enter__)()
    try:
        yield
    finally:
        await database_sync_to_async(wrapped.__exit__)(None, None, None)


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*arguments: Any) -> None:
        raise error

    return fail


Say = Callable[..., Any]
