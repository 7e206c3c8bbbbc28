"""What all services of Open-Meteo are asked in the same way."""

from collections.abc import Mapping, Sequence

import httpx
from django.conf import settings

from forecasts.providers.contract import Place, ProviderError


def request_of(
    client: httpx.AsyncClient, setting: str, places: Sequence[Place], more: Mapping[str, str | int]
) -> httpx.Request:
    """Hours of these places from the address in that setting; raises ProviderError where it is none."""
    params: dict[str, str | int] = {
        "latitude": ",".join(f"{place.latitude:.4f}" for place in places),
        "longitude": ",".join(f"{place.longitude:.4f}" for place in places),
        **more,
        "timeformat": "unixtime",
        "timezone": "GMT",
    }
    if settings.AQI_OPEN_METEO_API_KEY:
        params["apikey"] = settings.AQI_OPEN_METEO_API_KEY
    try:
        # Each place counts as a call of its own against the limits of Open-Meteo.
        extensions = {"calls": len(places)}
        return client.build_request("GET", getattr(settings, setting), params=params, extensions=extensions)
    except httpx.InvalidURL as error:
        raise ProviderError(f"{setting} is not an address: {error}") from error
