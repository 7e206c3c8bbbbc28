"""Rows that the tests of the REST interface read through it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from forecasts.models import Location, Observation, Source
from forecasts.providers import Batch, Reading
from forecasts.refresh import refresh

HOUR = timedelta(hours=1)
JSON_PROBLEM = "application/problem+json"


def place(slug: str, name: str, latitude: float | None, longitude: float | None, **more: Any) -> Location:
    return Location.objects.create(slug=slug, name=name, latitude=latitude, longitude=longitude, **more)


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def hear(location: Location, pm25: float = 42.0, hours: int = 72, provider: str = "open_meteo") -> Source:
    """One round in which a provider said the same of each of the last hours."""
    source = Source.objects.create(location=location, provider=provider)
    times = [this_hour() - lead * HOUR for lead in range(hours)]
    refresh(location, {source.pk: Batch([Reading(source.pk, "pm25", at, pm25, "µg/m³") for at in times])})
    return source


def observe(source: Source, times: Iterable[datetime], value: float, parameter: str = "pm25") -> None:
    Observation.objects.bulk_create(
        Observation(
            source=source,
            parameter=parameter,
            observed_at=at,
            value_ug_m3=value,
            original_value=value / 2,
            original_unit="ppb",
        )
        for at in times
    )
