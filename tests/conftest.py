from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from forecasts import gazetteer, snapshots, variants
from realtime.access import buckets

# How long an example takes says more of the machine than of the code.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a process remembers of the database must not outlive the test that wrote it."""
    yield
    gazetteer.forget()
    snapshots.forget()
    variants.forget()
    cache.clear()
    forget_limits()


def forget_limits() -> None:
    buckets.forget()
    if settings.REDIS_URL:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            for pattern in ("aqi:bucket:*", "aqi:connections:*", "aqi:processes"):
                for key in client.scan_iter(pattern):
                    client.delete(key)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database that a thread left over from a test still holds open."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
