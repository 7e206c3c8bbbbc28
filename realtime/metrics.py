"""/metrics for Prometheus: what this process counted, and what the database knows."""

import math
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from . import feeds, figures
from .access.credentials import InvalidCredential, credential_in, identify
from .access.models import Scope
from .counters import registry
from .figures import gauge

KEEP_SECONDS = 5.0


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    is_closed = settings.AQI_METRICS_TOKEN or not settings.AQI_ANONYMOUS
    if is_closed and not is_allowed(request.headers.get("Authorization", "")):
        return HttpResponse("A token or key is needed.\n", "text/plain", 401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(generate_latest(registry), CONTENT_TYPE_LATEST)


def is_allowed(authorization: str) -> bool:
    token = credential_in(authorization) or ""
    if settings.AQI_METRICS_TOKEN and secrets.compare_digest(token.encode(), settings.AQI_METRICS_TOKEN.encode()):
        return True
    with suppress(InvalidCredential):
        return Scope.METRICS in identify(token).scopes
    return False


class ProcessFeeds(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        open_feeds = feeds.all_open()
        yield gauge("aqi_feeds", "Locations that somebody follows in this process", len(open_feeds))
        readers = sum(len(feed.listeners) for feed in open_feeds)
        yield gauge("aqi_readers", "Who follows them; one connection may follow several", readers)


class DatabaseFigures(Collector):
    """The same from every process; kept for some seconds, so that many scrapes are few queries."""

    def __init__(self) -> None:
        self.read_at, self.families = -math.inf, list[GaugeMetricFamily]()

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # so that registering asks no database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if self.read_at + KEEP_SECONDS <= time.monotonic():
            self.read_at, self.families = time.monotonic(), figures.read()
        yield from self.families

    def forget(self) -> None:
        self.read_at = -math.inf


database_figures = DatabaseFigures()
registry.register(ProcessFeeds())
registry.register(database_figures)
