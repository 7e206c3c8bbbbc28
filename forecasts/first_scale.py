"""In which scale a location is shown first."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from .aqi import national_scale
from .models import Location


def first_scale(location: Location, measured: Collection[str], clock: datetime) -> str:
    """The operator's choice, else what the country uses on that local day, if what is measured can make it."""
    return location.scale or national_scale(
        location.country, clock.astimezone(ZoneInfo(location.timezone)).date(), measured
    )
