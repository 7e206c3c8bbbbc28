import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import stamina
import time_machine
from channels.db import database_sync_to_async
from django.db import connection
from django.test import Client
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Response

from forecasts.models import Location, Quota, Source
from forecasts.providers import Batch, ProviderError
from forecasts.quota import Use, quota_use, take
from forecasts.refresh import fetch_due
from tests.forecasts.provider_server import recorded

CLOCK = datetime(2026, 3, 4, 12, 20, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(CLOCK, tick=False) as traveller, stamina.set_testing(True, attempts=9, cap=True):
        yield traveller


@pytest.fixture
def openaq_quota(settings: Settings) -> None:
    settings.AQI_OPENAQ_QUOTA = "2/min, 3/hour"


pytestmark = pytest.mark.django_db


def test_a_budget_lasts_until_its_window_ends_with_the_clock(clock: time_machine.Traveller, openaq_quota: None) -> None:
    take("openaq")
    take("openaq")
    with pytest.raises(ProviderError, match=r"quota of openaq is used up until 2026-03-04 12:21:00 UTC"):
        take("openaq")
    clock.shift(30)
    take("openaq")
    with pytest.raises(ProviderError, match="until 2026-03-04 13:00:00 UTC"):
        take("openaq")


def test_a_refused_call_is_taken_from_no_budget(clock: time_machine.Traveller, openaq_quota: None) -> None:
    take("openaq", 3)  # more than a window has: one such call is let through
    clock.shift(60)
    with pytest.raises(ProviderError):
        take("openaq")
    assert quota_use() == [
        Use("openaq", 60, 0, 2, datetime(2026, 3, 4, 12, 21, tzinfo=UTC)),
        Use("openaq", 3600, 3, 3, datetime(2026, 3, 4, 13, tzinfo=UTC)),
    ]


def test_providers_do_not_share_and_one_without_a_limit_is_not_counted(openaq_quota: None, settings: Settings) -> None:
    settings.AQI_AIRNOW_QUOTA = ""
    for _ in range(5):
        take("airnow")
        take("files")
    take("openaq")
    assert {use.provider for use in quota_use()} == {"openaq"}


def test_the_unit_of_a_quota_may_be_in_capitals(settings: Settings) -> None:
    settings.AQI_OPENAQ_QUOTA = "1/MIN"
    take("openaq")
    with pytest.raises(ProviderError, match="is used up"):
        take("openaq")


@pytest.mark.django_db(transaction=True)
def test_processes_together_never_exceed_the_budget(settings: Settings) -> None:
    settings.AQI_OPENAQ_QUOTA = "10/day"

    def attempt(_: int) -> bool:
        try:
            take("openaq")
        except ProviderError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == 10
    assert Quota.objects.get().used == 10


@pytest.fixture
def source(settings: Settings, httpserver: HTTPServer) -> Source:
    settings.AQI_OPEN_METEO_URL = httpserver.url_for("/v1/air-quality")
    place = Location.objects.create(slug="zurich", name="Zürich", latitude=47.4, longitude=8.5)
    return Source.objects.create(location=place, provider="open_meteo")


def answer(server: HTTPServer, status: int = 200, **headers: str) -> None:
    body = json.dumps(recorded("open_meteo/one_place"))
    server.expect_request("/v1/air-quality").respond_with_response(
        Response(body, status, {name.replace("_", "-"): value for name, value in headers.items()})
    )


async def row() -> Quota:
    return await database_sync_to_async(Quota.objects.get)()


async def ask(source: Source) -> Batch:
    return (await fetch_due([source.location]))[source.pk]


@pytest.mark.django_db(transaction=True)
async def test_every_attempt_of_a_round_counts(
    clock: time_machine.Traveller, source: Source, httpserver: HTTPServer
) -> None:
    answer(httpserver, 503)
    assert "answered 503" in (await ask(source)).failures[source.pk]
    assert (await row()).used == len(httpserver.log) == 3


@pytest.mark.django_db(transaction=True)
async def test_a_used_up_quota_is_the_reason_of_the_failure_and_nobody_is_asked(
    clock: time_machine.Traveller, source: Source, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.AQI_OPEN_METEO_QUOTA = "1/day"
    answer(httpserver)
    assert (await ask(source)).readings
    assert (await ask(source)).failures == {
        source.pk: "The quota of open_meteo is used up until 2026-03-05 00:00:00 UTC."
    }
    assert len(httpserver.log) == 1


@pytest.mark.django_db(transaction=True)
async def test_each_place_of_a_request_to_open_meteo_counts(
    clock: time_machine.Traveller, source: Source, httpserver: HTTPServer
) -> None:
    other = await database_sync_to_async(Location.objects.create)(
        slug="bern", name="Bern", latitude=46.9, longitude=7.4
    )
    await database_sync_to_async(Source.objects.create)(location=other, provider="open_meteo")
    httpserver.expect_request("/v1/air-quality").respond_with_json(recorded("open_meteo/two_places"))
    await fetch_due([source.location, other])
    assert ((await row()).used, len(httpserver.log)) == (2, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "headers",
    [
        {"Retry_After": "90"},
        {"Retry_After": "Wed, 04 Mar 2026 12:22:00 GMT"},
        {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "90"},
    ],
)
async def test_the_wait_that_a_provider_asks_for_is_kept(
    clock: time_machine.Traveller, source: Source, httpserver: HTTPServer, headers: dict[str, str]
) -> None:
    answer(httpserver, **headers)
    await ask(source)
    refused = (await ask(source)).failures[source.pk]
    assert refused == "The quota of open_meteo is used up until 2026-03-04 12:22:00 UTC."
    clock.shift(timedelta(seconds=91))
    assert (await ask(source)).readings
    assert (await row()).used == 2  # what was used before the wait is not forgotten


@pytest.mark.django_db(transaction=True)
async def test_what_a_provider_counts_lowers_our_count_and_never_raises_it(
    clock: time_machine.Traveller, source: Source, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.AQI_OPEN_METEO_QUOTA = "200000/day"
    answer(httpserver, X_RateLimit_Remaining="150000", X_RateLimit_Reset="30")
    await ask(source)
    assert (await row()).used == 50_000
    httpserver.clear()
    answer(httpserver, X_RateLimit_Remaining="9" * 400, X_RateLimit_Reset="30")
    await ask(source)
    assert (await row()).used == 50_001


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "headers",
    [
        {"Retry_After": "soon"},
        {"Retry_After": "Wed, 04 Mar 2026 12:22:00"},
        {"Retry_After": "Wed, 99 Mar 2026 12:22:00 GMT"},
        {"X_RateLimit_Remaining": "5"},
        {"X_RateLimit_Remaining": "-1", "X_RateLimit_Reset": "1"},
    ],
)
async def test_headers_that_say_nothing_change_nothing(
    clock: time_machine.Traveller, source: Source, httpserver: HTTPServer, headers: dict[str, str]
) -> None:
    answer(httpserver, **headers)
    await ask(source)
    kept = await row()
    assert (kept.used, kept.closed_until) == (1, None)


@pytest.mark.django_db(transaction=True)
async def test_an_absurd_wait_ends_after_a_day(
    clock: time_machine.Traveller, source: Source, httpserver: HTTPServer
) -> None:
    answer(httpserver, Retry_After="9" * 400)
    await ask(source)
    assert (await row()).closed_until == CLOCK + timedelta(days=1)


def test_the_admin_shows_what_is_used(
    clock: time_machine.Traveller, admin_client: Client, openaq_quota: None, settings: Settings
) -> None:
    take("openaq")
    take("airnow")
    settings.AQI_AIRNOW_QUOTA = ""
    page = admin_client.get("/admin/forecasts/quota/").content.decode()
    assert "1 of 2" in page
    assert "0:01:00" in page
    assert "no limit is set" in page
    assert admin_client.get("/admin/forecasts/quota/add/").status_code == 403
