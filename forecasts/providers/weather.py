"""The weather that Open-Meteo forecasts, and that of the last days as analysed: hourly, for any point of the world.

Parameters and answers: https://open-meteo.com/en/docs
"""

from collections.abc import Sequence

import httpx

from forecasts.providers.contract import Place, ProviderError, Terms
from forecasts.providers.download import download, open_client
from forecasts.providers.open_meteo_answer import split
from forecasts.providers.open_meteo_request import request_of
from forecasts.providers.outcomes import deadline_of_a_round, within
from forecasts.providers.weather_answer import VARIABLES, WeatherBatch, WeatherDay, parse_weather

PROVIDER = "open_meteo"  # whose quota is used
PLACES_PER_REQUEST = 100
PAST_DAYS = 7
FORECAST_DAYS = 6  # today, and five more that reach 120 hours on from any hour of it
TERMS = Terms(
    name="Weather via Open-Meteo",
    attribution="Weather data by Open-Meteo.com",
    licence="CC BY 4.0",
    url="https://open-meteo.com/",
)


async def fetch_weather(places: Sequence[Place]) -> WeatherBatch:
    """Whole days of UTC of every place: the last seven, today, and the next five.

    Takes at most one and a half times the time-out, and keeps what has arrived by then.
    Raises ProviderError if no place got anything; otherwise the unlucky ones are in `failures`.
    """
    deadline = deadline_of_a_round()
    batch, errors = WeatherBatch(), []
    async with open_client(PROVIDER) as client:
        for start in range(0, len(places), PLACES_PER_REQUEST):
            for place, outcome in await _ask(client, deadline, places[start : start + PLACES_PER_REQUEST]):
                if isinstance(outcome, ProviderError):
                    batch.failures[place.id] = str(outcome)
                    errors.append(outcome)
                else:
                    batch.days.extend(outcome)
    if errors and len(errors) == len(places):
        raise errors[0]
    return batch


async def _ask(
    client: httpx.AsyncClient, deadline: float, places: Sequence[Place]
) -> list[tuple[Place, list[WeatherDay] | ProviderError]]:
    try:
        request = _request(client, places)
        answers = split(await within(deadline, "Open-Meteo", download(client, request)), len(places))
    except ProviderError as error:
        return [(place, error) for place in places]
    pairs = zip(places, answers, strict=True)
    return [(place, _outcome(place.id, position, answer)) for position, (place, answer) in enumerate(pairs)]


def _request(client: httpx.AsyncClient, places: Sequence[Place]) -> httpx.Request:
    hours: dict[str, str | int] = {
        "hourly": ",".join(VARIABLES),
        "past_days": PAST_DAYS,
        "forecast_days": FORECAST_DAYS,
        "wind_speed_unit": "ms",
    }
    return request_of(client, "AQI_OPEN_METEO_WEATHER_URL", places, hours)


def _outcome(place_id: int, position: int, answer: bytes) -> list[WeatherDay] | ProviderError:
    try:
        return parse_weather(place_id, position, answer)
    except ProviderError as error:
        return error
