"""The pages for readers, as Django serves them. What they show is tested in dashboard/ and in a browser."""

from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from pytest_django import Settings

from forecasts.models import Location
from tests.forecasts.places import add

pytestmark = pytest.mark.django_db

ADDRESSES = ["/", "/places/sao-paulo", "/places/S%C3%A3o%20Paulo", "/places/sampa", "/places/-23.5,-46.6"]


@pytest.fixture(autouse=True)
def sao_paulo() -> Location:
    place = {"name": "São Paulo", "aliases": ["Sampa"], "latitude": -23.55, "longitude": -46.63}
    return add("sao-paulo", **place)


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> Path:
    settings.DASHBOARD = tmp_path
    (tmp_path / "index.html").write_text("<title>Air quality</title>")
    (tmp_path / "service-worker.js").write_text("// keeps")
    return tmp_path


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_address_of_the_dashboard_gets_its_page(client: Client, built: Path, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content) == (200, b"<title>Air quality</title>")
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("address", ["/places/nosuch", "/places/0.0,0.0", "/places/%00", f"/places/{'x' * 999}"])
def test_the_page_of_an_unknown_place_says_so_to_those_who_read_only_the_status(
    client: Client, built: Path, address: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content) == (404, b"<title>Air quality</title>")


def test_where_a_log_in_is_required_no_status_tells_which_places_there_are(
    client: Client, built: Path, settings: Settings
) -> None:
    settings.AQI_ANONYMOUS = False
    assert client.get("/places/nosuch").status_code == 200


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_while_the_database_is_away_a_page_still_opens_to_show_what_the_browser_kept(
    client: Client, built: Path, error: type[Exception]
) -> None:
    def away(*arguments: object) -> None:
        raise error("no route to a-host")

    with connection.execute_wrapper(away):
        assert client.get("/places/delhi").status_code == 200


def test_who_looks_at_one_place_after_another_asks_the_database_once(
    client: Client, built: Path, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        for address in ADDRESSES:
            client.get(address)


@pytest.mark.parametrize("address", ["/places/S%C3%A3o%20Paulo", "/embed/delhi"])
def test_a_slash_at_the_end_leads_to_the_address_without_it(client: Client, address: str) -> None:
    answer = client.get(f"{address}/?lang=hi&scale=uk_daqi")
    assert (answer.status_code, answer["Location"]) == (301, f"{address}?lang=hi&scale=uk_daqi")
    assert client.get(f"{address}/")["Location"] == address


def test_the_service_worker_rules_over_the_whole_site(client: Client, built: Path) -> None:
    answer = client.get("/service-worker.js")
    assert (answer.content, answer["Content-Type"]) == (b"// keeps", "text/javascript; charset=utf-8")


@pytest.mark.parametrize("address", [*ADDRESSES, "/service-worker.js"])
def test_a_clone_without_a_build_says_how_to_make_one(
    client: Client, tmp_path: Path, settings: Settings, address: str
) -> None:
    settings.DASHBOARD = tmp_path / "dist"
    answer = client.get(address)
    assert answer.status_code == 503
    assert b"python3 tasks.py dashboard" in answer.content


def test_a_browser_that_asks_for_an_icon_by_itself_finds_that_of_the_dashboard(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/dashboard/icon.svg")


def test_the_dashboard_is_read_and_never_written_to(client: Client, built: Path) -> None:
    assert client.post("/").status_code == 405
