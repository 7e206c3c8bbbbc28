from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from forecasts.gazetteer import parse_location
from forecasts.models import Location, Observation, Source
from forecasts.providers import PROVIDERS


def add_demo_locations(**options: Any) -> str:
    output = StringIO()
    call_command("add_demo_locations", stdout=output, **options)
    return output.getvalue()


def observe(source: Source) -> None:
    source.observations.create(
        parameter="pm25", observed_at=now(), value_ug_m3=1, original_value=1, original_unit="µg/m³"
    )


def providers_of(slug: str) -> list[tuple[str, bool]]:
    return list(Source.objects.filter(location__slug=slug).order_by("provider").values_list("provider", "is_enabled"))


def test_thirty_cities_of_all_continents_are_valid_and_have_a_source(db: None) -> None:
    assert add_demo_locations(provider="simulated") == (
        "Demo locations of simulated: 30 added, 0 switched from simulated air.\n"
    )
    locations = Location.objects.all()
    for location in locations:
        location.full_clean()
        location.sources.get().full_clean()
    continents = {location.timezone.split("/")[0] for location in locations}
    assert continents == {"Africa", "America", "Asia", "Australia", "Europe", "Pacific"}


@pytest.mark.parametrize("text", ["Delhi", "new delhi", "दिल्ली", "28.65,77.23"])
def test_delhi_goes_by_all_its_names(db: None, text: str) -> None:
    add_demo_locations(provider="simulated")
    assert parse_location(text).slug == "delhi"


def test_names_keep_their_accents_and_slugs_have_none(db: None) -> None:
    add_demo_locations(provider="simulated")
    names = dict(Location.objects.values_list("slug", "name"))
    assert (names["sao-paulo"], names["krakow"], names["bogota"]) == ("São Paulo", "Kraków", "Bogotá")


def test_a_source_says_whose_the_numbers_are(db: None) -> None:
    add_demo_locations(provider="open_meteo")
    source, about = Source.objects.get(location__slug="delhi"), PROVIDERS["open_meteo"].about
    assert (source.name, source.attribution) == (about.name, about.attribution)
    assert (source.licence, source.url) == (about.licence, about.url)


def test_the_provider_of_the_settings_is_the_default(db: None, settings: Settings) -> None:
    settings.AQI_PROVIDER = "open_meteo"
    add_demo_locations()
    assert providers_of("delhi") == [("open_meteo", True)]


def test_an_unknown_provider_is_refused_with_the_choices(db: None) -> None:
    with pytest.raises(CommandError, match="choose one of open_meteo, openaq"):
        add_demo_locations(provider="nope")
    assert not Location.objects.exists()


def test_a_second_time_adds_only_what_is_missing(db: None) -> None:
    add_demo_locations(provider="simulated")
    Location.objects.get(slug="lima").delete()
    Location.objects.filter(slug="delhi").update(name="Dilli")
    assert "1 added" in add_demo_locations(provider="simulated")
    observe(Source.objects.get(location__slug="delhi"))
    assert "0 added, 0 switched" in add_demo_locations(provider="simulated")
    assert Location.objects.get(slug="delhi").name == "Dilli"
    assert Observation.objects.count() == 1
    assert providers_of("delhi") == providers_of("lima") == [("simulated", True)]


def test_if_empty_adds_nothing_next_to_a_location_of_the_operator(db: None) -> None:
    Location.objects.create(slug="mine", name="Mine", is_active=False)
    assert "0 added" in add_demo_locations(provider="simulated", if_empty=True)
    assert Location.objects.get().slug == "mine"


def test_if_empty_fills_an_empty_database(db: None) -> None:
    assert "30 added" in add_demo_locations(provider="simulated", if_empty=True)


@pytest.mark.parametrize("if_empty", [True, False])
def test_simulated_air_makes_room_for_a_real_provider_at_once(db: None, if_empty: bool) -> None:
    add_demo_locations(provider="simulated")
    observe(Source.objects.get(location__slug="delhi"))
    Location.objects.update(due_at=now() + timedelta(hours=1))
    output = add_demo_locations(provider="open_meteo", if_empty=if_empty)
    assert output == "Demo locations of open_meteo: 0 added, 30 switched from simulated air.\n"
    assert providers_of("delhi") == [("open_meteo", True)]
    assert not Observation.objects.exists()
    assert not Location.objects.filter(due_at__gt=now()).exists()


def test_a_real_provider_is_never_switched_and_its_rounds_keep_their_time(db: None) -> None:
    add_demo_locations(provider="open_meteo")
    Location.objects.update(due_at=now() + timedelta(hours=1))
    for provider in ("simulated", "open_meteo"):
        assert "0 switched" in add_demo_locations(provider=provider, if_empty=True)
    assert providers_of("delhi") == [("open_meteo", True)]
    assert not Location.objects.filter(due_at__lt=now()).exists()


def test_only_demo_cities_with_simulated_air_alone_are_switched(db: None) -> None:
    add_demo_locations(provider="simulated")
    mine = Location.objects.create(slug="mine", name="Mine", latitude=0, longitude=0)
    mine.sources.create(provider="simulated")
    Location.objects.get(slug="lima").sources.create(provider="files")
    Location.objects.get(slug="delhi").sources.update(is_enabled=False)
    assert "28 switched" in add_demo_locations(provider="open_meteo", if_empty=True)
    assert providers_of("mine") == [("simulated", True)]
    assert providers_of("lima") == [("files", True), ("simulated", True)]
    assert providers_of("delhi") == [("simulated", False)]


def test_a_real_source_that_was_switched_off_is_switched_on_again_with_its_history(db: None) -> None:
    add_demo_locations(provider="simulated")
    source = Location.objects.get(slug="delhi").sources.create(provider="open_meteo", is_enabled=False)
    observe(source)
    add_demo_locations(provider="open_meteo", if_empty=True)
    assert providers_of("delhi") == [("open_meteo", True)]
    assert source.observations.count() == 1
