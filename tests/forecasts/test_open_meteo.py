import contextlib
import gzip
import json
import logging
import math
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from forecasts.providers import PROVIDERS, Batch, ModelHour, Place, ProviderError, Reading
from tests.forecasts.mangled import damaged

FIXTURES = Path(__file__).parents[1] / "fixtures" / "open_meteo"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ZURICH = Place(7, 47.3769, 8.5417)
CAPE_TOWN = Place(9, -33.9249, 18.4241)
VARIABLES = ["pm2_5", "pm10", "ozone", "nitrogen_dioxide", "sulphur_dioxide", "carbon_monoxide"]


def recorded(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


@pytest.fixture(autouse=True)
def _no_waiting_at_twenty_past_twelve(settings: Settings, httpserver: HTTPServer) -> Iterator[None]:
    settings.AQI_OPEN_METEO_URL = httpserver.url_for("/v1/air-quality")
    settings.AQI_OPEN_METEO_API_KEY = ""
    with time_machine.travel(NOON + timedelta(minutes=20)), stamina.set_testing(True, attempts=9, cap=True):
        yield


async def fetch(*places: Place, since: datetime | None = None) -> Batch:
    return await PROVIDERS["open_meteo"].fetch(places, since)


def answer(httpserver: HTTPServer, *responses: Response) -> None:
    """These one after another; the last one again and again."""
    waiting = list(responses)
    httpserver.expect_request("/v1/air-quality").respond_with_handler(
        lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]
    )


def answer_json(httpserver: HTTPServer, body: Any, status: int = 200) -> None:
    answer(httpserver, Response(json.dumps(body), status))


def asked(httpserver: HTTPServer, number: int = 0) -> Request:
    return httpserver.log[number][0]


def parameters_at(batch: Batch, hour: datetime) -> set[str]:
    return {reading.parameter for reading in batch.readings if reading.observed_at == hour}


# What is asked


async def test_every_place_and_variable_is_asked_for_in_one_request(httpserver: HTTPServer) -> None:
    answer_json(httpserver, recorded("two_places"))
    await fetch(ZURICH, CAPE_TOWN)
    assert dict(asked(httpserver).args) == {
        "latitude": "47.3769,-33.9249",
        "longitude": "8.5417,18.4241",
        "hourly": ",".join(VARIABLES),
        "past_hours": "48",
        "forecast_hours": "121",
        "timeformat": "unixtime",
        "timezone": "GMT",
    }


@pytest.mark.parametrize(
    ("since", "past_hours"),
    [
        (NOON - timedelta(hours=3), "3"),
        (NOON - timedelta(hours=3, minutes=-1), "2"),
        (NOON - timedelta(days=400), str(92 * 24)),
        (NOON + timedelta(days=1), "0"),
    ],
)
async def test_no_more_past_is_asked_for_than_is_missing(
    httpserver: HTTPServer, since: datetime, past_hours: str
) -> None:
    answer_json(httpserver, recorded("one_place"))
    await fetch(ZURICH, since=since)
    assert asked(httpserver).args["past_hours"] == past_hours


async def test_the_key_is_sent_where_there_is_one(httpserver: HTTPServer, settings: Settings) -> None:
    settings.AQI_OPEN_METEO_API_KEY = "open-sesame"
    answer_json(httpserver, recorded("one_place"))
    await fetch(ZURICH)
    assert asked(httpserver).args["apikey"] == "open-sesame"


async def test_no_place_needs_no_request(httpserver: HTTPServer) -> None:
    assert await fetch() == Batch()
    assert httpserver.log == []


# What is understood


async def test_hours_up_to_now_are_readings_and_the_coming_ones_the_models(httpserver: HTTPServer) -> None:
    answer_json(httpserver, recorded("one_place"))
    batch = await fetch(ZURICH)
    assert [r for r in batch.readings if r.parameter == "pm25"] == [
        Reading(7, "pm25", NOON - timedelta(hours=3), 11.2, "µg/m³"),
        Reading(7, "pm25", NOON - timedelta(hours=2), 12.0, "µg/m³"),
        Reading(7, "pm25", NOON - timedelta(hours=1), 12.6, "µg/m³"),
        Reading(7, "pm25", NOON, 13.1, "µg/m³"),
    ]
    assert [hour for hour in batch.forecasts if hour.parameter == "o3"] == [
        ModelHour(7, "o3", NOON + timedelta(hours=1), 71.0, "µg/m³")
    ]
    assert parameters_at(batch, NOON) == {"pm25", "pm10", "o3", "no2", "so2", "co"}
    assert batch.failures == {}


