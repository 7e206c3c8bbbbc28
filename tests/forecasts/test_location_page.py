from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from forecasts.models import Location, Observation, Source
from forecasts.snapshots import get_current_forecast
from tests.forecasts.admin_site import LIST, place, text


@pytest.fixture
def operator(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi", name="Delhi", country="IN", aliases=["Dilli", "दिल्ली"])


def change(operator: Client, location: Location, **typed: Any) -> Any:
    """What a browser sends when an operator changes these fields of the page and saves it."""
    page = operator.get(f"{LIST}{location.pk}/change/").context
    sent: dict[str, Any] = {}
    formset = page["inline_admin_formsets"][0].formset
    for form in [page["adminform"].form, formset.management_form, *formset.forms]:
        for field in form:
            value = field.value()
            if value is not False:  # a box that is not ticked is not sent
                sent[field.html_name] = "" if value is None else field.field.prepare_value(value)
    sent.update(typed)
    return operator.post(
        f"{LIST}{location.pk}/change/", {key: value for key, value in sent.items() if value is not None}
    )


def test_the_page_shows_the_last_snapshot_and_its_place_in_the_stream(operator: Client, delhi: Location) -> None:
    current = get_current_forecast(delhi)
    page = text(operator.get(f"{LIST}{delhi.pk}/change/"))
    assert "&quot;slug&quot;: &quot;delhi&quot;,\n" in page
    assert current.epoch in page
    assert "unavailable · now" in page


def test_a_new_location_is_there_for_readers_at_once(operator: Client) -> None:
    typed = {
        "slug": "lima",
        "name": "Lima",
        "latitude": "-12.04",
        "longitude": "-77.04",
        "timezone": "America/Lima",
        "aliases": "Ciudad de los Reyes; ; El Pulpo",
        "is_active": "on",
        "sources-TOTAL_FORMS": "1",
        "sources-INITIAL_FORMS": "0",
        "sources-0-provider": "open_meteo",
        "sources-0-position": "0",
        "sources-0-is_enabled": "on",
    }
    assert operator.post(f"{LIST}add/", typed).status_code == 302
    lima = Location.objects.get()
    assert lima.aliases == ["Ciudad de los Reyes", "El Pulpo"]
    assert lima.sources.get().provider == "open_meteo"
    assert get_current_forecast(lima).seq == 1


def test_an_active_location_needs_coordinates(operator: Client, delhi: Location) -> None:
    page = text(change(operator, delhi, latitude=""))
    assert "An active location needs a latitude and a longitude." in page
    assert change(operator, delhi, latitude="", is_active=None).status_code == 302


def test_a_time_zone_must_exist(operator: Client, delhi: Location) -> None:
    assert "is no IANA time zone" in text(change(operator, delhi, timezone="Mars/Olympus"))
    assert change(operator, delhi, timezone="America/Lima").status_code == 302
    delhi.refresh_from_db()
    assert delhi.timezone == "America/Lima"


def test_aliases_may_all_go(operator: Client, delhi: Location) -> None:
    assert change(operator, delhi, aliases="").status_code == 302
    delhi.refresh_from_db()
    assert delhi.aliases == []


def test_simulation_is_refused_next_to_another_enabled_source(operator: Client, delhi: Location) -> None:
    second = {"sources-TOTAL_FORMS": "2", "sources-1-provider": "open_meteo", "sources-1-position": "1"}
    page = text(change(operator, delhi, **second, **{"sources-1-is_enabled": "on"}))
    assert "Simulated values are never mixed with others" in page
    assert change(operator, delhi, **second).status_code == 302
    assert delhi.sources.count() == 2


def test_simulation_may_be_replaced_in_one_step(operator: Client, delhi: Location) -> None:
    typed = {
        "sources-TOTAL_FORMS": "2",
        "sources-0-DELETE": "on",
        "sources-1-provider": "open_meteo",
        "sources-1-position": "1",
        "sources-1-is_enabled": "on",
    }
    assert change(operator, delhi, **typed).status_code == 302
    assert [source.provider for source in delhi.sources.all()] == ["open_meteo"]


def test_a_faulty_source_is_told_before_any_mixture(operator: Client, delhi: Location) -> None:
    page = text(change(operator, delhi, **{"sources-0-provider": "crystal_ball"}))
    assert "crystal_ball is not one of the available choices" in page
    assert "Simulated values" not in page


def test_saving_the_page_leaves_alone_what_the_beat_writes(operator: Client, delhi: Location) -> None:
    written: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        written.extend([sql] if sql.startswith("UPDATE") else [])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        change(operator, delhi, name="New Delhi", **{"sources-0-station": "7"})
    delhi.refresh_from_db()
    assert (delhi.name, delhi.sources.get().station) == ("New Delhi", "7")
    assert len(written) == 3  # the location, its source, and the appointment with the beat
    assert not [sql for sql in written if '"seq"' in sql or '"failures"' in sql]


def test_before_a_location_goes_its_rows_are_counted(operator: Client, delhi: Location) -> None:
    page = text(operator.get(f"{LIST}{delhi.pk}/delete/"))
    assert "<li>Snapshots: 1</li>" in page
    assert operator.post(f"{LIST}{delhi.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Location.objects.exists()


def test_another_station_does_not_keep_the_terms_of_the_one_before(operator: Client, delhi: Location) -> None:
    Source.objects.update(
        provider="openaq", station="7", name="Seven", licence="CC0", attribution="A", url="https://a/"
    )
    change(operator, delhi, **{"sources-0-provider": "openaq", "sources-0-station": "7", "sources-0-position": "3"})
    assert Source.objects.values_list("name", "licence", "attribution", "url").get() == (
        "Seven",
        "CC0",
        "A",
        "https://a/",
    )
    change(operator, delhi, **{"sources-0-provider": "openaq", "sources-0-station": "8"})
    assert Source.objects.values_list("name", "licence", "attribution", "url", "station").get() == ("", "", "", "", "8")


def test_a_location_that_moved_forgets_the_air_of_where_it_was(operator: Client, delhi: Location) -> None:
    simulated = delhi.sources.get(provider="simulated")
    files = Source.objects.create(location=delhi, provider="files", is_enabled=False)
    for source in (simulated, files):
        observe(source)
    Location.objects.update(due_at=now() + timedelta(hours=1))
    change(operator, delhi, name="New Delhi")
    assert Observation.objects.count() == 2
    assert Location.objects.get().due_at <= now()
    change(operator, delhi, latitude="-28.6")
    assert [kept.source for kept in Observation.objects.all()] == [files]


def observe(source: Source) -> None:
    Observation.objects.create(
        source=source, parameter="pm25", observed_at=now(), value_ug_m3=1, original_value=1, original_unit="µg/m³"
    )


def test_each_source_says_which_pollutants_are_shown_of_it_and_why(operator: Client, delhi: Location) -> None:
    first = delhi.sources.get()
    Source.objects.filter(pk=first.pk).update(provider="openaq")
    second = delhi.sources.create(provider="files", name="Quay", position=9)
    hour = now().replace(minute=0, second=0, microsecond=0)
    stale = hour - timedelta(hours=9)
    for source, parameter, at in [
        (first, "o3", hour),
        (second, "o3", hour),
        (first, "pm25", stale),
        (second, "pm25", hour),
    ]:
        source.observations.create(
            parameter=parameter, observed_at=at, value_ug_m3=20, original_value=20, original_unit="µg/m³"
        )
    page = text(operator.get(f"{LIST}{delhi.pk}/change/"))
    assert "o3: first in order<" in page.replace("</p>", "<")
    assert "pm25: first has nothing fresh" in page
    assert page.count("o3: ") == page.count("pm25: ") == 1


def test_the_terms_of_imported_values_can_be_typed_and_those_of_a_provider_not(
    operator: Client, delhi: Location
) -> None:
    Source.objects.filter(location=delhi).update(provider="files", station="rooftop")
    typed = {"sources-0-licence": "CC BY 4.0", "sources-0-attribution": "Rooftop club"}
    assert change(operator, delhi, **typed).status_code == 302
    assert (delhi.sources.get().licence, delhi.sources.get().attribution) == ("CC BY 4.0", "Rooftop club")
    Source.objects.filter(location=delhi).update(provider="open_meteo", station="")
    assert change(operator, delhi, **{"sources-0-licence": "mine"}).status_code == 302
    assert delhi.sources.get().licence == "CC BY 4.0"


def test_the_form_tells_where_coordinates_are_known(operator: Client) -> None:
    page = text(operator.get(f"{LIST}add/"))
    assert "/api/v1/cities/?search=" in page
    assert "forecasts/sources.css" in page  # which keeps the table of sources within the page
