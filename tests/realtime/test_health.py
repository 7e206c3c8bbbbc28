import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connections
from django.test import AsyncClient, Client
from django.utils.timezone import now

from forecasts.models import Heartbeat
from tests.services import redis_server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def beat(db: None) -> Heartbeat:
    return Heartbeat.objects.create(name="host:1", interval_seconds=300, seen_at=now())


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Somebody who takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def pub_sub(port: int) -> dict[str, Any]:
    hosts = [f"redis://:a-secret@127.0.0.1:{port}/0"]
    return {"default": {"BACKEND": "realtime.redis_layer.RedisLayer", "CONFIG": {"hosts": hosts}}}


def checks(client: Client, status: int) -> dict[str, str]:
    answer = client.get("/readyz")
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, "ok" if status == 200 else "failing")
    assert "no-store" in answer["Cache-Control"]
    assert "secret" not in answer.content.decode()
    found: dict[str, str] = body["checks"]
    return found


def test_a_process_that_answers_is_alive(client: Client) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_can_only_be_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_a_server_with_all_it_needs_is_ready(client: Client, beat: Heartbeat) -> None:
    assert checks(client, 200) == {"database": "ok", "cache": "ok", "channel_layer": "ok", "beat": "ok"}


async def test_it_is_ready_on_an_asynchronous_server_too(async_client: AsyncClient, transactional_db: None) -> None:
    await Heartbeat.objects.acreate(name="host:1", interval_seconds=300, seen_at=now())
    answer = await async_client.get("/readyz")
    assert answer.json()["status"] == "ok"
    await sync_to_async(connections.close_all)()  # of the thread that served


def test_without_a_beat_nothing_would_be_new(client: Client, db: None) -> None:
    assert checks(client, 503)["beat"] == "no beat is running"


def test_a_beat_that_was_not_seen_for_long_is_late(client: Client, beat: Heartbeat) -> None:
    Heartbeat.objects.update(seen_at=now() - timedelta(seconds=29))
    assert checks(client, 200)["beat"] == "ok"
    Heartbeat.objects.update(seen_at=now() - timedelta(seconds=95))
    assert checks(client, 503)["beat"] == "late: last seen 95 s ago"


def test_one_beat_of_several_is_enough(client: Client, beat: Heartbeat) -> None:
    Heartbeat.objects.create(name="host:2", interval_seconds=300, seen_at=now() - timedelta(hours=1))
    assert checks(client, 200)["beat"] == "ok"


def test_a_cache_that_forgets_is_not_one(client: Client, beat: Heartbeat, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert checks(client, 503)["cache"] == "what was stored is not there"


def test_a_cache_that_is_away_fails(client: Client, beat: Heartbeat, settings: Any) -> None:
    location = "redis://:a-secret@127.0.0.1:1/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}}
    found = checks(client, 503)
    assert found["cache"] == "no answer (ConnectionError)"
    assert found["database"] == "ok"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def test_a_channel_layer_that_is_away_fails(client: Client, beat: Heartbeat, settings: Any) -> None:
    settings.CHANNEL_LAYERS = pub_sub(port=1)
    assert checks(client, 503)["channel_layer"] == "no answer (TimeoutError)"


def test_a_channel_layer_that_says_nothing_fails_in_time(
    client: Client, beat: Heartbeat, settings: Any, silent_port: int
) -> None:
    settings.CHANNEL_LAYERS = pub_sub(silent_port)
    started_at = now()
    assert checks(client, 503)["channel_layer"] == "no answer (TimeoutError)"
    assert now() - started_at < timedelta(seconds=4)


def test_a_database_that_is_away_fails(tmp_path: Path) -> None:
    script = (
        "import django; django.setup(); from django.test import Client;"
        "answer = Client().get('/readyz'); print(answer.status_code, answer.json()['checks'])"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "aqiproject.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/db.sqlite3",
        "ALLOWED_HOSTS": "testserver",
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.startswith("503"), done.stderr
    assert "'database': 'no answer (OperationalError)'" in done.stdout
    assert "'cache': 'ok'" in done.stdout


async def test_asking_leaves_no_subscription_behind(
    async_client: AsyncClient, transactional_db: None, settings: Any
) -> None:
    with redis_server() as url, redis.Redis.from_url(url) as client:
        settings.CHANNEL_LAYERS = {
            "default": {"BACKEND": "realtime.redis_layer.RedisLayer", "CONFIG": {"hosts": [url]}}
        }
        answer = await async_client.get("/readyz")
        assert answer.json()["checks"]["channel_layer"] == "ok"
        assert client.pubsub_channels("*readyz*") == []
        await get_channel_layer().flush()  # type: ignore[union-attr]
    await sync_to_async(connections.close_all)()
