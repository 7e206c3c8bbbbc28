"""Asks for the weather of the locations, every three hours, and keeps it."""

import logging
from datetime import timedelta

from channels.db import database_sync_to_async
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from .models import Location, Weather
from .providers import Place, ProviderError
from .providers.quota import governed_by
from .providers.weather import PLACES_PER_REQUEST, fetch_weather
from .providers.weather_answer import WeatherBatch
from .quota import SharedGovernor
from .weather import is_used

logger = logging.getLogger(__name__)

RENEWED_AFTER = timedelta(hours=3)  # about as often as there is news
TRIED_AGAIN_AFTER = timedelta(minutes=15)


async def renew_weather() -> bool:
    """Of as many locations as one call may ask for; True if there may be more."""
    if not is_used():
        return False
    places = await database_sync_to_async(claim)()
    if not places:
        return False
    try:
        with governed_by(SharedGovernor()):
            batch = await fetch_weather(places)
    except ProviderError as error:
        logger.warning("There is no news of the weather, and forecasts go on without: %s", error)
        return False
    await database_sync_to_async(keep)(batch, {place.id for place in places})
    return True


def claim() -> list[Place]:
    """Those that are due; whatever becomes of us, they are asked for again soon."""
    at = now()
    due = Location.objects.filter(Q(weather_due_at=None) | Q(weather_due_at__lte=at), is_active=True)
    with transaction.atomic():
        chosen = list(
            due.exclude(Q(latitude=None) | Q(longitude=None))
            .select_for_update()
            .order_by("pk")
            .values_list("pk", "latitude", "longitude")[:PLACES_PER_REQUEST]
        )
        Location.objects.filter(pk__in=[pk for pk, *_ in chosen]).update(weather_due_at=at + TRIED_AGAIN_AFTER)
    return [Place(pk, north, east) for pk, north, east in chosen if north is not None and east is not None]


def keep(batch: WeatherBatch, asked: set[int]) -> None:
    """A day replaces the same day of an earlier run as a whole."""
    rows = [Weather(location_id=one.place_id, day=one.day, hours=one.hours) for one in batch.days]
    Weather.objects.bulk_create(rows, update_conflicts=True, unique_fields=["location", "day"], update_fields=["hours"])
    Location.objects.filter(pk__in=asked - set(batch.failures)).update(weather_due_at=now() + RENEWED_AFTER)