async def test_a_null_is_no_reading_and_never_zero(httpserver: HTTPServer) -> None:
    body = recorded("one_place")
    body["hourly"]["pm2_5"][3] = None
    answer_json(httpserver, body)
    assert parameters_at(await fetch(ZURICH), NOON) == {"pm10", "o3", "no2", "so2", "co"}


async def test_a_zero_is_a_reading_and_a_negative_value_is_none(httpserver: HTTPServer) -> None:
    body = recorded("one_place")
    body["hourly"]["pm2_5"][3], body["hourly"]["pm10"][3] = 0, -0.1
    answer_json(httpserver, body)
    batch = await fetch(ZURICH)
    assert Reading(7, "pm25", NOON, 0.0, "µg/m³") in batch.readings
    assert "pm10" not in parameters_at(batch, NOON)


async def test_the_hour_of_since_itself_is_delivered_and_none_before(httpserver: HTTPServer) -> None:
    answer_json(httpserver, recorded("one_place"))
    batch = await fetch(ZURICH, since=NOON - timedelta(hours=1))
    assert {reading.observed_at for reading in batch.readings} == {NOON - timedelta(hours=1), NOON}


async def test_hours_beyond_the_forecast_are_left_out(httpserver: HTTPServer) -> None:
    body = recorded("one_place")
    body["hourly"]["time"][4:] = [int((NOON + timedelta(hours=hours)).timestamp()) for hours in (120, 121)]
    body["hourly"]["pm2_5"][4:] = [10, 10]
    answer_json(httpserver, body)
    batch = await fetch(ZURICH)
    assert {hour.valid_at for hour in batch.forecasts} == {NOON + timedelta(hours=120)}


async def test_unix_times_are_utc_whatever_the_offset_says(httpserver: HTTPServer) -> None:
    body = recorded("one_place") | {"utc_offset_seconds": -14400, "timezone": "America/New_York"}
    answer_json(httpserver, body)
    assert max(reading.observed_at for reading in (await fetch(ZURICH)).readings) == NOON


async def test_a_list_is_read_in_the_order_of_the_places(httpserver: HTTPServer) -> None:
    answer_json(httpserver, recorded("two_places"))
    batch = await fetch(ZURICH, CAPE_TOWN)
    at_noon = {r.place_id: r.value for r in batch.readings if r.parameter == "pm25" and r.observed_at == NOON}
    assert at_noon == {7: 13.1, 9: 5.9}


async def test_a_list_of_one_is_as_good_as_the_bare_object(httpserver: HTTPServer) -> None:
    answer_json(httpserver, [recorded("one_place")])
    assert (await fetch(ZURICH)).readings


async def test_the_unit_of_a_variable_without_values_does_not_matter(httpserver: HTTPServer) -> None:
    body = recorded("one_place")
    body["hourly"]["ozone"], body["hourly_units"]["ozone"] = [None] * 6, "undefined"
    answer_json(httpserver, body)
    assert parameters_at(await fetch(ZURICH), NOON) == {"pm25", "pm10", "no2", "so2", "co"}


async def test_a_compressed_answer_is_read(httpserver: HTTPServer) -> None:
    body = gzip.compress(json.dumps(recorded("one_place")).encode())
    answer(httpserver, Response(body, headers={"Content-Encoding": "gzip"}))
    assert (await fetch(ZURICH)).readings
    assert asked(httpserver).headers["Accept-Encoding"] == "gzip"


# One bad place among good ones


def without_a_value(place: dict[str, Any]) -> None:
    place["hourly"].update({variable: [None] * 6 for variable in VARIABLES})


