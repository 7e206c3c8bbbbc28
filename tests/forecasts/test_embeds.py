"""What other sites put on their pages."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from forecasts.embeds import ink_on
from forecasts.models import Location
from forecasts.snapshots import publish
from tests.forecasts.places import add
from tests.golden import FOLDER

pytestmark = pytest.mark.django_db

SHOWN = json.loads((FOLDER / "snapshot.json").read_text())["aqi"]
AT = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


@pytest.fixture
def delhi() -> Location:
    return add("delhi", timezone="Asia/Kolkata")


def say(location: Location, status: str, value: int | None = 74) -> None:
    data = json.loads((FOLDER / "snapshot.json").read_text())
    data["status"] = status
    data["aqi"]["value"] = value
    publish(location, data, AT)


@pytest.mark.parametrize("address", ["/embed/", "/embed/delhi", "/badge/delhi.svg", "/embed/nowhere"])
def test_where_a_log_in_is_required_nothing_is_shown_to_other_sites(
    client: Client, settings: Settings, delhi: Location, address: str
) -> None:
    settings.AQI_ANONYMOUS = False
    say(delhi, "live")
    answer = client.get(address)
    assert answer.status_code == 403
    assert "log-in required" in answer.content.decode().lower()
    assert "Delhi" not in answer.content.decode()


def test_where_a_log_in_is_required_a_badge_is_still_a_picture(client: Client, settings: Settings) -> None:
    settings.AQI_ANONYMOUS = False
    answer = client.get("/badge/delhi.svg")
    assert (answer.status_code, answer["Content-Type"]) == (403, "image/svg+xml")
    assert "air quality: log-in required" in answer.content.decode()


def test_the_page_with_the_pieces_says_what_the_element_needs(client: Client, delhi: Location) -> None:
    assert "AQI_ALLOWED_ORIGINS" in words(client, "/embed/")


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/embed/delhi", "/badge/delhi.svg"])
def test_the_index_is_shown_with_its_category(client: Client, delhi: Location, address: str) -> None:
    with time_machine.travel(AT):
        say(delhi, "live")
        text = words(client, address)
    assert "74" in text
    assert SHOWN["label"] in text
    assert SHOWN["color"] in text


def test_a_card_may_stand_in_a_frame_of_any_site_and_has_no_script(client: Client, delhi: Location) -> None:
    answer = client.get("/embed/delhi")
    assert "X-Frame-Options" not in answer
    assert b"<script" not in answer.content
    assert answer["Refresh"] == "300"


def test_a_card_tells_the_time_of_the_place_and_whose_values_they_are(client: Client, delhi: Location) -> None:
    with time_machine.travel(AT):
        say(delhi, "live")
        text = words(client, "/embed/delhi")
    assert "15 Jan 14:30 IST" in text
    assert "Simulated values: calculated, not" in text


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("modelled", "modelled, not measured"),
        ("simulated", "simulated, not real"),
        ("stale", "out of date"),
        ("replay", "replay of the past"),
    ],
)
def test_what_is_not_live_says_so(client: Client, delhi: Location, status: str, shown: str) -> None:
    with time_machine.travel(AT):
        say(delhi, status)
        assert shown in words(client, "/embed/delhi")
        assert f"{SHOWN['label']} · {status}" in words(client, "/badge/delhi.svg")


def test_live_values_that_nobody_replaces_grow_old(client: Client, delhi: Location) -> None:
    with time_machine.travel(AT) as clock:
        say(delhi, "live")
        clock.shift(timedelta(hours=4))
        assert "out of date" in words(client, "/embed/delhi")
        assert "· stale" in words(client, "/badge/delhi.svg")


def test_no_value_is_no_data_and_never_zero(client: Client, delhi: Location) -> None:
    with time_machine.travel(AT):
        say(delhi, "unavailable", None)
        assert "No data" in words(client, "/embed/delhi")
        assert "no data" in words(client, "/badge/delhi.svg")


@pytest.mark.parametrize("address", ["/embed/atlantis", "/badge/atlantis.svg", "/embed/%3Cscript%3E", "/badge/%00.svg"])
def test_an_unknown_place_is_said_in_the_frame_itself(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert b"<script>" not in answer.content
    assert b"nknown place" in answer.content


def test_the_page_of_embeds_gives_the_pieces_to_copy(client: Client, delhi: Location) -> None:
    add("agra")
    text = words(client, "/embed/?location=delhi")
    assert "&lt;iframe src=&quot;" in text.replace('"', "&quot;")
    assert "http://testserver/embed/delhi" in text
    assert "http://testserver/badge/delhi.svg" in text


def test_the_page_of_embeds_says_that_there_is_no_place_yet(client: Client) -> None:
    assert "no active place" in words(client, "/embed/")


@pytest.mark.parametrize(("color", "ink"), [("#FFFF00", "#000000"), ("#7E0023", "#FFFFFF"), ("#00E400", "#000000")])
def test_words_are_black_on_light_colors_and_white_on_dark_ones(color: str, ink: str) -> None:
    assert ink_on(color) == ink
