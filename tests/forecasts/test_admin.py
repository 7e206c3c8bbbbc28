import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from forecasts.models import Forecast, Heartbeat, Location, Observation, Snapshot, Source
from forecasts.quality import Flag
from tests.forecasts.admin_site import LIST, place, said, text
from tests.forecasts.api_rows import HOUR, observe, this_hour


@pytest.fixture
def operator(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi", name="Delhi", country="IN", aliases=["Dilli", "दिल्ली"])


def show(location: Location, status: str, value: int | None, label: str | None) -> None:
    """What readers see of the location now."""
    shown = Snapshot.objects.get(location=location, epoch=location.epoch, seq=location.seq)
    content = json.loads(shown.text)
    content["aqi"].update(value=value, label=label)
    Snapshot.objects.filter(pk=shown.pk).update(status=status, text=json.dumps(content))


def listed(operator: Client, **question: str) -> set[str]:
    answer = operator.get(LIST, question)
    assert answer.status_code == 200
    return {location.slug for location in answer.context["cl"].queryset}


def act(operator: Client, locations: Iterable[Location]) -> list[str]:
    chosen = [location.pk for location in locations]
    return said(operator.post(LIST, {"action": "refresh_now", "_selected_action": chosen}, follow=True))


def test_the_list_shows_status_age_index_and_health(operator: Client, delhi: Location) -> None:
    show(delhi, "simulated", 151, "Unhealthy")
    Location.objects.update(checked_at=now() - timedelta(minutes=3, seconds=5))
    Source.objects.update(failures=4, last_error="HTTP 503")
    page = text(operator.get(LIST)).replace("\xa0", " ")
    assert "simulated · 3 minutes ago" in page
    assert "151 Unhealthy" in page
    assert "simulated: failed 4 × in a row: HTTP 503" in page
    assert "https://www.openstreetmap.org/?mlat=28.6&amp;mlon=77.2#map=12/28.6/77.2" in page


def test_an_index_of_zero_is_shown_and_a_missing_one_is_not(operator: Client, delhi: Location) -> None:
    show(delhi, "live", 0, "Good")
    assert "0 Good" in text(operator.get(LIST))
    show(delhi, "unavailable", None, None)
    page = text(operator.get(LIST))
    assert "Good" not in page
    assert "None" not in page


def test_the_list_says_of_each_source_how_it_fares(operator: Client, delhi: Location) -> None:
    assert "simulated: not asked yet" in text(operator.get(LIST))
    Source.objects.update(last_success_at=now() - timedelta(hours=2))
    assert "simulated: well, 2 hours ago" in text(operator.get(LIST)).replace("\xa0", " ")
    Source.objects.update(is_enabled=False)
    assert "simulated: off" in text(operator.get(LIST))


def test_a_place_without_coordinates_or_snapshot_is_listed_too(operator: Client, delhi: Location) -> None:
    Location.objects.update(latitude=None, is_active=False)
    Snapshot.objects.all().delete()
    page = text(operator.get(LIST))
    assert "nothing published" in page
    assert "openstreetmap" not in page
    assert "nothing published" in text(operator.get(f"{LIST}{delhi.pk}/change/"))


def test_the_list_takes_no_query_per_location(
    operator: Client, delhi: Location, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(100) as for_one:
        operator.get(LIST)
    for number in range(19):
        place(f"place-{number}")
    with django_assert_max_num_queries(len(for_one.captured_queries)):
        operator.get(LIST)


def test_the_list_is_filtered_by_what_operators_look_for(operator: Client, delhi: Location) -> None:
    lima = place("lima", "open_meteo", country="PE", is_active=False)
    show(lima, "stale", 20, "Good")
    Source.objects.filter(location=lima).update(failures=1)
    assert listed(operator, is_active__exact="0") == {"lima"}
    assert listed(operator, country="IN") == {"delhi"}
    assert listed(operator, status="stale") == {"lima"}
    assert listed(operator, status="live") == set()
    assert listed(operator, sources__provider="open_meteo") == {"lima"}
    assert listed(operator, health="failing") == {"lima"}
    assert listed(operator, health="well") == {"delhi"}


def test_only_the_newest_snapshot_counts_for_the_status(operator: Client, delhi: Location) -> None:
    Snapshot.objects.create(location=delhi, epoch=delhi.epoch, seq=99, published_at=now(), status="live", text="{}")
    assert listed(operator, status="live") == set()


def test_a_switched_off_source_does_not_fail(operator: Client, delhi: Location) -> None:
    Source.objects.update(failures=3, is_enabled=False)
    assert listed(operator, health="failing") == set()


@pytest.mark.parametrize("words", ["delh", "dilli", "दिल्ली"])
def test_search_knows_names_slugs_and_aliases(operator: Client, delhi: Location, words: str) -> None:
    place("lima")
    assert listed(operator, q=words) == {"delhi"}


def test_refresh_now_makes_active_locations_due(operator: Client, delhi: Location) -> None:
    lima = place("lima", is_active=False)
    later = now() + timedelta(hours=1)
    Location.objects.update(due_at=later)
    Heartbeat.objects.create(name="beat", interval_seconds=300, seen_at=now() - timedelta(seconds=25))
    assert act(operator, [delhi, lima]) == [
        "1 location is due; the beat takes it within seconds.",
        "Skipped, because inactive: Lima.",
    ]
    assert Location.objects.get(slug="delhi").due_at <= now()
    assert Location.objects.get(slug="lima").due_at == later


def test_locations_are_deactivated_together(operator: Client, delhi: Location) -> None:
    lima = place("lima", is_active=False)
    chosen = {"action": "deactivate", "_selected_action": [delhi.pk, lima.pk]}
    assert said(operator.post(LIST, chosen, follow=True)) == ["1 location is no longer shown."]
    assert not Location.objects.filter(is_active=True).exists()


def test_refresh_now_says_when_no_beat_is_running(operator: Client, delhi: Location) -> None:
    Heartbeat.objects.create(name="beat", interval_seconds=300, seen_at=now() - timedelta(seconds=31))
    place("lima")
    assert act(operator, Location.objects.all()) == [
        "2 locations are due; the beat takes them within seconds.",
        "No beat is running: start `manage.py broadcast_forecasts` or `manage.py serve`.",
    ]


@pytest.fixture
def records(delhi: Location) -> dict[str, int]:
    source = delhi.sources.get()
    moment = now()
    observation = Observation.objects.create(
        source=source,
        parameter="pm25",
        observed_at=moment,
        value_ug_m3=12.5,
        original_value=12.5,
        original_unit="µg/m³",
    )
    forecast = Forecast.objects.create(
        location=delhi,
        parameter="aqi",
        issued_at=moment,
        model="climate",
        unit="us_epa_2024",
        starts_at=moment,
        hours={"median": [1]},
    )
    return {
        "source": source.pk,
        "snapshot": Snapshot.objects.get(location=delhi, seq=F("location__seq")).pk,
        "forecast": forecast.pk,
        "observation": observation.pk,
    }


@pytest.mark.parametrize("kind", ["source", "snapshot", "forecast", "observation"])
def test_records_are_read_and_never_written(operator: Client, records: dict[str, int], kind: str) -> None:
    address = f"/admin/forecasts/{kind}/"
    assert "Delhi" in text(operator.get(address))
    page = text(operator.get(f"{address}{records[kind]}/change/"))
    assert 'name="_save"' not in page
    assert operator.get(f"{address}add/").status_code == 403
    assert operator.post(f"{address}{records[kind]}/delete/", {"post": "yes"}).status_code == 403


def test_sources_show_their_health(operator: Client, delhi: Location) -> None:
    Source.objects.update(failures=2, last_error="no answer within 60 s")
    assert "failed 2 × in a row: no answer within 60 s" in text(operator.get("/admin/forecasts/source/"))
    assert "no answer within 60 s" in text(operator.get(f"/admin/forecasts/source/{delhi.sources.get().pk}/change/"))


def test_doubted_observations_are_found_by_what_is_said_against_them(operator: Client) -> None:
    source = Source.objects.create(location=place("port"), provider="files", name="Quay")
    for value, flags in [(20.0, None), (900.0, Flag.SPIKE), (985.0, Flag.FULL_SCALE | Flag.PUBLISHER)]:
        observe(source, [this_hour() - value * HOUR], value)
        source.observations.filter(value_ug_m3=value).update(flags=flags)
    address = "/admin/forecasts/observation/"

    def listed(**query: Any) -> list[float]:
        return [row.value_ug_m3 for row in operator.get(address, query).context["cl"].result_list]

    assert listed() == [985.0, 900.0, 20.0]
    assert listed(flag="any") == [985.0, 900.0]
    assert listed(flag=str(int(Flag.PUBLISHER))) == [985.0]
    assert "one hour far from the hours before and after it" in text(operator.get(address))
