"""The weather that is kept, as forecasts and their training want it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

import numpy as np
from django.conf import settings

from .aqi.series import hour_number
from .models import Weather
from .prediction.horizon import LEADS, Array
from .prediction.series import WEATHER
from .prediction.weather import SPAN
from .providers.hours import HOUR, on_the_hour

DAY, HOURS = timedelta(days=1), 24


def is_used() -> bool:
    return bool(settings.AQI_WEATHER != "none")


def weather_of(location_ids: Collection[int], clock: datetime) -> dict[int, Array]:
    """Of each location that has any: hours × WEATHER, up to 120 hours after the full hour before `clock`; one query."""
    if not is_used():
        return {}
    last = on_the_hour(clock) + len(LEADS) * HOUR
    first = last - (SPAN - 1) * HOUR
    days = (last.date() - first.date()) // DAY + 1
    found: dict[int, Array] = {}
    for row in Weather.objects.filter(location__in=location_ids, day__gte=first.date(), day__lte=last.date()):
        if row.location_id not in found:
            found[row.location_id] = np.full((days * HOURS, len(WEATHER)), np.nan)
        start = (row.day - first.date()) // DAY * HOURS
        found[row.location_id][start : start + HOURS] = columns_of(row)
    return {pk: hours[first.hour : first.hour + SPAN] for pk, hours in found.items()}


def columns_of(row: Weather) -> Array:
    """24 × WEATHER."""
    return np.array([row.hours.get(name, [None] * HOURS) for name in WEATHER], dtype=float).T


def long_weather(location_ids: Collection[int]) -> dict[int, tuple[Array, Array]]:
    """All that is kept of each location: hours since 1970, and hours × WEATHER."""
    days: dict[int, list[Weather]] = defaultdict(list)
    for row in Weather.objects.filter(location__in=location_ids).order_by("day"):
        days[row.location_id].append(row)
    return {
        pk: (np.concatenate([hours_of(row) for row in rows]), np.concatenate([columns_of(row) for row in rows]))
        for pk, rows in days.items()
    }


def hours_of(row: Weather) -> Array:
    return hour_number(datetime.combine(row.day, time(), UTC)) + np.arange(HOURS)
