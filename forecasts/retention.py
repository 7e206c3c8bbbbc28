"""What is kept for how long: snapshots thin out, forecasts, their scores and weather go, observations stay."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet
from django.db.models.functions import TruncHour
from django.utils.timezone import now

from .models import Forecast, Location, Score, Snapshot, Weather
from .models.snapshot import IS_NEWEST
from .scoreboard import DAYS as SCORED_DAYS

BATCH = 1000  # so that the server's own writes get their turn in between


@dataclass(frozen=True)
class Pruned:
    """How many rows were deleted."""

    snapshots: int
    forecasts: int
    scores: int = 0
    weather: int = 0


def prune(clock: datetime | None = None) -> Pruned:
    clock = clock or now()
    return Pruned(
        snapshots=delete(surplus_snapshots(clock - timedelta(days=settings.AQI_SNAPSHOT_DAYS))),
        forecasts=delete(old_forecasts(clock - timedelta(days=settings.AQI_FORECAST_DAYS))),
        scores=delete(old_scores(clock - timedelta(days=max(settings.AQI_FORECAST_DAYS, SCORED_DAYS)))),
        weather=delete(old_weather(clock - timedelta(days=settings.AQI_WEATHER_DAYS))),
    )


def surplus_snapshots(before: datetime) -> QuerySet[Snapshot]:
    """All but the last of each hour and location; what readers see now stays, however old."""
    old = Snapshot.objects.filter(published_at__lt=before)
    last_of_hour = old.values("location", hour=TruncHour("published_at")).annotate(last=Max("pk")).values("last")
    return old.exclude(pk__in=last_of_hour).exclude(IS_NEWEST)


def old_forecasts(before: datetime) -> QuerySet[Forecast]:
    # By way of the locations, because the index that serves this begins with them.
    return Forecast.objects.filter(location__in=Location.objects.all(), issued_at__lt=before)


def old_scores(before: datetime) -> QuerySet[Score]:
    return Score.objects.filter(day__lt=before.date())


def old_weather(before: datetime) -> QuerySet[Weather]:
    return Weather.objects.filter(day__lt=before.date())


def delete(rows: QuerySet[Any]) -> int:
    ids = iter(list(rows.values_list("pk", flat=True)))
    deleted = 0
    while batch := list(islice(ids, BATCH)):
        deleted += rows.model._default_manager.filter(pk__in=batch).delete()[0]
    return deleted
