import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import stamina
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Response

from forecasts.models import Location, Observation, Quota, Snapshot
from tests.forecasts.provider_server import play, recorded

from .api_rows import JSON_PROBLEM

ADDRESS = "/api/v1/locations/zurich/waqi/"
FEED = "/feed/geo:47.3769;8.5417/"


@pytest.fixture(autouse=True)
def _token(transactional_db: None, settings: Settings, httpserver: HTTPServer) -> Iterator[None]:
    Location.objects.create(slug="zurich", name="Zürich", latitude=47.3769, longitude=8.5417)
    settings.AQI_WAQI_URL = httpserver.url_for("").rstrip("/")
    settings.AQI_WAQI_TOKEN = "open-sesame"
    with stamina.set_testing(True, attempts=9, cap=True):
        yield


def shown(client: Client, server: HTTPServer, **changes: Any) -> dict[str, Any]:
    feed = recorded("waqi/feed")
    feed["data"].update(changes)
    play(server, FEED, feed)
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    data: dict[str, Any] = answer.json()
    return data


def test_the_live_answer_is_passed_on_as_indices_with_attribution(client: Client, httpserver: HTTPServer) -> None:
    assert shown(client, httpserver) == {
        "location": "zurich",
        "scale": "us_epa_as_shown_by_waqi",
        "unit": "index",
        "station": "Lake Street, Example",
        "observed_at": "2026-03-04T13:00:00+01:00",
        "aqi": 29.0,
        "dominant_pollutant": "o3",
        "indices": {"pm25": 17.0, "o3": 29.4, "no2": 0.7},
        "attributions": [
            {"name": "City of Example", "url": "https://air.example.org/"},
            {"name": "World Air Quality Index Project", "url": "https://waqi.info/"},
        ],
        "notice": "Live from WAQI, whose terms forbid to cache, archive or resell it. Indices, not concentrations.",
    }
    assert httpserver.log[0][0].args["token"] == "open-sesame"


def test_nothing_of_it_is_kept(client: Client, httpserver: HTTPServer) -> None:
    before = list(Snapshot.objects.values())
    shown(client, httpserver)
    answer = client.get(ADDRESS)
    assert answer["Cache-Control"] == "no-store"
    assert not answer.has_header("ETag")
    assert len(httpserver.log) == 2  # asked anew each time
    assert list(Snapshot.objects.values()) == before
    assert Observation.objects.count() == 0
    assert not [key for key in getattr(cache, "_cache", {}) if "waqi" in key]


@pytest.mark.parametrize(
    ("sent", "aqi"),
    [("-", None), (">1000", None), ("", None), (None, None), (-1, None), ("nan", None), ("57", 57.0), (0, 0.0)],
)
def test_what_is_no_number_is_null_and_never_zero(
    client: Client, httpserver: HTTPServer, sent: Any, aqi: float | None
) -> None:
    assert shown(client, httpserver, aqi=sent, iaqi={"pm25": {"v": sent}, "h": {"v": 71}})["indices"] == {"pm25": aqi}
    assert client.get(ADDRESS).json()["aqi"] == aqi


def test_an_answer_without_details_is_attributed_all_the_same(client: Client, httpserver: HTTPServer) -> None:
    play(httpserver, FEED, {"status": "ok", "data": {"aqi": 8, "dominentpol": ""}})
    data = client.get(ADDRESS).json()
    assert (data["aqi"], data["dominant_pollutant"], data["observed_at"]) == (8.0, None, None)
    assert data["attributions"] == [{"name": "World Air Quality Index Project", "url": "https://waqi.info/"}]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (recorded("waqi/unknown_station"), "Unknown station"),
        (recorded("waqi/over_quota"), "Over quota"),
        (recorded("waqi/error_inside_ok"), "Unknown ID"),
        (recorded("waqi/nothing_found"), "WAQI has no value"),
        ({"status": "error", "data": "Invalid key open-sesame"}, "Invalid key ***"),
        ({"status": "ok", "data": {"aqi": []}}, "is not understood"),
        ({}, "is not understood"),
    ],
)
def test_a_failure_is_a_problem_that_is_not_cached_either(
    client: Client, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, body: Any, reason: str
) -> None:
    caplog.set_level(logging.DEBUG)
    play(httpserver, FEED, body)
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer["Content-Type"]) == (502, JSON_PROBLEM)
    problem = json.loads(answer.content)
    assert (problem["code"], answer["Cache-Control"]) == ("waqi_failed", "no-store")
    assert reason in problem["detail"]
    assert "open-sesame" not in answer.content.decode()
    assert "open-sesame" not in "".join(r.getMessage() for r in caplog.records if r.name != "werkzeug")


def test_without_a_token_the_answer_says_how_to_enable_it(
    client: Client, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.AQI_WAQI_TOKEN = ""
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.json()["code"]) == (404, "waqi_not_enabled")
    assert "AQI_WAQI_TOKEN" in answer.json()["detail"]
    assert httpserver.log == []


def test_a_location_without_coordinates_is_a_problem(client: Client) -> None:
    Location.objects.update(latitude=None)
    assert client.get(ADDRESS).json()["code"] == "no_coordinates"


def test_an_unknown_location_is_a_problem_like_everywhere(client: Client) -> None:
    assert client.get("/api/v1/locations/zurihc/waqi/").json()["code"] == "unknown_location"


def test_a_malformed_address_is_named(client: Client, settings: Settings) -> None:
    settings.AQI_WAQI_URL = "http://host:port"
    assert "AQI_WAQI_URL" in client.get(ADDRESS).json()["detail"]


def test_readers_together_have_one_quota(client: Client, httpserver: HTTPServer, settings: Settings) -> None:
    settings.AQI_WAQI_QUOTA = "1/day"
    shown(client, httpserver)
    assert "The quota of waqi is used up until" in client.get(ADDRESS).json()["detail"]
    assert (len(httpserver.log), Quota.objects.get().used) == (1, 1)


def test_a_server_that_is_busy_is_asked_three_times(client: Client, httpserver: HTTPServer) -> None:
    httpserver.expect_request(FEED).respond_with_response(Response("", 503))
    assert "answered 503" in client.get(ADDRESS).json()["detail"]
    assert len(httpserver.log) == 3
