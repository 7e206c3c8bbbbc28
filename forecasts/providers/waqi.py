"""What the World Air Quality Index project shows for a place right now: index values, to be passed on and not kept.

Its terms forbid to cache or archive what it sends, so it is no provider of readings: nothing here is a `Provider`.
Questions and answers: https://aqicn.org/json-api/doc/
"""

import math
from dataclasses import dataclass, field

import httpx
import msgspec
from django.conf import settings

from forecasts.aqi import PARAMETERS
from forecasts.providers.contract import ProviderError
from forecasts.providers.download import download, excerpt, open_client
from forecasts.providers.outcomes import deadline_of_a_round, within

NAME = "World Air Quality Index Project"
URL = "https://waqi.info/"
NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

Number = int | float | str | None


class Attribution(msgspec.Struct):
    name: str = ""
    url: str = ""


class City(msgspec.Struct):
    name: str = ""
    url: str = ""


class Value(msgspec.Struct):
    v: Number = None


class Time(msgspec.Struct):
    iso: str | None = None


class Answer(msgspec.Struct):
    status: str
    data: msgspec.Raw


class Feed(msgspec.Struct):
    """`dominentpol` is how they spell it."""

    aqi: Number
    attributions: list[Attribution] = []
    city: City = msgspec.field(default_factory=City)
    dominentpol: str | None = None
    iaqi: dict[str, Value] = {}
    time: Time = msgspec.field(default_factory=Time)


@dataclass(frozen=True)
class Shown:
    """Every number is an index and none a concentration; `aqi` is None where they show "-" or anything but a number."""

    station: str
    observed_at: str | None
    aqi: float | None
    dominant_pollutant: str | None
    indices: dict[str, float | None]
    attributions: list[dict[str, str]] = field(default_factory=list)


async def look(latitude: float, longitude: float) -> Shown:
    """What WAQI shows for the station nearest to a point; raises ProviderError."""
    async with open_client("waqi") as client:
        try:
            request = client.build_request(
                "GET",
                f"{settings.AQI_WAQI_URL}/feed/geo:{latitude:.4f};{longitude:.4f}/",
                params={"token": settings.AQI_WAQI_TOKEN},
            )
        except httpx.InvalidURL as error:
            raise ProviderError(f"AQI_WAQI_URL is not an address: {error}") from error
        return parse(await within(deadline_of_a_round(), "WAQI", download(client, request)))


def parse(body: bytes) -> Shown:
    """WAQI answers 200 to everything; an error may stand inside an answer that calls itself ok."""
    try:
        answer = msgspec.json.decode(body, type=Answer)
        if answer.status != "ok" or b'"aqi"' not in bytes(answer.data):
            raise ProviderError(f"WAQI has no value: {excerpt(bytes(answer.data))}")
        feed = msgspec.json.decode(answer.data, type=Feed)
    except NOT_JSON as error:
        raise ProviderError(f"WAQI's answer is not understood ({error}): {excerpt(body)}") from error
    owners = [{"name": one.name, "url": one.url} for one in feed.attributions]
    return Shown(
        station=feed.city.name,
        observed_at=feed.time.iso,
        aqi=number(feed.aqi),
        dominant_pollutant=feed.dominentpol or None,
        indices={name: number(feed.iaqi[name].v) for name in PARAMETERS if name in feed.iaqi},
        attributions=owners if any(one["url"] == URL for one in owners) else [*owners, {"name": NAME, "url": URL}],
    )


def number(value: Number) -> float | None:
    try:
        found = float(value) if value is not None else math.nan
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and found >= 0 else None
