"""What the database knows of providers, ages and beats, as metrics; a few aggregated queries."""

import logging
from datetime import datetime

from django.db import Error as DatabaseFailure
from django.db.models import Count, JSONField, Max, Min, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from prometheus_client.metrics_core import GaugeMetricFamily

from forecasts.models import Heartbeat, Snapshot
from forecasts.models.heartbeat import ALIVE_FOR
from forecasts.operations import lag, provider_health
from forecasts.quota import quota_use

logger = logging.getLogger(__name__)


def read() -> list[GaugeMetricFamily]:
    clock = now()
    try:
        figures = [*of_providers(), *of_quotas(), *of_snapshots(clock), *of_beats(clock), of_appointments(clock)]
    except DatabaseFailure as error:
        logger.warning("No figures of the database: %s", type(error).__name__)
        return [gauge("aqi_database_up", "Whether the database answered", 0)]
    return [gauge("aqi_database_up", "Whether the database answered", 1), *figures]


def of_providers() -> list[GaugeMetricFamily]:
    outcomes = GaugeMetricFamily(
        "aqi_provider_sources", "Enabled sources by the outcome of their last round", labels=["provider", "outcome"]
    )
    succeeded = GaugeMetricFamily(
        "aqi_provider_last_success_timestamp_seconds", "When a source last delivered", labels=["provider"]
    )
    for health in provider_health():
        for outcome in ("ok", "failed", "never"):
            outcomes.add_metric([health.provider, outcome], getattr(health, outcome))
        if health.last_success_at is not None:
            succeeded.add_metric([health.provider], health.last_success_at.timestamp())
    return [outcomes, succeeded]


def of_quotas() -> list[GaugeMetricFamily]:
    labels = ["provider", "window_seconds"]
    used = GaugeMetricFamily("aqi_provider_quota_used", "Calls in the present window, by all processes", labels=labels)
    allowed = GaugeMetricFamily("aqi_provider_quota_allowed", "Calls that each window has", labels=labels)
    for use in quota_use():
        used.add_metric([use.provider, str(use.window_seconds)], use.used)
        allowed.add_metric([use.provider, str(use.window_seconds)], use.allowed)
    return [used, allowed]


def of_snapshots(clock: datetime) -> list[GaugeMetricFamily]:
    count = GaugeMetricFamily("aqi_locations", "Active locations by status", labels=["status"])
    oldest = GaugeMetricFamily("aqi_data_age_oldest_seconds", "Age of the oldest observation shown", labels=["status"])
    newest = GaugeMetricFamily("aqi_data_age_newest_seconds", "Age of the newest observation shown", labels=["status"])
    # Times in a snapshot are all of one form, so their order as text is that in time.
    observed_at = KeyTextTransform("observed_at", Cast("text", JSONField()))
    rows = (
        Snapshot.objects.newest()
        .filter(location__is_active=True)
        .order_by("status")
        .values("status")
        .annotate(locations=Count("pk"), oldest=Min(observed_at), newest=Max(observed_at))
    )
    for row in rows:
        count.add_metric([row["status"]], row["locations"])
        for family, text in ((oldest, row["oldest"]), (newest, row["newest"])):
            if text is not None and (at := parse_datetime(text)) is not None:
                family.add_metric([row["status"]], (clock - at).total_seconds())
    return [count, oldest, newest]


def of_beats(clock: datetime) -> list[GaugeMetricFamily]:
    beats = Heartbeat.objects.aggregate(alive=Count("pk", Q(seen_at__gt=clock - ALIVE_FOR)), last=Max("seen_at"))
    families = [gauge("aqi_beats", "Beats seen within the last 30 seconds", beats["alive"])]
    if beats["last"] is not None:
        silence = (clock - beats["last"]).total_seconds()
        families.append(gauge("aqi_beat_silence_seconds", "Since any beat last showed that it lives", silence))
    return families


def of_appointments(clock: datetime) -> GaugeMetricFamily:
    return gauge("aqi_beat_lag_seconds", "How late the most overdue location is", lag(clock).total_seconds())


def gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)
