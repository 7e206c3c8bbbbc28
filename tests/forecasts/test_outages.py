"""What the log says of providers that are away."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from forecasts.models import Location, Source
from forecasts.providers import Batch
from forecasts.refresh import prepare_rounds

CLOCK = datetime(2026, 3, 10, 12, 20, tzinfo=UTC)
AWAY = "api.example cannot be read: ConnectError"

pytestmark = pytest.mark.django_db


@pytest.fixture
def stations() -> list[Source]:
    places = [
        Location.objects.create(slug=f"place-{number}", name=f"Place {number}", latitude=number, longitude=1)
        for number in range(3)
    ]
    return [Source.objects.create(location=place, provider="openaq", name=f"S{place.latitude}") for place in places]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "forecasts.outages")
    return caplog


def hear(log: pytest.LogCaptureFixture, told: dict[Source, str | None]) -> list[str]:
    """The lines of a round in which these sources failed for these reasons, or answered (None)."""
    log.clear()
    answers = {
        source.pk: Batch() if reason is None else Batch(failures={source.pk: reason}) for source, reason in told.items()
    }
    prepare_rounds([source.location for source in told], answers, CLOCK + timedelta(minutes=5))
    return log.messages


def test_a_provider_that_is_away_is_one_line_and_its_return_another(
    log: pytest.LogCaptureFixture, stations: list[Source]
) -> None:
    away: dict[Source, str | None] = dict.fromkeys(stations, AWAY)
    back: dict[Source, str | None] = dict.fromkeys(stations)
    assert hear(log, away) == [f"3 sources of openaq, such as S0 for Place 0, fail: {AWAY}"]
    assert hear(log, away) == []
    assert hear(log, back) == ["3 sources of openaq, such as S0 for Place 0, are back after 2 failed rounds"]
    assert hear(log, back) == []


def test_places_that_are_due_one_after_another_make_no_more_lines(
    log: pytest.LogCaptureFixture, stations: list[Source]
) -> None:
    assert [hear(log, {station: f"{AWAY} {station}"}) for station in stations] == [
        [f"S0 for Place 0 fails: {AWAY} S0"],
        [],
        [],
    ]
    assert [hear(log, {station: None}) for station in stations] == [
        [],
        [],
        ["S2 for Place 2 is back after 1 failed rounds"],
    ]


def test_a_station_that_fails_while_its_provider_answers_has_lines_of_its_own(
    log: pytest.LogCaptureFixture, stations: list[Source]
) -> None:
    first, second, third = stations
    assert hear(log, {first: "silent", second: None}) == ["S0 for Place 0 fails: silent"]
    assert hear(log, {second: "silent", third: None}) == ["S1 for Place 1 fails: silent"]
    assert hear(log, {first: "silent", third: AWAY}) == [f"S2 for Place 2 fails: {AWAY}"]
    assert hear(log, {third: None}) == ["S2 for Place 2 is back after 1 failed rounds"]