SPOILED: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (lambda place: place["hourly_units"].update(ozone="ppb"), "ozone in the unknown unit 'ppb'"),
    (lambda place: place["hourly_units"].update(pm2_5="USAQI"), "pm2_5 in the unknown unit 'USAQI'"),
    (lambda place: place["hourly_units"].pop("pm10"), "pm10 in the unknown unit ''"),
    (lambda place: place["hourly"]["pm10"].pop(), "5 values of pm10 for 6 hours"),
    (lambda place: place["hourly"]["time"].reverse(), "out of order"),
    (lambda place: place["hourly"]["time"].__setitem__(1, place["hourly"]["time"][0]), "out of order"),
    (lambda place: place["hourly"]["time"].__setitem__(0, 1772614801), "multiple of 3600"),
    (lambda place: place["hourly"]["time"].__setitem__(5, 3600 * 10**15), "<= 4102444800"),
    (lambda place: place["hourly"]["time"].__setitem__(0, -3600 * 10**15), ">= 0"),
    (lambda place: place["hourly"]["time"].__setitem__(0, "2026-03-04T09:00"), "Expected `int`, got `str`"),
    (lambda place: place["hourly"]["pm2_5"].__setitem__(0, "11.2"), "Expected `float | null`, got `str`"),
    (lambda place: place["hourly"].pop("carbon_monoxide"), "missing required field `carbon_monoxide`"),
    (lambda place: place.pop("hourly"), "missing required field `hourly`"),
    (lambda place: place.update(location_id=0), "answered for place 0 where 1 was expected"),
    (without_a_value, "no values for this place"),
]


@pytest.mark.parametrize(("spoil", "reason"), SPOILED)
async def test_a_bad_place_fails_with_its_reason_and_spares_the_others(
    httpserver: HTTPServer, spoil: Callable[[dict[str, Any]], Any], reason: str
) -> None:
    body = recorded("two_places")
    spoil(body[1])
    answer_json(httpserver, body)
    batch = await fetch(ZURICH, CAPE_TOWN)
    assert {reading.place_id for reading in batch.readings} == {ZURICH.id}
    assert set(batch.failures) == {CAPE_TOWN.id}
    assert reason in batch.failures[CAPE_TOWN.id]


async def test_when_no_place_got_anything_the_fetch_fails(httpserver: HTTPServer) -> None:
    body = recorded("two_places")
    for place in body:
        without_a_value(place)
    answer_json(httpserver, body)
    with pytest.raises(ProviderError, match="no values"):
        await fetch(ZURICH, CAPE_TOWN)


# Answers that are none


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>\n<body>maintenance</body></html>", r"did not answer with JSON .*<html> <body>maintenance"),
        (b"", "did not answer with JSON"),
        (json.dumps(recorded("one_place")).encode()[:-20], "did not answer with JSON .*truncated"),
        (b'{"hourly": {"time": [0], "pm2_5": [NaN]}}', "did not answer with JSON"),
        (b'{"hourly": {"time": [], "pm2_5": [1e999]}}', "is not understood .*out of range"),
        (b'{"hourly_units": {"\xff": 1}}', "is not understood"),
        (b"[" * 100_000, "did not answer with JSON .*recursion"),
        (b"[]", "0 places instead of 1"),
        (b"null", "is not understood"),
    ],
)
async def test_what_is_not_an_answer_is_an_error(httpserver: HTTPServer, body: bytes, reason: str) -> None:
    answer(httpserver, Response(body))
    with pytest.raises(ProviderError, match=reason) as caught:
        await fetch(ZURICH)
    assert caught.value.__cause__ is not None or "instead of" in reason


@pytest.mark.parametrize("body", [recorded("one_place"), [*recorded("two_places"), recorded("one_place")]])
async def test_another_number_of_places_is_an_error(httpserver: HTTPServer, body: Any) -> None:
    answer_json(httpserver, body)
    with pytest.raises(ProviderError, match=r"answered for [13] places instead of 2"):
        await fetch(ZURICH, CAPE_TOWN)


async def test_a_complaint_with_status_200_is_told(httpserver: HTTPServer) -> None:
    answer_json(httpserver, {"error": True, "reason": "No data is available for this location"})
    with pytest.raises(ProviderError, match="No data is available for this location"):
        await fetch(ZURICH)


async def test_a_refused_request_is_an_error_at_once(httpserver: HTTPServer) -> None:
    answer_json(httpserver, recorded("error_400"), 400)
    with pytest.raises(ProviderError, match=r"answered 400.*Latitude must be in range"):
        await fetch(ZURICH)
    assert len(httpserver.log) == 1


