"""CAMS, the air-quality model of Copernicus, as Open-Meteo serves it: hourly, for any point of the world.

Parameters and answers: https://open-meteo.com/en/docs/air-quality-api
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import httpx

from forecasts.providers.contract import About, Batch, Place, ProviderError
from forecasts.providers.download import download, open_client
from forecasts.providers.hours import HOUR, first_hour, on_the_hour
from forecasts.providers.open_meteo_answer import PARAMETERS, Window, parse, split
from forecasts.providers.open_meteo_request import request_of
from forecasts.providers.outcomes import Outcomes, deadline_of_a_round, merge, within

FORECAST_HOURS = 120
PLACES_PER_REQUEST = 100
PLACE_HOURS_PER_REQUEST = 100_000  # some 5 MB of JSON


class OpenMeteo:
    about = About(
        id="open_meteo",
        name="CAMS via Open-Meteo",
        attribution="Weather data by Open-Meteo.com, from forecasts of the Copernicus Atmosphere Monitoring Service",
        licence="CC BY 4.0",
        url="https://open-meteo.com/",
        model="cams",
        is_modelled=True,
    )

    async def fetch(self, places: Sequence[Place], since: datetime | None) -> Batch:
        """Model values in µg/m³: up to now as readings, of the next 120 hours as model hours.

        Takes at most one and a half times the time-out, and keeps what has arrived by then.
        Raises ProviderError if no place got anything; otherwise the unlucky ones are in `failures`.
        """
        window = _window(since)
        deadline = deadline_of_a_round()
        outcomes: Outcomes = {}
        async with open_client(self.about.id) as client:
            for chunk in _chunks(places, window):
                outcomes |= await _ask(client, deadline, chunk, window)
        return merge(outcomes)


def _window(since: datetime | None) -> Window:
    now = datetime.now(UTC)
    return Window(first_hour(since, now), now, on_the_hour(now) + FORECAST_HOURS * HOUR)


def _chunks(places: Sequence[Place], window: Window) -> list[Sequence[Place]]:
    size = min(PLACES_PER_REQUEST, PLACE_HOURS_PER_REQUEST // window.hours)
    return [places[start : start + size] for start in range(0, len(places), size)]


async def _ask(client: httpx.AsyncClient, deadline: float, places: Sequence[Place], window: Window) -> Outcomes:
    try:
        request = _request(client, places, window)
        answers = split(await within(deadline, "Open-Meteo", download(client, request)), len(places))
    except ProviderError as error:
        return {place.id: error for place in places}
    return {
        place.id: _outcome(window, place.id, position, answer)
        for position, (place, answer) in enumerate(zip(places, answers, strict=True))
    }


def _request(client: httpx.AsyncClient, places: Sequence[Place], window: Window) -> httpx.Request:
    hours: dict[str, str | int] = {
        "hourly": ",".join(PARAMETERS),
        "past_hours": window.past_hours,
        "forecast_hours": FORECAST_HOURS + 1,  # the current hour is counted among them
    }
    return request_of(client, "AQI_OPEN_METEO_URL", places, hours)


def _outcome(window: Window, place_id: int, position: int, answer: bytes) -> Batch | ProviderError:
    try:
        return parse(window, place_id, position, answer)
    except ProviderError as error:
        return error
