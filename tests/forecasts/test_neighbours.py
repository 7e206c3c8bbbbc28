"""What a forecast hears of the places nearby."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forecasts.models import Forecast, Observation, Source
from forecasts.neighbours import Neighbours, neighbours_of
from forecasts.refresh import prepare_rounds, publish_round

from .api_rows import place

HOUR = timedelta(hours=1)
CLOCK = datetime(2026, 3, 10, 12, 20, tzinfo=UTC)
NOON = CLOCK.replace(minute=0)
KM = 1 / 111.2  # in degrees of latitude
STEADY = [20.0] * 24 * 10
RISING = [*[20.0] * 24 * 9, *[20.0] * 20, 40.0, 60.0, 90.0, 120.0]

pytestmark = pytest.mark.django_db


def station(
    slug: str,
    km: float,
    values: Iterable[float] = STEADY,
    provider: str = "files",
    parameter: str = "pm25",
    **more: str,
) -> Source:
    """So far north of Delhi, with a value an hour, the last at noon."""
    source = Source.objects.create(location=place(slug, slug.title(), 28.6 + km * KM, 77.2), provider=provider, **more)
    Observation.objects.bulk_create(
        Observation(
            source=source,
            parameter=parameter,
            observed_at=NOON - back * HOUR,
            value_ug_m3=value,
            original_value=value,
            original_unit="µg/m³",
        )
        for back, value in enumerate(reversed(list(values)))
    )
    return source


def expected(source: Source) -> list[float]:
    """The medians of a forecast made now."""
    Forecast.objects.all().delete()
    for prepared in prepare_rounds([source.location], {}, CLOCK):
        publish_round(prepared)
    medians: list[float] = Forecast.objects.get(location=source.location, parameter="pm25").hours["median"]
    return medians


def heard(source: Source) -> list[float]:
    """The newest value of each neighbour."""
    found: Neighbours = neighbours_of([(source.location, "pm25", source)], CLOCK)
    return [float(hourly[-1]) for hourly in found.get((source.pk, "pm25"), [])]


def test_a_forecast_rises_where_the_air_around_rose() -> None:
    delhi = station("delhi", 0)
    alone = expected(delhi)
    station("noida", 20, RISING)
    assert expected(delhi)[2] > alone[2]


@pytest.mark.parametrize(
    ("km", "provider", "parameter"),
    [(101, "files", "pm25"), (20, "simulated", "pm25"), (20, "open_meteo", "pm25"), (20, "files", "no2")],
)
def test_what_is_far_or_not_measured_or_another_pollutant_is_no_neighbour(
    km: float, provider: str, parameter: str
) -> None:
    delhi = station("delhi", 0)
    alone = expected(delhi)
    station("noida", km, RISING, provider, parameter)
    assert expected(delhi) == alone
    assert heard(delhi) == []


def test_simulated_air_hears_of_nobody() -> None:
    simulated = station("delhi", 0, provider="simulated")
    station("noida", 20, RISING)
    assert neighbours_of([(simulated.location, "pm25", simulated)], CLOCK) == {}


def test_the_six_nearest_that_speak_are_heard() -> None:
    delhi = station("delhi", 0)
    for km in (70, 10, 60, 20, 50, 30, 40):
        station(f"north-{km}", km, [float(km)])
    silent = station("silent", 5)
    Observation.objects.filter(source=silent, observed_at__gt=NOON - 3 * HOUR).delete()
    assert heard(delhi) == [10, 20, 30, 40, 50, 60]


def test_a_station_that_two_places_show_is_no_neighbour_of_itself() -> None:
    delhi = station("delhi", 0, provider="openaq", station="17")
    station("delhi-again", 1, provider="openaq", station="17")
    station("noida", 20, [33.0], provider="openaq", station="18")
    assert heard(delhi) == [33]


def test_hours_that_are_missing_or_doubted_stay_missing() -> None:
    delhi, noida = station("delhi", 0), station("noida", 20)
    Observation.objects.filter(source=noida, observed_at=NOON).update(flags=1)
    Observation.objects.filter(source=noida, observed_at=NOON - 24 * HOUR).delete()
    hourly = neighbours_of([(delhi.location, "pm25", delhi)], CLOCK)[delhi.pk, "pm25"][0]
    assert np.isnan(hourly[[-1, -25]]).all()
    assert (hourly[[-2, -49]] == 20).all()


def test_two_queries_are_enough_for_all_places() -> None:
    sources = [station(f"place-{number}", number, [20.0] * 30) for number in range(9)]
    series = [(source.location, "pm25", source) for source in sources]
    neighbours_of(series, CLOCK)  # reads the directory, once a minute
    for number in (2, 9):
        with CaptureQueriesContext(connection) as captured:
            neighbours_of(series[:number], CLOCK)
        assert len(captured) == 2
