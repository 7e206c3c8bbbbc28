"""Hourly concentrations of monitoring sites in North America, as U.S. EPA AirNow publishes them.

Most services of AirNow, the ones of 2026 by coordinates among them, answer with index values only. Concentrations
come from the one for monitoring sites. Its description: https://docs.airnowapi.org/
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import cos, radians

import httpx
from django.conf import settings

from forecasts.providers.airnow_answer import parse
from forecasts.providers.contract import OVERLAP, About, Batch, Place, ProviderError
from forecasts.providers.download import download, open_client
from forecasts.providers.hours import HOUR, first_hour, on_the_hour
from forecasts.providers.outcomes import Outcomes, deadline_of_a_round, merge, within

REACH_DEGREES = 0.225  # 25 km from south to north
LATE = 3 * HOUR
POLLUTANTS = "OZONE,PM25,PM10,CO,NO2,SO2"


class AirNow:
    about = About(
        id="airnow",
        name="AirNow",
        attribution="U.S. EPA AirNow and the agencies that measure",
        licence="AirNow data use guidelines; preliminary, not verified",
        url="https://www.airnow.gov/",
    )

    async def fetch(self, places: Sequence[Place], since: datetime | None) -> Batch:
        """Raw hourly concentrations in the unit of each site, by the end of the hour; 3 hours before `since` once more.

        One call for a place, and none while the newest hour is known: AirNow has one an hour. `place.station` is an
        AQS code; if empty, each pollutant comes from the nearest site within some 25 km that has it. Raises
        ProviderError if no place got anything.
        """
        now = datetime.now(UTC)
        if since is not None and since + OVERLAP >= on_the_hour(now):
            return Batch()
        deadline = deadline_of_a_round()
        start = first_hour(since, now) - LATE
        outcomes: Outcomes = {}
        async with open_client(self.about.id) as client:
            for place in places:
                try:
                    body = await within(deadline, self.about.name, download(client, request(client, place, start, now)))
                    outcomes[place.id] = parse(place, start, body)
                except ProviderError as error:
                    outcomes[place.id] = error
        return merge(outcomes)


def request(client: httpx.AsyncClient, place: Place, start: datetime, now: datetime) -> httpx.Request:
    if not settings.AQI_AIRNOW_API_KEY:
        raise ProviderError("AirNow wants a key: set AQI_AIRNOW_API_KEY.")
    params: dict[str, str | int] = {
        "startDate": f"{start - HOUR:%Y-%m-%dT%H}",
        "endDate": f"{now:%Y-%m-%dT%H}",
        "parameters": POLLUTANTS,
        "BBOX": box(place),
        "dataType": "C",
        "format": "application/json",
        "verbose": 1,
        "monitorType": 0,  # fixed sites only
        "includerawconcentrations": 1,
        "API_KEY": settings.AQI_AIRNOW_API_KEY,
    }
    try:
        return client.build_request("GET", f"{settings.AQI_AIRNOW_URL}/aq/data/", params=params)
    except httpx.InvalidURL as error:
        raise ProviderError(f"AQI_AIRNOW_URL is not an address: {error}") from error


def box(place: Place) -> str:
    """West, south, east, north."""
    wide = min(REACH_DEGREES / max(cos(radians(place.latitude)), 0.01), 180.0)
    west, south = max(place.longitude - wide, -180.0), max(place.latitude - REACH_DEGREES, -90.0)
    east, north = min(place.longitude + wide, 180.0), min(place.latitude + REACH_DEGREES, 90.0)
    return f"{west:.4f},{south:.4f},{east:.4f},{north:.4f}"
