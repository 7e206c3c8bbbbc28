import logging
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stamina
import time_machine
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from forecasts.providers import Batch, Place, ProviderError, Reading, Terms
from forecasts.providers.openaq import OpenAQ
from tests.forecasts.provider_server import asked, play, recorded

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LAKE_STREET = Place(7, 47.3769, 8.5417, "4711")
SOMEWHERE = Place(8, 47.3769, 8.5417)
LATEST, PM25, O3 = "/v3/locations/4711/latest", "/v3/sensors/901/hours", "/v3/sensors/903/hours"


@pytest.fixture(autouse=True)
def _at_twenty_past_twelve(settings: Settings, httpserver: HTTPServer) -> Iterator[None]:
    settings.AQI_OPENAQ_URL = httpserver.url_for("/v3")
    settings.AQI_OPENAQ_API_KEY = "open-sesame"
    with time_machine.travel(NOON + timedelta(minutes=20)), stamina.set_testing(True, attempts=9, cap=True):
        yield


@pytest.fixture
def openaq() -> OpenAQ:
    return OpenAQ()


def station(server: HTTPServer, **more: Any) -> None:
    """Everything about the station, or something else instead of a part of it."""
    parts = {
        "/v3/locations/4711": "openaq/location",
        "/v3/locations": "openaq/locations_nearby",
        LATEST: "openaq/latest",
        PM25: "openaq/hours_pm25",
        O3: "openaq/hours_o3",
    }
    for path, name in parts.items():
        play(server, path, more.get(path.rpartition("/")[2] if path != PM25 else "pm25", recorded(name)))


def values(batch: Batch) -> list[tuple[str, int, float, str]]:
    return [(reading.parameter, reading.observed_at.hour, reading.value, reading.unit) for reading in batch.readings]


async def test_hours_are_named_by_their_end_and_missing_ones_are_left_out(
    httpserver: HTTPServer, openaq: OpenAQ
) -> None:
    station(httpserver)
    batch = await openaq.fetch([LAKE_STREET], None)
    assert values(batch) == [
        ("pm25", 9, 0.0, "µg/m³"),
        ("pm25", 12, 13.1, "µg/m³"),
        ("o3", 11, 60.0, "µg/m³"),
        ("o3", 12, 66.0, "µg/m³"),
    ]
    assert batch.readings[1] == Reading(7, "pm25", NOON, 13.1, "µg/m³")
    assert batch.failures == {}


