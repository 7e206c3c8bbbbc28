"""The weather: how it is asked for, what is kept of it, and that forecasts hear it where they should."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import stamina
import time_machine
from channels.db import database_sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from forecasts.long_series import histories
from forecasts.models import Forecast, Location, Observation, Quota, Source, Weather
from forecasts.prediction.model_choice import look_in
from forecasts.prediction.series import WEATHER
from forecasts.providers import Place, ProviderError
from forecasts.providers.weather import fetch_weather
from forecasts.refresh import forget_the_place, prepare_rounds, publish_round
from forecasts.retention import prune
from forecasts.stored_series import stored_series
from forecasts.weather_round import renew_weather
from realtime.upkeep import renew_some_weather
from tests.forecasts.windy import CALM, STORM

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
CLOCK = NOON + timedelta(minutes=20)
ZURICH, CAPE_TOWN = Place(7, 47.3769, 8.5417), Place(9, -33.9249, 18.4241)


def recorded() -> Any:
    return json.loads((Path(__file__).parents[1] / "fixtures" / "open_meteo" / "weather_two_places.json").read_text())


@pytest.fixture(autouse=True)
def clock(settings: Settings, httpserver: HTTPServer) -> Iterator[time_machine.Traveller]:
    settings.AQI_WEATHER = "open_meteo"
    settings.AQI_OPEN_METEO_WEATHER_URL = httpserver.url_for("/v1/forecast")
    settings.AQI_OPEN_METEO_API_KEY = ""
    with time_machine.travel(CLOCK, tick=False) as traveller, stamina.set_testing(True, attempts=2, cap=True):
        yield traveller


def answer(httpserver: HTTPServer, body: Any, status: int = 200) -> None:
    httpserver.expect_request("/v1/forecast").respond_with_data(
        body if isinstance(body, str) else json.dumps(body), status
    )


# What is asked, and what is understood


async def test_all_places_are_asked_for_in_one_request(httpserver: HTTPServer) -> None:
    answer(httpserver, recorded())
    await fetch_weather([ZURICH, CAPE_TOWN])
    assert [dict(request.args) for request, _ in httpserver.log] == [
        {
            "latitude": "47.3769,-33.9249",
            "longitude": "8.5417,18.4241",
            "hourly": "temperature_2m,dew_point_2m,surface_pressure,wind_speed_10m,wind_direction_10m,precipitation,"
            "boundary_layer_height",
            "past_days": "7",
            "forecast_days": "6",
            "wind_speed_unit": "ms",
            "timeformat": "unixtime",
            "timezone": "GMT",
        }
    ]


async def test_more_than_a_hundred_places_are_asked_for_in_several_requests(httpserver: HTTPServer) -> None:
    answer(httpserver, [recorded()[0] | {"location_id": position} for position in range(100)])
    batch = await fetch_weather([Place(number, 1, number / 10) for number in range(101)])
    assert len(httpserver.log) == 2
    assert len({day.place_id for day in batch.days}) == 100
    assert "100 places instead of 1" in batch.failures[100]


async def test_the_key_is_sent_where_there_is_one(httpserver: HTTPServer, settings: Settings) -> None:
    settings.AQI_OPEN_METEO_API_KEY = "open-sesame"
    answer(httpserver, recorded()[0])
    await fetch_weather([ZURICH])
    assert httpserver.log[0][0].args["apikey"] == "open-sesame"


async def test_hours_become_days_of_utc_with_the_wind_by_where_it_blows_to(httpserver: HTTPServer) -> None:
    answer(httpserver, recorded()[0])
    first, second = (await fetch_weather([ZURICH])).days
    assert (first.place_id, first.day, second.day) == (7, date(2026, 3, 4), date(2026, 3, 5))
    assert {name: hours[22:] for name, hours in first.hours.items()} == {
        "temperature_c": [3.1, 2.8],
        "dew_point_c": [0.4, 0.3],
        "pressure_hpa": [968.2, 968.4],
        "wind_u_ms": [2.0, 0.0],
        "wind_v_ms": [0.0, -3.0],
        "rain_mm": [0.0, 0.3],
        "boundary_layer_m": [120.0, 95.0],
    }
    assert tuple(first.hours) == WEATHER
    assert second.hours["wind_u_ms"] == [-1.06, *[None] * 23]


async def test_what_is_missing_or_cannot_be_true_is_null_and_never_zero(httpserver: HTTPServer) -> None:
    body = recorded()[0]
    body["hourly"]["temperature_2m"] = [-999, 2.8, None, 99]
    body["hourly"]["boundary_layer_height"] = [None] * 4
    body["hourly_units"]["boundary_layer_height"] = "undefined"
    answer(httpserver, body)
    first, second = (await fetch_weather([ZURICH])).days
    assert first.hours["temperature_c"] == [*[None] * 23, 2.8]
    assert second.hours["temperature_c"] == [None] * 24
    assert first.hours["boundary_layer_m"] == [None] * 24


def spoiled(**changes: Any) -> Any:
    body = recorded()[0]
    for name, value in changes.items():
        body["hourly_units" if isinstance(value, str) else "hourly"][name] = value
    return body


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html>maintenance</html>", "did not answer with JSON"),
        ({"error": True}, "not understood"),
        (spoiled(wind_speed_10m="km/h"), "wind_speed_10m in 'km/h' instead of m/s"),
        (spoiled(precipitation=[0.0]), "1 values of precipitation for 4 hours"),
        (spoiled(time=[1772661601] * 4), "not understood"),
        (spoiled(**{name: [None] * 4 for name in recorded()[0]["hourly"] if name != "time"}), "no weather"),
        (recorded()[0] | {"location_id": 5}, "place 5 where 0 was expected"),
        (recorded(), "2 places instead of 1"),
    ],
)
async def test_an_answer_that_is_not_understood_is_an_error_with_a_name(
    body: Any, reason: str, httpserver: HTTPServer
) -> None:
    answer(httpserver, body)
    with pytest.raises(ProviderError, match=reason):
        await fetch_weather([ZURICH])


async def test_one_place_that_got_nothing_spares_the_others(httpserver: HTTPServer) -> None:
    answer(httpserver, [recorded()[0], recorded()[1] | {"hourly": {}}])
    batch = await fetch_weather([ZURICH, CAPE_TOWN])
    assert {day.place_id for day in batch.days} == {7}
    assert "not understood" in batch.failures[9]


async def test_an_address_that_is_none_is_a_provider_error(settings: Settings) -> None:
    settings.AQI_OPEN_METEO_WEATHER_URL = "http://host:port/"
    with pytest.raises(ProviderError, match="AQI_OPEN_METEO_WEATHER_URL"):
        await fetch_weather([ZURICH])


# What is kept


@pytest.fixture
def zurich(transactional_db: None) -> Location:
    return Location.objects.create(slug="zurich", name="Zürich", latitude=47.4, longitude=8.5)


@database_sync_to_async
def kept() -> list[tuple[date, float | None]]:
    """The days, and the temperature at 23 h."""
    return [(row.day, row.hours["temperature_c"][23]) for row in Weather.objects.order_by("day")]


@database_sync_to_async
def due_in(location: Location) -> timedelta:
    due_at = Location.objects.get(pk=location.pk).weather_due_at
    assert due_at is not None
    return due_at - datetime.now(UTC)


async def test_without_the_setting_nobody_is_asked(
    zurich: Location, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.AQI_WEATHER = "none"
    assert await renew_weather() is False
    assert httpserver.log == []


async def test_weather_is_kept_and_asked_for_again_after_three_hours(
    zurich: Location, httpserver: HTTPServer, clock: time_machine.Traveller
) -> None:
    answer(httpserver, recorded()[0])
    assert [await renew_weather(), await renew_weather()] == [True, False]
    assert await kept() == [(date(2026, 3, 4), 2.8), (date(2026, 3, 5), None)]
    clock.shift(3 * HOUR)
    httpserver.clear_all_handlers()
    answer(httpserver, spoiled(temperature_2m=[5, 6, 7, 8]))
    assert await renew_weather() is True
    assert await kept() == [(date(2026, 3, 4), 6), (date(2026, 3, 5), None)]
    assert len(httpserver.log) == 2


async def test_each_location_of_a_call_counts_against_the_quota_of_open_meteo(
    zurich: Location, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.AQI_OPEN_METEO_QUOTA = "3/day"
    await Location.objects.acreate(slug="cape-town", name="Cape Town", latitude=-33.9, longitude=18.4)
    await Location.objects.acreate(slug="nowhere", name="Nowhere")
    answer(httpserver, recorded())
    assert await renew_weather() is True
    quota = await Quota.objects.aget()
    assert (quota.provider, quota.used) == ("open_meteo", 2)


async def test_a_failure_leaves_what_is_known_and_is_tried_again_soon(
    zurich: Location, httpserver: HTTPServer, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    answer(httpserver, recorded()[0])
    await renew_weather()
    before = await kept()
    clock.shift(3 * HOUR)
    httpserver.clear_all_handlers()
    answer(httpserver, "overloaded", 503)
    assert await renew_some_weather() is False
    assert "answered 503" in caplog.text
    assert await kept() == before
    assert await due_in(zurich) == timedelta(minutes=15)


async def test_whoever_dies_while_it_asks_delays_the_weather_by_a_quarter_of_an_hour(
    zurich: Location, httpserver: HTTPServer
) -> None:
    is_asked, is_over = threading.Event(), threading.Event()

    def stuck(request: Request) -> Response:
        is_asked.set()
        is_over.wait(30)
        return Response()

    httpserver.expect_oneshot_request("/v1/forecast").respond_with_handler(stuck)
    with httpserver.wait(stop_on_nohandler=False):
        asking = asyncio.create_task(renew_weather())
        assert await asyncio.to_thread(is_asked.wait, 30)
        asking.cancel()
        is_over.set()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await due_in(zurich) == timedelta(minutes=15)


async def test_a_place_that_alone_got_nothing_is_asked_for_again_soon(zurich: Location, httpserver: HTTPServer) -> None:
    cape_town = await Location.objects.acreate(slug="cape-town", name="Cape Town", latitude=-33.9, longitude=18.4)
    answer(httpserver, [recorded()[0], recorded()[1] | {"hourly": {}}])
    assert await renew_weather() is True
    assert [await due_in(zurich), await due_in(cape_town)] == [3 * HOUR, timedelta(minutes=15)]


@pytest.mark.django_db
def test_old_weather_goes_and_the_rest_stays(settings: Settings) -> None:
    settings.AQI_WEATHER_DAYS = 30
    location = Location.objects.create(slug="zurich", name="Zürich", latitude=47.4, longitude=8.5)
    for days in (31, 30, -5):
        Weather.objects.create(location=location, day=(CLOCK - days * DAY).date(), hours={})
    assert prune(CLOCK).weather == 1
    assert Weather.objects.count() == 2


@pytest.mark.django_db
def test_a_location_that_moved_gets_its_weather_anew() -> None:
    location = Location.objects.create(
        slug="zurich", name="Zürich", latitude=47.4, longitude=8.5, weather_due_at=CLOCK + HOUR
    )
    Weather.objects.create(location=location, day=CLOCK.date(), hours={})
    forget_the_place(location)
    location.refresh_from_db()
    assert location.weather_due_at is None
    assert not Weather.objects.exists()


# What forecasts hear of it


def station(slug: str = "zurich", speed: float | None = None) -> Source:
    """Calm air around 40 until noon, and from then on so much wind from the west."""
    location = Location.objects.create(slug=slug, name=slug.title(), latitude=47.4, longitude=8.5)
    source = Source.objects.create(location=location, provider="files")
    values = 40 * np.exp(0.1 * np.random.default_rng(9).standard_normal(696))
    Observation.objects.bulk_create(
        Observation(
            source=source,
            parameter="pm25",
            observed_at=NOON - back * HOUR,
            value_ug_m3=value,
            original_value=value,
            original_unit="µg/m³",
        )
        for back, value in enumerate(values.tolist())
    )
    if speed is not None:
        keep_wind(location, speed)
    return source


def keep_wind(location: Location, speed: float) -> None:
    for days in range(-7, 6):
        wind = [CALM if days < 0 or (days == 0 and hour <= 12) else speed for hour in range(24)]
        hours = {"wind_u_ms": wind, "wind_v_ms": [0] * 24, "temperature_c": [-20.5] * 24}
        Weather.objects.create(location=location, day=(NOON + days * DAY).date(), hours=hours)


def published(source: Source) -> tuple[Forecast, list[str]]:
    """The forecast of PM2.5, and the names of all sources of the snapshot."""
    Forecast.objects.all().delete()
    for prepared in prepare_rounds([source.location], {}, CLOCK):
        publish_round(prepared)
    snapshot = json.loads(source.location.snapshots.latest("pk").text)
    return Forecast.objects.get(parameter="pm25"), [one["name"] for one in snapshot["sources"]]


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped_again")
def test_a_storm_that_is_forecast_clears_the_air_and_its_source_is_named(
    weather_model: Path, settings: Settings
) -> None:
    look_in(weather_model)
    source = station()
    calm, names = published(source)
    assert "weather" not in calm.given
    assert len(names) == 1
    keep_wind(source.location, STORM)
    storm, names = published(source)
    assert storm.hours["median"][11] < 0.7 * calm.hours["median"][11]
    assert "weather" in storm.given
    assert names[1:] == ["Weather via Open-Meteo"]
    settings.AQI_WEATHER = "none"
    assert published(source)[0].hours == calm.hours


@pytest.mark.django_db
def test_the_shipped_model_needs_no_weather_and_names_none() -> None:
    source = station(speed=STORM)
    row, names = published(source)
    assert "global_model" in row.given
    assert "weather" not in row.given
    assert len(names) == 1


@pytest.mark.django_db
def test_weather_is_read_in_one_query_for_all_places() -> None:
    locations = [station(f"place-{number}", CALM).location for number in range(3)]
    with CaptureQueriesContext(connection) as captured:
        prepare_rounds(locations, {}, CLOCK)
    assert sum("forecasts_weather" in query["sql"] for query in captured) == 1


@pytest.mark.django_db
def test_training_from_the_database_hears_what_is_kept(settings: Settings) -> None:
    station(speed=STORM)
    (history,) = [history for _, history in histories(stored_series())]
    assert history.weather is not None
    wind = history.weather[: len(history.hourly), WEATHER.index("wind_u_ms")]
    assert np.isfinite(wind).sum() == 7 * 24 + 13  # up to noon, the last hour that was observed
    assert set(wind[np.isfinite(wind)]) == {CALM}
    assert history.weather[len(history.hourly), WEATHER.index("wind_u_ms")] == STORM
    settings.AQI_WEATHER = "none"
    assert [one.parameter for one in stored_series()] == ["pm25"]
