import asyncio
import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models import Q
from django.test import AsyncClient
from django.utils.timezone import now

from forecasts.models import Forecast, Location, Observation, Snapshot, Source
from realtime.beat import Beat
from realtime.replay import PlaceTakenError, Replay
from tests.realtime.conftest import hear, join

START = datetime(2016, 11, 5, 0, tzinfo=UTC)
FAST = 3600 * 50  # fifty hours a second


@pytest.fixture
def smog(delhi: Location) -> Location:
    """Twenty hours of thick smog, with twenty hours of nothing in between."""
    source = Source.objects.create(location=delhi, provider="files", is_enabled=False, name="Monitor")
    Observation.objects.bulk_create(
        Observation(
            source=source,
            parameter="pm25",
            observed_at=START + timedelta(hours=hour),
            value_ug_m3=value,
            original_value=value,
            original_unit="µg/m³",
        )
        for hour, value in [(hour, 700.0 + hour) for hour in (*range(10), *range(30, 40))]
    )
    return delhi


async def listen_to(replay: Replay) -> list[dict]:
    socket, *_ = await join("/ws/aqi/delhi")
    playing = asyncio.create_task(replay.play())
    seen = []
    while not playing.done() or not await socket.receive_nothing(0.2):
        if not await socket.receive_nothing(0.05):
            seen.append(await hear(socket))
    await playing
    await socket.disconnect()
    return seen


async def test_history_arrives_in_an_epoch_of_its_own_without_a_gap_and_marked(smog: Location) -> None:
    await Beat(interval=300).once()
    replay = await database_sync_to_async(Replay)(smog, START, START + timedelta(hours=39), FAST)
    seen = await listen_to(replay)
    replayed = [update for update in seen if update["epoch"] == seen[0]["epoch"]]
    sequence = [update["seq"] for update in replayed]
    assert sequence == sorted(sequence)  # an hour that changes nothing is announced with the seq before
    assert set(sequence) == set(range(1, max(sequence) + 1))
    assert max(sequence) > 20
    sixth = next(update["data"] for update in replayed if update["seq"] == 6)
    assert (sixth["status"], sixth["observed_at"]) == ("replay", "2016-11-05T05:00:00Z")
    assert sixth["aqi"]["value"] > 500
    assert sixth["sources"][0]["name"] == "Monitor"


async def test_hours_with_no_data_are_null_and_never_good(smog: Location) -> None:
    replay = await database_sync_to_async(Replay)(smog, START, START + timedelta(hours=39), FAST)
    seen = await listen_to(replay)
    hours = [update["data"] for update in seen if update["data"]["status"] == "replay"]
    assert {hour["observed_at"] for hour in hours if hour["aqi"]["value"] is None} >= {"2016-11-05T09:00:00Z"}
    empty = [update["data"] for update in seen if update["data"]["status"] == "unavailable"]
    assert empty
    for snapshot in empty:
        assert snapshot["aqi"]["value"] is None
        assert snapshot["aqi"]["category"] is None
        assert snapshot["pollutants"] == {}
        assert snapshot["forecast"]["hours"] == []


async def test_at_the_end_a_new_epoch_publishes_the_true_state(smog: Location) -> None:
    await Beat(interval=300).once()
    before = await Location.objects.aget()
    replay = await database_sync_to_async(Replay)(smog, START, START + timedelta(hours=2), FAST)
    seen = await listen_to(replay)
    after = await Location.objects.aget()
    assert len({before.epoch, seen[0]["epoch"], after.epoch}) == 3
    assert (seen[-1]["epoch"], seen[-1]["seq"], seen[-1]["data"]["status"]) == (after.epoch, 1, "simulated")
    assert after.replay_until is None


async def test_a_replay_leaves_no_forecast_and_no_observation_behind(smog: Location) -> None:
    observations = await Observation.objects.acount()
    replay = await database_sync_to_async(Replay)(smog, START, START + timedelta(hours=5), FAST)
    await replay.play()
    assert await Observation.objects.acount() == observations
    assert not await Forecast.objects.aexists()


async def test_beats_leave_a_replayed_place_alone(smog: Location) -> None:
    replay = await database_sync_to_async(Replay)(smog, START, None, 3600)
    await database_sync_to_async(replay.take_place)()
    assert await Beat(interval=300).step() is False
    assert (await Beat(interval=300).once()).published == []


