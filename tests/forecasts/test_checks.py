import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from forecasts.checks import mixed_simulation
from forecasts.models import Location, Source


@pytest.fixture
def mixed(db: None) -> Location:
    location = Location.objects.create(slug="delhi", name="Delhi", latitude=28.6, longitude=77.2)
    Source.objects.create(location=location, provider="simulated")
    Source.objects.create(location=location, provider="open_meteo")
    return location


def complaints() -> str:
    """What `manage.py check` says, whether it refuses or only warns."""
    errors = StringIO()
    try:
        call_command("check", stderr=errors)
    except CommandError as error:
        return str(error)
    return errors.getvalue()


@pytest.mark.django_db
def test_the_default_configuration_has_nothing_to_complain_about() -> None:
    assert complaints() == ""


def test_check_reports_a_simulated_source_next_to_another_one(mixed: Location) -> None:
    said = complaints()
    assert "(forecasts.E001) Delhi (delhi) has a simulated source next to another one." in said
    assert "HINT: In the admin, switch off or delete" in said


def test_a_switched_off_source_mixes_with_nothing(mixed: Location) -> None:
    assert mixed_simulation() == [mixed]
    Source.objects.filter(provider="simulated").update(is_enabled=False)
    assert mixed_simulation() == []
    assert complaints() == ""


def test_sources_of_other_locations_are_no_mixture(mixed: Location) -> None:
    other = Location.objects.create(slug="lima", name="Lima", latitude=-12.0, longitude=-77.0)
    Source.objects.filter(provider="open_meteo").update(location=other)
    assert mixed_simulation() == []


def test_two_real_sources_are_no_mixture(mixed: Location) -> None:
    Source.objects.filter(provider="simulated").update(provider="files")
    assert mixed_simulation() == []


def test_the_database_is_asked_only_where_it_may_be(mixed: Location) -> None:
    call_command("prune", skip_checks=False, stdout=StringIO())


@pytest.mark.django_db
@override_settings(AQI_PROVIDER="crystal_ball")
def test_an_unknown_provider_is_refused() -> None:
    said = complaints()
    assert "(forecasts.E002) AQI_PROVIDER names no provider: 'crystal_ball'." in said
    assert "simulated" in said


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "open-meteo.com", "ftp://example.org/", "https://", "http://[oops"])
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with override_settings(AQI_OPEN_METEO_URL=address):
        assert "forecasts.E003" in complaints()


@pytest.mark.django_db
@override_settings(AQI_OPEN_METEO_URL="http://open-meteo:8080/v1")
def test_an_address_inside_the_own_network_is_fine() -> None:
    assert complaints() == ""


@pytest.mark.django_db
@override_settings(AQI_STALE_AFTER_HOURS=12, AQI_UNAVAILABLE_AFTER_HOURS=12)
def test_stale_that_never_comes_is_warned_of() -> None:
    assert "forecasts.W001" in complaints()


def test_a_database_without_tables_is_no_mistake(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
