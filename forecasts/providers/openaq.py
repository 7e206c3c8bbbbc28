"""Measurements of stations all over the world, as OpenAQ v3 collects them: hourly means.

Addresses and answers: https://docs.openaq.org/
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
from django.conf import settings

from forecasts.providers.contract import About, Batch, Place, ProviderError, Reading
from forecasts.providers.download import download, open_client
from forecasts.providers.hours import HOUR, first_hour
from forecasts.providers.openaq_answer import (
    Found,
    Hour,
    Latest,
    Sensor,
    Station,
    choose,
    decode,
    newest_sensors,
    readings,
    terms,
)
from forecasts.providers.outcomes import Outcomes, deadline_of_a_round, merge, within

RADIUS_METRES = 25_000  # the widest that OpenAQ allows
ROWS = 1000
LATE = 6 * HOUR  # one pollutant of a station often comes hours after another
FORGET_STATION_AFTER = timedelta(days=1)

Question = dict[str, str | int]


class OpenAQ:
    about = About(
        id="openaq",
        name="OpenAQ",
        attribution="OpenAQ and the owners of its stations",
        licence="that of the owner of the station",
        url="https://openaq.org/",
    )

    def __init__(self) -> None:
        self._stations: dict[str, tuple[datetime, Station]] = {}
        self._heard: dict[tuple[int, int], datetime] = {}

    async def fetch(self, places: Sequence[Place], since: datetime | None) -> Batch:
        """Hourly means in the unit of each station, by the end of the hour; 6 hours before `since` once more.

        One call for a place, and one more for each sensor that has something new. `place.station` is OpenAQ's
        location id; if empty, the nearest one within 25 km that reports. Raises ProviderError if no place got anything.
        """
        deadline = deadline_of_a_round()
        outcomes: Outcomes = {}
        async with open_client(self.about.id) as client:
            # In a new order each time, so that a quota that ends early does not always leave out the same.
            for place in random.sample(places, len(places)):
                try:
                    outcomes[place.id] = await within(deadline, self.about.name, self._ask(client, place, since))
                except ProviderError as error:
                    outcomes[place.id] = error
        return merge(outcomes)

    async def _ask(self, client: httpx.AsyncClient, place: Place, since: datetime | None) -> Batch:
        now = datetime.now(UTC)
        start = first_hour(since, now) - LATE
        station = await self._station(client, place, now)
        latest = await get(client, f"locations/{station.id}/latest", Latest, {"limit": ROWS})
        batch = Batch(terms={place.id: terms(station, f"{now:%Y-%m-%d}")})
        heard = {}
        for sensor, at in newest_sensors(station, latest, start):
            if since is None or self._heard.get((place.id, sensor.id)) != at:
                batch.readings.extend(await hours(client, place, sensor, start))
                heard[place.id, sensor.id] = at
        self._heard |= heard
        return batch

    async def _station(self, client: httpx.AsyncClient, place: Place, now: datetime) -> Station:
        """What is known of the station, asked once a day; kept in the memory of this process."""
        key = place.station or f"{place.latitude:.4f},{place.longitude:.4f}"
        asked_at, station = self._stations.get(key, (now, None))
        if station is None or now - asked_at > FORGET_STATION_AFTER:
            station = await (named(client, place.station) if place.station else nearest(client, key, now))
            self._stations[key] = now, station
        return station


async def named(client: httpx.AsyncClient, station_id: str) -> Station:
    found = await get(client, f"locations/{quote(station_id, safe='')}", Station, {})
    if len(found) != 1:
        raise ProviderError(f"OpenAQ knows {len(found)} stations of the id {station_id!r}.")
    return found[0]


async def nearest(client: httpx.AsyncClient, coordinates: str, now: datetime) -> Station:
    question: Question = {"coordinates": coordinates, "radius": RADIUS_METRES, "limit": ROWS}
    return choose(await get(client, "locations", Station, question), now - timedelta(days=1))


async def hours(client: httpx.AsyncClient, place: Place, sensor: Sensor, start: datetime) -> list[Reading]:
    found: list[Hour] = []
    question: Question = {"datetime_from": f"{start - HOUR:%Y-%m-%dT%H:%M:%SZ}", "limit": ROWS, "page": 1}
    while (
        len(page := await get(client, f"sensors/{sensor.id}/hours", Hour, question)) == ROWS and len(found) < 3 * ROWS
    ):
        found += page
        question["page"] = int(question["page"]) + 1
    return readings(place.id, sensor, found + page, start)


async def get(client: httpx.AsyncClient, path: str, kind: type[Found], question: Question) -> list[Found]:
    if not settings.AQI_OPENAQ_API_KEY:
        raise ProviderError("OpenAQ wants a key: set AQI_OPENAQ_API_KEY.")
    try:
        request = client.build_request(
            "GET",
            f"{settings.AQI_OPENAQ_URL}/{path}",
            params=question,
            headers={"X-API-Key": settings.AQI_OPENAQ_API_KEY},
        )
    except (httpx.InvalidURL, ValueError) as error:  # a header takes no letter but ASCII
        raise ProviderError("AQI_OPENAQ_URL is not an address, or AQI_OPENAQ_API_KEY is not a key.") from error
    return decode(await download(client, request), kind)