async def test_when_a_replay_died_the_beat_starts_a_new_epoch_after_its_lease(smog: Location) -> None:
    replay = await database_sync_to_async(Replay)(smog, START, None, 3600)
    await database_sync_to_async(replay.take_place)()
    await database_sync_to_async(replay.publish)(START)
    dead = await Location.objects.aget()
    await Location.objects.aupdate(replay_until=now() - timedelta(seconds=1), due_at=now())
    assert await Beat(interval=300).step() is True
    alive = await Location.objects.aget()
    assert alive.epoch != dead.epoch
    assert (alive.seq, alive.replay_until) == (1, None)
    assert json.loads((await Snapshot.objects.alatest("pk")).text)["status"] == "simulated"


async def test_only_one_replay_at_a_place(smog: Location) -> None:
    first, second = [await database_sync_to_async(Replay)(smog, START, None, 3600) for _ in range(2)]
    await database_sync_to_async(first.take_place)()
    with pytest.raises(PlaceTakenError, match="being replayed already"):
        await second.play()


async def test_a_stop_ends_a_replay_at_once(smog: Location) -> None:
    replay = await database_sync_to_async(Replay)(smog, START, None, speed=1)
    playing = asyncio.create_task(replay.play())
    while not await Snapshot.objects.filter(status="replay").aexists():
        await asyncio.sleep(0.01)
    replay.stop.set()
    assert await asyncio.wait_for(playing, 1) == 1


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("replay", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_says_what_it_plays_and_what_it_did(smog: Location) -> None:
    said = run("Delhi", "--from", "2016-11-05", "--to", "2016-11-05T02:00Z", "--speed", "9e5")
    assert "Replaying Delhi from 2016-11-05 00:00 to 2016-11-05 02:00 UTC" in said
    assert "3 snapshots published" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere"),
        (["delhi", "--from", "2017-01-01"], "only from 2016-11-05 to 2016-11-06"),
        (["delhi", "--to", "2016-01-01"], "only from 2016-11-05"),
        (["delhi", "--from", "2016-11-06", "--to", "2016-11-05"], "--to lies before --from"),
        (["delhi", "--speed", "0"], "--speed"),
        (["delhi", "--from", "yesterday"], "yesterday"),
    ],
)
def test_the_command_names_what_is_wrong(smog: Location, arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(*arguments)


def test_a_place_that_is_not_active_is_not_called_unknown(smog: Location) -> None:
    Location.objects.update(is_active=False)
    with pytest.raises(CommandError, match='"delhi" exists, but is not active'):
        run("Delhi")


def test_a_place_that_was_never_measured_cannot_be_replayed(delhi: Location) -> None:
    with pytest.raises(CommandError, match="no measured history: import some first"):
        run("delhi")


async def test_a_replay_that_stood_still_too_long_does_not_speak_into_the_true_epoch(smog: Location) -> None:
    replay = await database_sync_to_async(Replay)(smog, START, None, speed=FAST)
    await database_sync_to_async(replay.take_place)()
    await Location.objects.aupdate(replay_until=now() - timedelta(seconds=1), due_at=now())
    await Beat(interval=300).step()
    true_epoch = (await Location.objects.aget()).epoch
    with pytest.raises(PlaceTakenError, match="lost its place"):
        await database_sync_to_async(replay.publish)(START)
    assert (await Location.objects.aget()).epoch == true_epoch
    assert (await Snapshot.objects.alatest("pk")).epoch == true_epoch


async def test_a_round_that_was_under_way_does_not_speak_into_a_replay(smog: Location) -> None:
    replay = await database_sync_to_async(Replay)(smog, START, None, speed=FAST)
    beat = Beat(interval=300)
    claimed = await database_sync_to_async(beat.claim)(Q(due_at__lte=now()))
    await database_sync_to_async(replay.take_place)()
    await database_sync_to_async(replay.publish)(START)
    await beat.round(claimed)
    newest = await Snapshot.objects.alatest("pk")
    assert (newest.status, newest.epoch) == ("replay", replay.epoch)


async def test_rest_shows_the_forecast_of_a_replay_as_the_socket_does(smog: Location) -> None:
    replay = await database_sync_to_async(Replay)(smog, START, None, speed=FAST)
    await database_sync_to_async(replay.take_place)()
    current = await database_sync_to_async(replay.publish)(START + timedelta(hours=8))
    answer = (await AsyncClient().get("/api/v1/locations/delhi/forecast/?hours=6")).json()
    assert answer["status"] == "replay"
    shown = json.loads(current.text)["forecast"]["hours"][:6]
    assert [{name: hour[name] for name in shown[0]} for hour in answer["aqi"]] == shown
    assert answer["aqi"][0]["hi95"] is None
    await sync_to_async(connections.close_all)()
