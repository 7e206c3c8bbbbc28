from typing import Any

import pytest

from forecasts.gazetteer import LocationError, parse_location
from forecasts.models import Location


def add(slug: str, **columns: Any) -> Location:
    place = {"name": slug.title(), "country": "IN", "latitude": 28.6519, "longitude": 77.2315}
    return Location.objects.create(slug=slug, **{**place, **columns})


def at(slug: str, latitude: float, longitude: float) -> Location:
    return add(slug, latitude=latitude, longitude=longitude)


def refused(text: str) -> LocationError:
    with pytest.raises(LocationError) as caught:
        parse_location(text)
    return caught.value
