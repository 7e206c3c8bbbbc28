"""What is usual by month and hour: of whom it is kept, when it is made anew, and that forecasts are made of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forecasts.climatology import SERIES_AT_ONCE, renew_some
from forecasts.models import Climatology, Forecast, Location, Observation, Source
from forecasts.refresh import prepare_rounds, publish_round

from .api_rows import place

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
CLOCK = datetime(2026, 3, 10, 12, 20, tzinfo=UTC)
NOON = CLOCK.replace(minute=0)

pytestmark = pytest.mark.django_db


def station(slug: str = "delhi", provider: str = "files") -> Source:
    return Source.objects.create(location=place(slug, slug.title(), 28.6, 77.2), provider=provider)


def observe(source: Source, days: float, value: float = 20.0, until: datetime = NOON, flags: int | None = None) -> None:
    """So many days up to then; at six in the morning it is 30 more."""
    times = [until - back * HOUR for back in range(int(days * 24))]
    Observation.objects.bulk_create(
        Observation(
            source=source,
            parameter="pm25",
            observed_at=at,
            value_ug_m3=value + 30 * (at.hour == 6),
            original_value=value,
            original_unit="µg/m³",
            flags=flags,
        )
        for at in times
    )


def renewed(clock: datetime = CLOCK) -> list[int]:
    return list(_until_none(clock))


def _until_none(clock: datetime) -> Iterator[int]:
    while number := renew_some(clock):
        yield number


def forecast(location: Location, clock: datetime = CLOCK) -> Forecast:
    for prepared in prepare_rounds([location], {}, clock):
        publish_round(prepared)
    return Forecast.objects.filter(location=location, parameter="pm25").latest("pk")


def test_a_year_of_measurements_becomes_the_medians_of_each_month_and_hour() -> None:
    source = station()
    observe(source, 366)
    assert renewed() == [1]
    row = Climatology.objects.get()
    assert (row.source, row.parameter, row.made_at) == (source, "pm25", CLOCK)
    assert row.medians is not None
    assert [len(row.medians), len(row.medians[0])] == [12, 24]
    march_to_may, others = row.medians[2:5], [*row.medians[:2], *row.medians[5:]]
    assert {(hours[5], hours[6]) for hours in march_to_may} == {(20, 50)}
    assert {usual for hours in others for usual in hours} == {None}  # this winter's are no usual ones yet


def test_whoever_has_not_seen_the_season_before_and_air_that_nobody_measured_are_left_out() -> None:
    observe(station("young"), 299)
    observe(station("made-up", "simulated"), 366)
    observe(station("a-model", "open_meteo"), 366)
    assert renewed() == []


def test_a_year_that_is_not_believed_is_looked_at_once_and_serves_nobody() -> None:
    source = station()
    observe(source, 30)
    observe(source, 340, until=NOON - 30 * DAY, flags=1)
    assert renewed() == [1]
    assert Climatology.objects.get().medians is None
    assert "climatology" not in forecast(source.location).given


def test_it_is_made_anew_after_four_weeks_and_not_before() -> None:
    observe(station(), 366)
    assert [renewed(CLOCK + days * DAY) for days in (0, 27, 28, 29)] == [[1], [], [1], []]
    assert Climatology.objects.get().made_at == CLOCK + 28 * DAY


def test_a_few_series_at_a_time_are_made_so_that_rounds_get_their_turn() -> None:
    for number in range(SERIES_AT_ONCE + 1):
        source = station(f"place-{number}")
        observe(source, 1)
        observe(source, 1, until=NOON - YEAR)
    assert renewed() == [SERIES_AT_ONCE, 1]


def test_forecasts_are_made_of_it_as_soon_as_it_is_there() -> None:
    source = station()
    observe(source, 366)
    assert "climatology" not in forecast(source.location).given
    renewed()
    Forecast.objects.all().delete()
    row = forecast(source.location)
    assert "climatology" in row.given
    assert row.record is not None
    assert row.record["experts"]["climatology"][5] == 20  # of 12 hours ahead, at midnight
    assert row.record["experts"]["climatology"][6] == 50  # of 18 hours ahead, at six


def test_it_is_read_in_one_query_for_all_places() -> None:
    locations = []
    for number in range(3):
        source = station(f"place-{number}")
        observe(source, 2)
        Climatology.objects.create(source=source, parameter="pm25", made_at=CLOCK, medians=[[20.0] * 24] * 12)
        locations.append(source.location)
    with CaptureQueriesContext(connection) as captured:
        rounds = prepare_rounds(locations, {}, CLOCK)
    assert sum("forecasts_climatology" in query["sql"] for query in captured) == 1
    assert ["climatology" in one.rows[0].given for one in rounds] == [True] * 3
