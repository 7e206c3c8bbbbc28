import asyncio
import logging
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.core.management import CommandError, call_command
from django.db import DataError
from django.db.models import Q
from django.utils.timezone import now
from pytest_httpserver import HTTPServer

from forecasts.models import Climatology, Forecast, Heartbeat, Location, Observation, Snapshot, Source
from forecasts.refresh import make_due, plan
from realtime.beat import CLAIM_AT_MOST, Beat
from tests.realtime.conftest import database, hear, join


async def test_a_step_refreshes_what_is_due_and_says_that_it_did(delhi: Location, sao_paulo: Location) -> None:
    await Location.objects.filter(pk=sao_paulo.pk).aupdate(due_at=now() + timedelta(hours=1))
    assert await Beat(interval=300).step() is True
    await delhi.arefresh_from_db()
    await sao_paulo.arefresh_from_db()
    assert (delhi.seq, sao_paulo.seq) == (2, 1)
    assert timedelta(seconds=290) < delhi.due_at - now() <= timedelta(seconds=300)


async def test_a_step_with_nothing_due_does_nothing(delhi: Location) -> None:
    beat = Beat(interval=300)
    await beat.step()
    assert await beat.step() is False
    assert await Snapshot.objects.acount() == 2


async def test_inactive_locations_are_left_alone(delhi: Location) -> None:
    await Location.objects.aupdate(is_active=False)
    assert await Beat(interval=300).step() is False


async def test_only_the_chosen_locations_are_refreshed(delhi: Location, sao_paulo: Location) -> None:
    done = await Beat(interval=300, only=[sao_paulo.pk]).once()
    assert [current.slug for current in done.published] == ["sao-paulo"]


async def test_jitter_spreads_the_next_round(delhi: Location) -> None:
    beat = Beat(interval=300, jitter=100)
    appointments = {beat.next_due() for _ in range(20)}
    assert all(timedelta(seconds=299) < at - now() <= timedelta(seconds=400) for at in appointments)
    assert max(appointments) - min(appointments) > timedelta(seconds=10)


async def test_two_beats_never_do_the_same_work_twice(delhi: Location, sao_paulo: Location) -> None:
    rounds = await asyncio.gather(*(Beat(interval=300).step() for _ in range(4)))
    assert sorted(rounds) == [False, False, False, True]
    assert await Snapshot.objects.acount() == 4


async def test_once_leaves_out_what_had_a_round_within_the_last_minute(delhi: Location) -> None:
    assert len((await Beat(interval=300).once()).published) == 1
    assert (await Beat(interval=300).once()).published == []
    await Location.objects.aupdate(claimed_at=now() - timedelta(seconds=61))
    assert len((await Beat(interval=300).once()).published) == 1


async def test_once_takes_more_locations_than_fit_one_claim(transactional_db: None) -> None:
    number = CLAIM_AT_MOST + 5
    await Location.objects.abulk_create(
        [Location(slug=f"place-{i}", name=f"Place {i}", latitude=0, longitude=i / 10) for i in range(number)]
    )
    assert len((await Beat(interval=300).once()).published) == number


@pytest.fixture
def broken(transactional_db: None, httpserver: HTTPServer, settings: pytest.FixtureRequest) -> Location:
    """A place whose provider answers nonsense."""
    httpserver.expect_request("/").respond_with_data("<html>maintenance</html>")
    settings.AQI_OPEN_METEO_URL = httpserver.url_for("/")  # type: ignore[attr-defined]
    location = Location.objects.create(slug="broken", name="Broken", latitude=1, longitude=1)
    Source.objects.create(location=location, provider="open_meteo", name="Model")
    return location


async def test_a_failing_provider_stops_nobody_else_and_is_logged_once(
    delhi: Location, broken: Location, caplog: pytest.LogCaptureFixture
) -> None:
    beat = Beat(interval=300)
    for _ in range(3):
        await Location.objects.aupdate(claimed_at=None)
        done = await beat.once()
        assert {current.slug for current in done.published} == {"delhi", "broken"}
        assert done.failed == [broken]
    assert len([record for record in caplog.records if "Model for Broken fails" in record.getMessage()]) == 1
    source = await Source.objects.aget(location=broken)
    assert source.failures == 3
    assert source.last_error


