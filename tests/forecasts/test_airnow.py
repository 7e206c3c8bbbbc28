from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stamina
import time_machine
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from forecasts.models import Location, Source
from forecasts.providers import PROVIDERS, Batch, Place, ProviderError, Terms
from forecasts.providers.contract import OVERLAP
from forecasts.providers.hours import HOUR
from forecasts.refresh import fetch_due
from tests.forecasts.provider_server import play, recorded

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LOS_ANGELES = Place(3, 34.05, -118.24)


@pytest.fixture(autouse=True)
def _at_twenty_past_twelve(settings: Settings, httpserver: HTTPServer) -> Iterator[None]:
    settings.AQI_AIRNOW_URL = httpserver.url_for("")
    settings.AQI_AIRNOW_API_KEY = "open-sesame"
    with time_machine.travel(NOON + timedelta(minutes=20)), stamina.set_testing(True, attempts=9, cap=True):
        yield


async def fetch(*places: Place, since: datetime | None = None) -> Batch:
    return await PROVIDERS["airnow"].fetch(places, since)


def values(batch: Batch) -> set[tuple[str, int, float, str]]:
    return {(reading.parameter, reading.observed_at.hour, reading.value, reading.unit) for reading in batch.readings}


async def test_raw_concentrations_of_the_nearest_site_are_taken_and_never_a_nowcast(httpserver: HTTPServer) -> None:
    play(httpserver, "/aq/data/", recorded("airnow/data"))
    assert values(await fetch(LOS_ANGELES)) == {
        ("pm25", 11, 7.0, "µg/m³"),
        ("pm25", 12, 0.0, "µg/m³"),
        ("o3", 11, 29.0, "ppb"),  # -999 at noon is a missing value, and the other site's does not stand in
        ("no2", 12, 11.0, "ppb"),  # which only the other site has
    }


async def test_a_named_site_is_the_only_one(httpserver: HTTPServer) -> None:
    play(httpserver, "/aq/data/", recorded("airnow/data"))
    batch = await fetch(Place(3, 34.05, -118.24, "840060371201"))
    assert values(batch) == {("pm25", 12, 2.0, "µg/m³"), ("o3", 12, 34.0, "ppb"), ("no2", 12, 11.0, "ppb")}
    assert batch.terms == {
        3: Terms(
            "Hill via AirNow",
            "Example Air District, U.S. EPA AirNow",
            "AirNow data use guidelines; preliminary, not verified",
            "https://www.airnow.gov/",
        )
    }


async def test_concentrations_around_the_place_are_asked_for(httpserver: HTTPServer) -> None:
    play(httpserver, "/aq/data/", recorded("airnow/data"))
    await fetch(LOS_ANGELES, since=NOON - timedelta(hours=2) - OVERLAP)
    assert dict(httpserver.log[0][0].args) == {
        "startDate": "2026-03-04T00",
        "endDate": "2026-03-04T12",
        "parameters": "OZONE,PM25,PM10,CO,NO2,SO2",
        "BBOX": "-118.5116,33.8250,-117.9684,34.2750",
        "dataType": "C",
        "format": "application/json",
        "verbose": "1",
        "monitorType": "0",
        "includerawconcentrations": "1",
        "API_KEY": "open-sesame",
    }


async def test_nobody_is_asked_while_the_newest_hour_is_known(httpserver: HTTPServer) -> None:
    assert await fetch(LOS_ANGELES, since=NOON - OVERLAP) == Batch()
    assert httpserver.log == []


async def test_a_round_asks_for_those_only_that_lack_the_newest_hour(
    transactional_db: None, httpserver: HTTPServer
) -> None:
    play(httpserver, "/aq/data/", recorded("airnow/data"))
    knows, lacks = [await airnow_place(slug, hour) for slug, hour in (("knows", NOON), ("lacks", NOON - HOUR))]
    batches = await fetch_due([knows.location, lacks.location])
    assert len(httpserver.log) == 1
    assert not batches[knows.pk].readings
    assert batches[lacks.pk].readings


async def airnow_place(slug: str, heard_until: datetime) -> Source:
    location = await Location.objects.acreate(slug=slug, name=slug, latitude=34.05, longitude=-118.24)
    return await Source.objects.acreate(location=location, provider="airnow", heard_until=heard_until)


@pytest.mark.parametrize("name", ["index_only_by_site", "index_only_by_coordinates"])
async def test_an_index_never_enters_as_a_concentration(httpserver: HTTPServer, name: str) -> None:
    play(httpserver, "/aq/data/", recorded(f"airnow/{name}"))
    with pytest.raises(ProviderError, match=r"an index without a concentration.*refused"):
        await fetch(LOS_ANGELES)


async def test_a_mixture_with_indices_is_refused_as_a_whole(httpserver: HTTPServer) -> None:
    play(httpserver, "/aq/data/", recorded("airnow/data") + recorded("airnow/index_only_by_site"))
    with pytest.raises(ProviderError, match="refused"):
        await fetch(LOS_ANGELES)


def changed(**fields: Any) -> Any:
    return [{**recorded("airnow/data")[0], **fields}]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, recorded("airnow/error_401"), r"answered 401.*Invalid API key"),
        (200, recorded("airnow/error_401"), r"is not understood.*Invalid API key"),
        (500, {"WebServiceError": "open-sesame failed"}, r"answered 500.*\*\*\* failed"),
        (429, [], "answered 429"),
        (200, [], "no concentrations near this place"),
        (200, changed(Parameter="BC"), "no concentrations near this place"),
        (200, changed(RawConcentration=None), "no concentrations near this place"),
        (200, changed(UTC="2026-03-01T10:00"), "no concentrations near this place"),
        (200, changed(UTC="today"), "time or unit that is not known"),
        (200, changed(UTC="9999-12-31T23:00"), "time or unit that is not known"),
        (200, changed(Unit="AQI"), "time or unit that is not known"),
        (200, changed(RawConcentration="7"), "is not understood"),
        (200, [{k: v for k, v in recorded("airnow/data")[0].items() if k != "RawConcentration"}], "no raw"),
    ],
)
async def test_an_answer_that_is_none_is_the_one_error_without_the_key(
    httpserver: HTTPServer, status: int, body: Any, reason: str
) -> None:
    play(httpserver, "/aq/data/", body, status)
    with pytest.raises(ProviderError, match=reason) as caught:
        await fetch(LOS_ANGELES)
    assert "open-sesame" not in str(caught.value)


async def test_a_site_without_a_name_is_still_attributed(httpserver: HTTPServer) -> None:
    play(httpserver, "/aq/data/", changed(SiteName="", AgencyName=""))
    terms = (await fetch(LOS_ANGELES)).terms[3]
    assert (terms.name, terms.attribution) == ("AirNow", "U.S. EPA AirNow")


async def test_without_a_key_nobody_is_asked(httpserver: HTTPServer, settings: Settings) -> None:
    settings.AQI_AIRNOW_API_KEY = ""
    with pytest.raises(ProviderError, match="set AQI_AIRNOW_API_KEY"):
        await fetch(LOS_ANGELES)
    assert httpserver.log == []


async def test_a_malformed_address_is_named(settings: Settings) -> None:
    settings.AQI_AIRNOW_URL = "http://host:port"
    with pytest.raises(ProviderError, match="AQI_AIRNOW_URL"):
        await fetch(LOS_ANGELES)
