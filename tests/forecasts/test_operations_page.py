"""The home page of the admin site, its buttons, and the trial of a source."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import Settings

from forecasts.models import Heartbeat, Location, Observation, Quota, Score, Snapshot, Source
from forecasts.scoring import Sums
from tests.forecasts.admin_site import place, said, text

HOME = "/admin/"
TRY = "/admin/try-source/"


@pytest.fixture
def operator(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi", name="Delhi")


def beat() -> None:
    Heartbeat.objects.create(name="host:1", interval_seconds=300, seen_at=now())


def test_the_home_page_shows_each_place_on_the_map_with_its_state(operator: Client, delhi: Location) -> None:
    shown = text(operator.get(HOME))
    assert "Delhi: no data (unavailable)" in shown
    assert f'cx="{77.2 + 180}"' in shown
    assert 'href="/admin/forecasts/location/?status=unavailable">1 unavailable' in shown


def test_the_land_is_drawn_once_the_dashboard_is_built(
    operator: Client, delhi: Location, settings: Settings, tmp_path: Path
) -> None:
    settings.DASHBOARD = tmp_path
    assert "land.svg" not in text(operator.get(HOME))
    (tmp_path / "land.svg").write_text("<svg/>")
    assert "/static/dashboard/land.svg" in text(operator.get(HOME))


def test_a_provider_that_fails_is_shown_with_its_last_words(operator: Client, delhi: Location) -> None:
    late = {"failures": 3, "last_failure_at": now(), "last_error": "HTTP 503 from the provider"}
    Source.objects.filter(location=delhi).update(**late)
    early = {"failures": 1, "last_failure_at": now() - timedelta(hours=1), "last_error": "no answer"}
    Source.objects.filter(location=place("agra")).update(**early)
    shown = text(operator.get(HOME))
    assert "HTTP 503 from the provider" in shown
    assert "no answer" not in shown


def test_the_home_page_says_whether_a_beat_is_at_work_and_how_late_it_is(operator: Client, delhi: Location) -> None:
    Location.objects.update(due_at=now() - timedelta(seconds=90))
    shown = text(operator.get(HOME))
    assert "No beat is running" in shown
    assert "The most overdue place is 90 s late" in shown
    beat()
    assert "No beat is running" not in text(operator.get(HOME))


def test_the_home_page_shows_what_of_a_quota_is_used(operator: Client, settings: Settings) -> None:
    settings.AQI_OPENAQ_QUOTA = "60/min"
    Quota.objects.create(provider="openaq", window_seconds=60, used=7, resets_at=now() + timedelta(seconds=30))
    assert "7 of 60" in text(operator.get(HOME))


def test_the_home_page_costs_the_same_for_many_places(operator: Client, delhi: Location) -> None:
    with CaptureQueriesContext(connection) as one:
        operator.get(HOME)
    for number in range(5):
        place(f"place-{number}")
    with CaptureQueriesContext(connection) as many:
        operator.get(HOME)
    assert len(many) == len(one)


def test_refresh_all_makes_every_active_place_due_and_shows_how_far_it_is(operator: Client, delhi: Location) -> None:
    place("agra", is_active=False)
    Location.objects.update(due_at=now() + timedelta(hours=1), checked_at=now() - timedelta(hours=1))
    answer = operator.post("/admin/refresh-all/", follow=True)
    assert list(Location.objects.filter(due_at__lte=now()).values_list("slug", flat=True)) == ["delhi"]
    assert "0 of 1 places refreshed and pushed" in text(answer)
    assert 'http-equiv="refresh"' in text(answer)
    Location.objects.filter(slug="delhi").update(checked_at=now())
    address = answer.redirect_chain[0][0]
    done = text(operator.get(address))
    assert "1 of 1 places refreshed and pushed" in done
    assert 'http-equiv="refresh"' not in done


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00"])
def test_a_moment_that_nobody_asked_at_is_left_out(operator: Client, delhi: Location, moment: str) -> None:
    assert "refreshed and pushed" not in text(operator.get(HOME, {"asked_at": moment}))


def test_broadcast_again_says_what_was_sent(operator: Client, delhi: Location) -> None:
    answer = operator.post("/admin/broadcast-all/", follow=True)
    assert said(answer) == ["Sent the newest snapshot of 1 places again; a socket that has it is left in peace."]


def test_a_source_is_tried_before_anything_is_saved(operator: Client, db: None) -> None:
    typed = {"provider": "simulated", "station": "", "latitude": "28.6", "longitude": "77.2"}
    answer = operator.post(TRY, typed).json()
    assert answer["is_well"] is True
    assert "pm25" in answer["words"]
    assert not Observation.objects.exists()
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"provider": "simulated", "latitude": "", "longitude": "77"}, "Type the latitude"),
        ({"provider": "tea-leaves", "latitude": "28", "longitude": "77"}, "There is no provider 'tea-leaves'"),
        ({"provider": "openaq", "station": "1", "latitude": "28", "longitude": "77"}, "AQI_OPENAQ_API_KEY"),
    ],
)
def test_a_trial_that_fails_says_what_to_do(operator: Client, db: None, typed: dict[str, str], words: str) -> None:
    answer = operator.post(TRY, typed).json()
    assert answer["is_well"] is False
    assert words in answer["words"]


@pytest.mark.parametrize("address", ["/admin/refresh-all/", "/admin/broadcast-all/", TRY])
def test_the_buttons_are_for_those_who_may_change_locations(client: Client, db: None, address: str) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_location"))
    client.force_login(reader)
    assert client.post(address).status_code == 403
    assert address not in text(client.get(HOME))


@pytest.mark.parametrize("address", ["/admin/refresh-all/", "/admin/broadcast-all/", TRY])
def test_the_buttons_only_take_a_post(operator: Client, address: str) -> None:
    assert operator.get(address).status_code == 405


def score(days_ago: int, air: str = "measured", count: int = 720, error: float = 6.0) -> None:
    sums = Sums(count, error * count, persistence_count=count, persistence_error=10.0 * count)
    sums = sums._replace(error_beside_persistence=error * count)
    day = now().date() - timedelta(days=days_ago)
    Score.objects.create(parameter="pm25", unit="µg/m³", air=air, day=day, sums={"24": sums})


def test_the_home_page_draws_how_good_the_forecasts_were(operator: Client, db: None) -> None:
    assert "Nothing was compared yet" in text(operator.get(HOME))
    for days_ago in range(40):
        score(days_ago)
        score(days_ago, "simulated", error=1.0)
    shown = text(operator.get(HOME))
    assert "40 % nearer than if it stayed as it is (measured air)" in shown
    points = re.search(r'polyline points="([^"]*)"', shown)
    assert points is not None
    assert points[1].split() == [f"{day},16.0" for day in range(30)]


def test_a_forecast_that_was_worse_than_none_is_said_to_be(operator: Client, db: None) -> None:
    score(0, error=12.0)
    assert "20 % further off than if it stayed as it is" in text(operator.get(HOME))


def test_too_few_comparisons_draw_no_line(operator: Client, db: None) -> None:
    score(0, count=20)
    shown = text(operator.get(HOME))
    assert "Not enough was compared yet" in shown
    assert "<polyline" not in shown


def test_a_place_that_grew_stale_is_listed(operator: Client, delhi: Location) -> None:
    Snapshot.objects.filter(location=delhi).update(status="stale")
    assert "Delhi</a>: stale" in text(operator.get(HOME))