async def test_a_recovery_is_logged_once(broken: Location, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    beat = Beat(interval=300)
    await beat.once()
    await Source.objects.aupdate(provider="simulated")
    for _ in range(2):
        await Location.objects.aupdate(claimed_at=None)
        await beat.once()
    assert caplog.text.count("is back after 1 failed rounds") == 1
    source = await Source.objects.aget()
    assert (source.failures, source.last_error) == (0, "")


async def test_a_location_that_breaks_the_round_is_logged_once_and_spares_the_others(
    delhi: Location, sao_paulo: Location, caplog: pytest.LogCaptureFixture
) -> None:
    await Source.objects.filter(location=sao_paulo).aupdate(provider="files")
    source = await Source.objects.aget(location=sao_paulo)
    # A unit that no version of ours writes: reading it back fails.
    await Observation.objects.acreate(
        source=source, parameter="pm25", observed_at=now(), value_ug_m3=1, original_value=1, original_unit="furlong"
    )
    beat = Beat(interval=300)
    for _ in range(2):
        await Location.objects.aupdate(claimed_at=None)
        done = await beat.once()
        assert [current.slug for current in done.published] == ["delhi"]
        assert done.failed == [sao_paulo]
    assert caplog.text.count("The round of São Paulo failed") == 1
    caplog.set_level(logging.INFO)
    await Observation.objects.all().adelete()
    await Location.objects.aupdate(claimed_at=None)
    assert (await beat.once()).failed == []
    assert "The round of São Paulo works again" in caplog.text


async def test_a_running_beat_makes_climatologies_and_asks_for_the_weather(
    delhi: Location, httpserver: HTTPServer, settings: pytest.FixtureRequest
) -> None:
    source = await Source.objects.acreate(location=delhi, provider="files", is_enabled=True)
    for days in (0, 366):
        await Observation.objects.acreate(
            source=source,
            parameter="pm25",
            observed_at=now() - timedelta(days=days),
            value_ug_m3=1,
            original_value=1,
            original_unit="µg/m³",
        )
    httpserver.expect_request("/").respond_with_data("<html>maintenance</html>")
    settings.AQI_WEATHER = "open_meteo"  # type: ignore[attr-defined]
    settings.AQI_OPEN_METEO_WEATHER_URL = httpserver.url_for("/")  # type: ignore[attr-defined]
    stop = asyncio.Event()
    running = asyncio.create_task(Beat(interval=300).run(stop))
    while not httpserver.log or not await Climatology.objects.aexists():
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(running, 1)


async def test_the_loop_ends_within_a_second_of_a_stop_and_takes_its_heartbeat_along(delhi: Location) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Beat(interval=300).run(stop))
    socket, *_ = await join("/ws/aqi/delhi")
    while not await Heartbeat.objects.aexists() or not await Snapshot.objects.filter(seq=2).aexists():
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(running, 1)
    assert not await Heartbeat.objects.aexists()
    await socket.disconnect()


async def test_a_stop_in_the_middle_of_a_round_gives_back_what_was_not_done(
    broken: Location, httpserver: HTTPServer, settings: pytest.FixtureRequest
) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    settings.AQI_OPEN_METEO_URL = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/"  # type: ignore[attr-defined]
    stop = asyncio.Event()
    running = asyncio.create_task(Beat(interval=300).run(stop))
    while not await Location.objects.exclude(claimed_at=None).aexists():
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(running, 1)
    location = await Location.objects.aget()
    assert location.due_at <= now()
    assert location.claimed_at is None
    silent.close()
    await silent.wait_closed()
    await asyncio.sleep(0.05)  # until the other end of the broken connection is closed as well


async def test_the_loop_takes_up_what_becomes_due(delhi: Location) -> None:
    stop = asyncio.Event()
    socket, *_ = await join("/ws/aqi/delhi")
    running = asyncio.create_task(Beat(interval=300).run(stop))
    assert (await hear(socket))["seq"] == 2
    await Location.objects.aupdate(due_at=now())
    assert (await hear(socket))["seq"] == 2
    stop.set()
    await running
    await socket.disconnect()


async def test_the_loop_compares_forecasts_with_what_came(delhi: Location, caplog: pytest.LogCaptureFixture) -> None:
    await Beat(interval=300).once()
    stop = asyncio.Event()
    running = asyncio.create_task(Beat(interval=300).run(stop))
    while await Location.objects.filter(verified_until=None).aexists():
        await asyncio.sleep(0.01)
    stop.set()
    await running
    assert "cannot be compared" not in caplog.text