async def test_a_redirect_is_not_followed(httpserver: HTTPServer) -> None:
    answer(httpserver, Response(status=302, headers={"Location": httpserver.url_for("/elsewhere")}))
    with pytest.raises(ProviderError, match="answered 302"):
        await fetch(ZURICH)
    assert len(httpserver.log) == 1


async def test_what_a_server_says_is_made_fit_for_a_log_line(httpserver: HTTPServer) -> None:
    answer(httpserver, Response("no\x00\n\x1b[31m" + "x" * 5000, 400))
    with pytest.raises(ProviderError) as caught:
        await fetch(ZURICH)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
async def test_an_endless_body_is_not_read_to_its_end(
    httpserver: HTTPServer, compress: Callable[[bytes], bytes]
) -> None:
    headers = {} if compress is bytes else {"Content-Encoding": "gzip"}
    answer(httpserver, Response(compress(b" " * (8 * 1024 * 1024 + 1)), headers=headers))
    with pytest.raises(ProviderError, match="longer than 8388608 bytes"):
        await fetch(ZURICH)


async def test_an_encoding_that_was_not_asked_for_is_refused_unread(httpserver: HTTPServer) -> None:
    answer(httpserver, Response(gzip.compress(gzip.compress(b"{}")), headers={"Content-Encoding": "gzip, gzip"}))
    with pytest.raises(ProviderError, match="gzip, gzip"):
        await fetch(ZURICH)


async def test_a_body_that_is_not_gzip_after_all_is_an_error(httpserver: HTTPServer) -> None:
    answer(httpserver, Response(b"{}", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(ProviderError, match="cannot be read: DecodingError"):
        await fetch(ZURICH)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "no address", "ftp://127.0.0.1/"])
async def test_nobody_there_is_an_error(settings: Settings, url: str) -> None:
    settings.AQI_OPEN_METEO_URL = url
    with pytest.raises(ProviderError, match="cannot be read"):
        await fetch(ZURICH)


async def test_a_malformed_address_is_an_error_that_names_the_setting(settings: Settings) -> None:
    settings.AQI_OPEN_METEO_URL = "http://host:port/"
    with pytest.raises(ProviderError, match="AQI_OPEN_METEO_URL"):
        await fetch(ZURICH)


# Trying again


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_passing_failure_is_tried_again(httpserver: HTTPServer, status: int) -> None:
    failing = Response(json.dumps(recorded("error_429")), status)
    answer(httpserver, failing, failing, Response(json.dumps(recorded("one_place"))))
    assert (await fetch(ZURICH)).readings
    assert len(httpserver.log) == 3


async def test_a_connection_that_breaks_off_is_tried_again(httpserver: HTTPServer) -> None:
    torn = Response(b"{")
    torn.headers["Content-Length"] = "1000"
    answer(httpserver, torn, Response(json.dumps(recorded("one_place"))))
    assert (await fetch(ZURICH)).readings
    assert len(httpserver.log) == 2


async def test_three_failures_are_enough(httpserver: HTTPServer) -> None:
    answer_json(httpserver, recorded("error_429"), 429)
    with pytest.raises(ProviderError, match=r"answered 429.*Minutely API request limit exceeded"):
        await fetch(ZURICH)
    assert len(httpserver.log) == 3


async def test_the_wait_that_the_server_names_is_kept_to(httpserver: HTTPServer) -> None:
    waits: list[float] = []
    stamina.instrumentation.set_on_retry_hooks([lambda details: waits.append(details.wait_for)])
    answer(httpserver, Response("", 429, headers={"Retry-After": "0"}), Response(json.dumps(recorded("one_place"))))
    try:
        with stamina.set_testing(False):
            await fetch(ZURICH)
    finally:
        stamina.instrumentation.set_on_retry_hooks(None)
    assert waits == [0.0]


async def test_a_wait_longer_than_the_time_out_is_not_waited(httpserver: HTTPServer) -> None:
    answer(httpserver, Response("", 429, headers={"Retry-After": "3600"}))
    with pytest.raises(ProviderError, match=r"answered 429"):
        await fetch(ZURICH)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("date", "attempts"), [("Mon, 02 Mar 2026 08:00:00 GMT", 2), ("Sun, 01 Mar 2099 08:00:00 GMT", 1)]
)
async def test_a_wait_may_be_named_by_the_moment_when_it_ends(httpserver: HTTPServer, date: str, attempts: int) -> None:
    busy = Response("", 503, headers={"Retry-After": date})
    answer(httpserver, busy, Response(json.dumps(recorded("one_place"))))
    with contextlib.suppress(ProviderError):
        await fetch(ZURICH)
    assert len(httpserver.log) == attempts