async def test_each_request_has_the_key_and_asks_for_what_is_missing(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    station(httpserver)
    await openaq.fetch([LAKE_STREET], NOON - timedelta(hours=3))
    assert {request.headers["X-API-Key"] for request, _ in httpserver.log} == {"open-sesame"}
    hours = next(request for request, _ in httpserver.log if request.path == PM25)
    assert dict(hours.args) == {"datetime_from": "2026-03-04T02:00:00Z", "limit": "1000", "page": "1"}


async def test_the_licence_that_holds_today_and_the_owner_come_with_the_readings(
    httpserver: HTTPServer, openaq: OpenAQ
) -> None:
    station(httpserver)
    assert (await openaq.fetch([LAKE_STREET], None)).terms == {
        7: Terms("Lake Street via OpenAQ", "City of Example via OpenAQ", "CC BY 4.0", "https://air.example.org/")
    }


@pytest.mark.parametrize(
    "licences", [None, [], [{"name": None, "attribution": {"name": None, "url": "javascript:alert(1)"}}]]
)
async def test_a_station_that_says_nothing_of_its_terms_is_attributed_to_openaq(
    httpserver: HTTPServer, openaq: OpenAQ, licences: Any
) -> None:
    location = recorded("openaq/location")
    location["results"][0]["licenses"] = licences
    station(httpserver, **{"4711": location})
    terms = (await openaq.fetch([LAKE_STREET], None)).terms[7]
    assert (terms.attribution, terms.licence) == ("OpenAQ", "")
    assert terms.url == "https://explore.openaq.org/locations/4711"


async def test_without_an_id_the_nearest_living_station_is_looked_up_once(
    httpserver: HTTPServer, openaq: OpenAQ
) -> None:
    station(httpserver)
    for _ in range(2):
        batch = await openaq.fetch([SOMEWHERE], None)
    assert batch.terms[8].name == "Lake Street via OpenAQ"
    lookups = [request for request, _ in httpserver.log if request.path == "/v3/locations"]
    assert [dict(lookup.args) for lookup in lookups] == [
        {"coordinates": "47.3769,8.5417", "radius": "25000", "limit": "1000"}
    ]


async def test_a_station_is_looked_up_again_on_another_day(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    station(httpserver)
    await openaq.fetch([LAKE_STREET], None)
    with time_machine.travel(NOON + timedelta(hours=25)):
        await openaq.fetch([LAKE_STREET], NOON)
    assert asked(httpserver).count("/v3/locations/4711") == 2


async def test_nobody_near_is_a_failure_that_says_what_to_do(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    nobody = recorded("openaq/locations_nearby")
    del nobody["results"][3:]
    station(httpserver, locations=nobody)
    with pytest.raises(ProviderError, match=r"no station within 25 km.*name one as the station"):
        await openaq.fetch([SOMEWHERE], None)


async def test_a_sensor_is_asked_again_only_when_it_has_reported_something_new(
    httpserver: HTTPServer, openaq: OpenAQ
) -> None:
    station(httpserver)
    await openaq.fetch([LAKE_STREET], None)
    again = await openaq.fetch([LAKE_STREET], NOON)
    assert (again.readings, again.failures) == ([], {})
    assert asked(httpserver).count(PM25) == 1
    assert (await openaq.fetch([LAKE_STREET], None)).readings  # it was never heard: everything once more
    newer = recorded("openaq/latest")
    newer["results"][0]["datetime"]["utc"] = "2026-03-04T13:00:00Z"
    httpserver.clear()
    station(httpserver, latest=newer)
    assert {parameter for parameter, *_ in values(await openaq.fetch([LAKE_STREET], NOON))} == {"pm25"}


async def test_what_came_six_hours_late_is_taken_and_older_is_not(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    station(httpserver)
    batch = await openaq.fetch([LAKE_STREET], NOON + timedelta(hours=4))
    assert ("pm25", 9, 0.0, "µg/m³") in values(batch)
    with time_machine.travel(NOON + timedelta(hours=6)):
        later = await OpenAQ().fetch([LAKE_STREET], NOON + timedelta(hours=4))
    assert min(hour for _, hour, *_ in values(later)) == 11


async def test_a_silent_station_is_a_failure_and_spares_the_others(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    station(httpserver)
    play(httpserver, "/v3/locations/9", {"results": [{**recorded("openaq/location")["results"][0], "id": 9}]})
    play(httpserver, "/v3/locations/9/latest", {"results": []})
    batch = await openaq.fetch([LAKE_STREET, Place(9, 1.0, 1.0, "9")], None)
    assert {reading.place_id for reading in batch.readings} == {7}
    assert batch.failures == {9: "OpenAQ's station 9 has been silent since 2026-03-02 06:00 UTC or longer."}


async def test_means_of_anything_but_an_hour_are_left_out(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    hours = recorded("openaq/hours_pm25")
    hours["results"][0]["period"]["datetimeFrom"]["utc"] = "2026-03-04T00:00:00Z"
    station(httpserver, pm25=hours)
    assert ("pm25", 9, 0.0, "µg/m³") not in values(await openaq.fetch([LAKE_STREET], None))


async def test_another_pollutant_than_the_sensors_is_refused(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    station(httpserver, pm25=recorded("openaq/hours_o3"))
    with pytest.raises(ProviderError, match="gave 'o3' for a sensor of pm25"):
        await openaq.fetch([LAKE_STREET], None)


async def test_a_unit_that_changes_to_an_unknown_one_is_no_reading(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    hours = recorded("openaq/hours_pm25")
    for hour in hours["results"]:
        hour["parameter"]["units"] = "index"
    station(httpserver, pm25=hours)
    assert {parameter for parameter, *_ in values(await openaq.fetch([LAKE_STREET], None))} == {"o3"}


async def test_a_long_past_is_read_page_by_page(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    full = recorded("openaq/hours_pm25")
    full["results"] = full["results"][:1] * 1000
    station(httpserver)
    httpserver.clear()
    for page, body in {"1": full, "2": recorded("openaq/hours_pm25")}.items():
        question = {"datetime_from": "2026-03-02T05:00:00Z", "limit": "1000", "page": page}
        httpserver.expect_request(PM25, query_string=question).respond_with_json(body)
    station(httpserver)
    batch = await openaq.fetch([LAKE_STREET], None)
    assert ("pm25", 12, 13.1, "µg/m³") in values(batch)
    assert asked(httpserver).count(PM25) == 2


@pytest.mark.parametrize(
    ("path", "status", "body", "reason"),
    [
        (LATEST, 401, {"detail": "Invalid credentials open-sesame"}, r"answered 401.*credentials \*\*\*"),
        (LATEST, 403, {"message": "Forbidden. violation of rate limit policy."}, "answered 403"),
        (LATEST, 422, "1 validation error", "answered 422"),
        (LATEST, 429, {"detail": "Too many requests"}, "answered 429"),
        ("/v3/locations/4711", 404, {"detail": "Location not found"}, "answered 404.*Location not found"),
        ("/v3/locations/4711", 200, {"results": []}, "knows 0 stations of the id '4711'"),
        (LATEST, 200, [], "is not understood"),
        (PM25, 200, {"results": [{"value": "-"}]}, "is not understood"),
    ],
)
async def test_an_answer_that_is_none_is_the_one_error_without_the_key(
    httpserver: HTTPServer, openaq: OpenAQ, path: str, status: int, body: Any, reason: str
) -> None:
    play(httpserver, path, body, status)
    station(httpserver)
    with pytest.raises(ProviderError, match=reason) as caught:
        await openaq.fetch([LAKE_STREET], None)
    assert "open-sesame" not in str(caught.value)


async def test_an_impossible_time_is_the_one_error(httpserver: HTTPServer, openaq: OpenAQ) -> None:
    latest = deepcopy(recorded("openaq/latest"))
    latest["results"][0]["datetime"]["utc"] = "0001-01-01T00:00:00+23:00"
    station(httpserver, latest=latest)
    with pytest.raises(ProviderError, match="impossible time"):
        await openaq.fetch([LAKE_STREET], None)


async def test_without_a_key_nobody_is_asked(httpserver: HTTPServer, openaq: OpenAQ, settings: Settings) -> None:
    settings.AQI_OPENAQ_API_KEY = ""
    with pytest.raises(ProviderError, match="set AQI_OPENAQ_API_KEY"):
        await openaq.fetch([LAKE_STREET], None)
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("name", "value"), [("AQI_OPENAQ_URL", "http://host:port"), ("AQI_OPENAQ_API_KEY", "schlüssel→")]
)
async def test_a_setting_that_cannot_be_used_is_named(
    openaq: OpenAQ, settings: Settings, name: str, value: str
) -> None:
    setattr(settings, name, value)
    with pytest.raises(ProviderError, match=name):
        await openaq.fetch([LAKE_STREET], None)


async def test_the_key_is_in_no_log(httpserver: HTTPServer, openaq: OpenAQ, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    station(httpserver)
    await openaq.fetch([LAKE_STREET], None)
    assert "open-sesame" not in "".join(r.getMessage() for r in caplog.records if r.name != "werkzeug")
