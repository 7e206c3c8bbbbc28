"""What browsers are told: who may read from elsewhere, what a page may load, and who may frame it."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from forecasts.models import Location
from tests.forecasts.api_rows import place
from tests.realtime.test_sse import Reader

NEWS = "https://news.example"
CURRENT = "/api/v1/locations/delhi/current/"
STRANGERS = [
    "null",
    "https://evil.example",
    "http://news.example",
    "https://news.example:444",
    "https://news.example.evil",
]
PREFLIGHT = {"access-control-request-method": "GET", "access-control-request-headers": "authorization,last-event-id"}


@pytest.fixture
def delhi(transactional_db: None, settings: Settings) -> Location:
    settings.CORS_ALLOWED_ORIGINS = [NEWS]
    return place("delhi", "Delhi", 28.6139, 77.2090)


async def stream(method: str, **headers: str) -> tuple[int, dict[str, str]]:
    reader = Reader("/sse/aqi/delhi", method, **headers)
    status, told = await reader.start()
    if method == "GET":
        await reader.leave()
    return status, told


def test_a_listed_page_may_read_the_api_without_cookies(client: Client, delhi: Location) -> None:
    answer = client.get(CURRENT, headers={"origin": NEWS})
    assert answer["Access-Control-Allow-Origin"] == NEWS
    assert "origin" in answer["Vary"]
    assert "ETag" in answer["Access-Control-Expose-Headers"]
    assert not answer.has_header("Access-Control-Allow-Credentials")
    asked = client.options(CURRENT, headers={"origin": NEWS, **PREFLIGHT})
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (200, NEWS)
    assert {"authorization", "last-event-id"} <= set(asked["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.parametrize("origin", STRANGERS)
async def test_no_other_page_may(delhi: Location, async_client: Any, origin: str) -> None:
    answers = [
        await async_client.get(CURRENT, headers={"origin": origin}),
        await async_client.options(CURRENT, headers={"origin": origin, **PREFLIGHT}),
    ]
    assert not any(answer.has_header("Access-Control-Allow-Origin") for answer in answers)
    for method in ("GET", "OPTIONS"):
        _, told = await stream(method, origin=origin, **PREFLIGHT)
        assert "access-control-allow-origin" not in told


async def test_a_listed_page_may_read_the_stream_and_asks_before(delhi: Location) -> None:
    status, told = await stream("OPTIONS", origin=NEWS, **PREFLIGHT)
    assert (status, told["access-control-allow-origin"]) == (200, NEWS)
    assert {"authorization", "last-event-id"} <= set(told["access-control-allow-headers"].split(", "))
    status, told = await stream("GET", origin=NEWS)
    assert (status, told["access-control-allow-origin"], told["content-type"]) == (200, NEWS, "text/event-stream")
    assert "access-control-allow-credentials" not in told


async def test_a_listed_page_may_read_why_it_was_refused(delhi: Location) -> None:
    reader = Reader("/sse/aqi/nowhere", origin=NEWS)
    status, told = await reader.start()
    assert (status, told["access-control-allow-origin"]) == (404, NEWS)


async def test_options_without_a_page_is_no_preflight(delhi: Location) -> None:
    assert (await stream("OPTIONS"))[0] == 405


def test_the_admin_is_for_pages_of_this_host_only(client: Client, delhi: Location) -> None:
    assert not client.get("/admin/login/", headers={"origin": NEWS}).has_header("Access-Control-Allow-Origin")


@pytest.mark.parametrize("path", ["/admin/login/", "/api/docs/", CURRENT, "/nope"])
def test_pages_load_only_what_is_ours_and_stand_in_nobodys_frame(client: Client, delhi: Location, path: str) -> None:
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-eval" not in policy
    assert policy.endswith("frame-ancestors 'none'")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


async def test_the_policy_is_the_same_over_asgi(async_client: Any, delhi: Location) -> None:
    assert (await async_client.get(CURRENT))["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_what_is_made_for_frames_may_stand_in_any(client: Client, delhi: Location) -> None:
    answer = client.get("/embed/delhi")
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"].endswith("frame-ancestors *")
    assert not answer.has_header("X-Frame-Options")


@pytest.mark.parametrize("path", ["/admin/login/", "/api/docs/"])
def test_no_page_of_ours_has_a_script_inside(client: Client, delhi: Location, path: str) -> None:
    page = client.get(path).content.decode()
    assert "<script>" not in page
    assert " onclick=" not in page