async def test_a_silent_server_is_given_up_after_one_and_a_half_time_outs(
    httpserver: HTTPServer, settings: Settings
) -> None:
    settings.AQI_PROVIDER_TIMEOUT_SECONDS = 0.2

    def drip() -> Iterator[bytes]:
        for _ in range(60):
            yield b" "
            time.sleep(0.05)

    answer(httpserver, Response(drip()))
    started = time.perf_counter()
    with pytest.raises(ProviderError, match="took too long"):
        await fetch(ZURICH)
    assert time.perf_counter() - started < 2


# Many places


def answer_each(httpserver: HTTPServer, refuse: str) -> None:
    """A place's answer as often as it was asked for; status 400 to whoever asks for latitude `refuse`."""

    def respond(request: Request) -> Response:
        latitudes = request.args["latitude"].split(",")
        if refuse in latitudes:
            return Response(json.dumps(recorded("error_400")), 400)
        return Response(json.dumps([recorded("one_place")] * len(latitudes)))

    httpserver.expect_request("/v1/air-quality").respond_with_handler(respond)


def row_of_places(count: int) -> list[Place]:
    return [Place(number, number / 10, 0.0) for number in range(count)]


async def test_over_a_hundred_places_are_asked_for_in_turns(httpserver: HTTPServer) -> None:
    answer_each(httpserver, refuse="")
    batch = await fetch(*row_of_places(102))
    assert [request.args["latitude"].count(",") + 1 for request, _ in httpserver.log] == [100, 2]
    assert {reading.place_id for reading in batch.readings} == set(range(102))


async def test_a_long_past_is_asked_for_in_smaller_turns(httpserver: HTTPServer) -> None:
    answer_each(httpserver, refuse="")
    await fetch(*row_of_places(50), since=NOON - timedelta(days=92))
    assert [request.args["latitude"].count(",") + 1 for request, _ in httpserver.log] == [42, 8]


async def test_a_failed_turn_spares_the_others(httpserver: HTTPServer) -> None:
    answer_each(httpserver, refuse="0.0000")
    batch = await fetch(*row_of_places(102))
    assert {reading.place_id for reading in batch.readings} == {100, 101}
    assert set(batch.failures) == set(range(100))
    assert "Latitude must be in range" in batch.failures[0]


# Secrets


async def test_the_key_is_in_no_error_and_in_no_log(
    httpserver: HTTPServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.AQI_OPEN_METEO_API_KEY = "open-sesame"
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="stamina")
    for status in (200, 400, 503):
        httpserver.clear()
        answer_json(httpserver, {"error": True, "reason": "Invalid API key open-sesame"}, status)
        with pytest.raises(ProviderError, match=r"Invalid API key \*\*\*") as caught:
            await fetch(ZURICH)
        assert "open-sesame" not in "".join(traceback.format_exception(caught.value))
    ours = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert any("retry" in line for line in ours)
    assert "open-sesame" not in "".join(ours)


# Anything at all


@examples(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=damaged(recorded("two_places")))
async def test_any_answer_is_a_sound_batch_or_the_one_error(httpserver: HTTPServer, body: bytes) -> None:
    httpserver.clear()
    answer(httpserver, Response(body))
    try:
        batch = await fetch(ZURICH, CAPE_TOWN)
    except ProviderError:
        return
    hours = [(r.place_id, r.parameter, r.observed_at) for r in batch.readings]
    hours += [(f.place_id, f.parameter, f.valid_at) for f in batch.forecasts]
    assert len(hours) == len(set(hours))
    assert {place_id for place_id, *_ in hours} | set(batch.failures) == {ZURICH.id, CAPE_TOWN.id}
    values = [(r.value, r.unit) for r in batch.readings] + [(f.value, f.unit) for f in batch.forecasts]
    assert all(math.isfinite(value) and value >= 0 and unit == "µg/m³" for value, unit in values)