async def test_what_goes_wrong_in_comparing_does_not_stop_the_rounds(
    delhi: Location, caplog: pytest.LogCaptureFixture
) -> None:
    await Beat(interval=300).once()
    hour = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
    # A record that no version of ours writes.
    await Forecast.objects.aupdate(starts_at=hour, record={})
    await Location.objects.aupdate(verified_until=hour - timedelta(hours=1), due_at=now())
    stop = asyncio.Event()
    running = asyncio.create_task(Beat(interval=300).run(stop))
    while "cannot be compared" not in caplog.text:
        await asyncio.sleep(0.01)
    assert not running.done()
    stop.set()
    await running


@pytest.mark.parametrize("fault", ["a record of another program", "a value that the database refuses"])
async def test_a_place_that_cannot_be_compared_stops_no_other(
    delhi: Location, sao_paulo: Location, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    await Beat(interval=300).once()
    hour = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
    await Location.objects.aupdate(verified_until=hour - timedelta(hours=2))
    if fault.startswith("a record"):
        await Forecast.objects.filter(location=delhi).aupdate(starts_at=hour, record={})

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if fault.startswith("a value") and '"record"' in sql and params and delhi.pk in params:
            raise DataError("out of range")
        return execute(sql, params, many, context)

    stop = asyncio.Event()
    async with database(refuse):
        running = asyncio.create_task(Beat(interval=300).run(stop))
        async with asyncio.timeout(10):
            while not await Location.objects.filter(pk=sao_paulo.pk, verified_until=hour).aexists():
                await asyncio.sleep(0.01)
        stop.set()
        await running
    assert (await Location.objects.aget(pk=delhi.pk)).verified_until < hour
    assert f"Forecasts of location {delhi.pk} cannot be compared" in caplog.text
    assert caplog.text.count("cannot be compared") == 1
    assert "out of reach" not in caplog.text


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("broadcast_forecasts", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_once_says_what_it_did(delhi: Location) -> None:
    assert "1 refreshed, 0 failed" in run("--once")


def test_the_command_once_fails_when_a_place_fails(broken: Location) -> None:
    with pytest.raises(CommandError, match="Failed: broken"):
        run("--once", "--location", "broken")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--location", "nowhere"], "nowhere"), (["--interval", "0"], "--interval"), (["--jitter", "-1"], "--jitter")],
)
def test_the_command_names_what_is_wrong(db: None, arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run("--once", *arguments)


async def test_a_place_that_becomes_due_in_the_middle_of_its_round_is_not_taken_twice(delhi: Location) -> None:
    first, second = Beat(interval=300), Beat(interval=300)
    claimed = await database_sync_to_async(first.claim)(Q(due_at__lte=now()))
    await database_sync_to_async(make_due)([delhi.pk])
    assert await second.step() is False
    await first.round(claimed)
    assert await second.step() is True


async def test_a_claim_lapses_when_its_beat_died_before_the_next_round_would_be_due(delhi: Location) -> None:
    await database_sync_to_async(Beat(interval=10).claim)(Q(due_at__lte=now()))
    assert await Beat(interval=10).step() is False
    assert (await Location.objects.aget()).claimed_until < now() + timedelta(seconds=6)
    await Location.objects.aupdate(claimed_until=now() - timedelta(seconds=1))
    assert await Beat(interval=10).step() is True


async def test_a_source_whose_provider_is_gone_stops_nobody_else(delhi: Location, sao_paulo: Location) -> None:
    await Source.objects.filter(location=sao_paulo).aupdate(provider="gone")
    done = await Beat(interval=300).once()
    assert {current.slug for current in done.published} == {"delhi", "sao-paulo"}
    assert done.failed == [sao_paulo]


async def test_late_values_are_asked_for_again_and_long_silence_widens_nobody_elses_window(
    delhi: Location, sao_paulo: Location
) -> None:
    await Beat(interval=300).once()
    await Source.objects.filter(location=sao_paulo).aupdate(heard_until=now() - timedelta(days=90))
    errands = await database_sync_to_async(plan)([delhi, sao_paulo])
    heard = await Source.objects.aget(location=delhi)
    assert heard.heard_until is not None
    assert sorted(errand.since or now() for errand in errands)[1] == heard.heard_until - timedelta(hours=6)
    assert [len(errand.sources) for errand in errands] == [1, 1]
