import json
from datetime import timedelta

import pytest
from django.utils.timezone import now

from forecasts import snapshots
from forecasts.models import Location, Snapshot
from realtime import feeds
from realtime.beat import Beat
from tests.realtime.conftest import dial, hear, join, say
from tests.realtime.wire import BAD_MESSAGES


async def test_the_first_message_says_where_the_stream_is_and_the_second_what_the_air_is(delhi: Location) -> None:
    socket, connected, update = await join("/ws/aqi/delhi")
    delhi = await Location.objects.aget()
    assert connected["type"] == "connected"
    assert (connected["location"], connected["protocol"], connected["resumed"]) == ("delhi", 1, False)
    assert (connected["epoch"], connected["seq"]) == (delhi.epoch, 1)
    assert update["type"] == "aqi_update"
    assert update["data"]["status"] == "unavailable"
    assert update["data"]["aqi"]["value"] is None
    await socket.disconnect()


async def test_the_beat_pushes_what_rest_answers(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    done = await Beat(interval=300).once()
    update = await hear(socket)
    assert update["seq"] == 2
    assert update["data"] == json.loads(done.published[0].text)
    assert update["data"]["status"] == "simulated"
    assert update["data"]["aqi"]["value"] > 0
    assert len(update["data"]["forecast"]["hours"]) == 24
    await socket.disconnect()


async def test_a_round_with_nothing_new_announces_the_same_seq_with_a_new_time(delhi: Location) -> None:
    await Beat(interval=300).once()
    socket, _, first = await join("/ws/aqi/delhi")
    await Location.objects.aupdate(due_at=now())
    await Beat(interval=300).step()
    again = await hear(socket)
    assert (again["seq"], again["data"]) == (first["seq"], first["data"])
    assert again["checked_at"] > first["checked_at"]
    await socket.disconnect()


@pytest.mark.parametrize(
    "spelling", ["delhi", "Delhi", "DELHI", "New%20Delhi", "28.61,77.21", "28.61%2077.21", "28.61N,77.21E", "delhi/"]
)
async def test_a_location_is_one_group_however_it_is_spelled(delhi: Location, spelling: str) -> None:
    socket, connected, _ = await join(f"/ws/aqi/{spelling}")
    assert connected["location"] == "delhi"
    assert feeds.open_locations() == [delhi.pk]
    await socket.disconnect()


@pytest.mark.parametrize("spelling", ["S%C3%A3o%20Paulo", "sao%20paulo", "SAO-PAULO"])
async def test_accents_and_case_do_not_matter(sao_paulo: Location, spelling: str) -> None:
    socket, connected, _ = await join(f"/ws/aqi/{spelling}")
    assert connected["location"] == "sao-paulo"
    await socket.disconnect()


@pytest.mark.parametrize("path", ["nowhere", "%00", "<script>", "", "a", "x" * 8000, "91,181", "%E2%80%AE"])
async def test_an_unknown_location_is_told_so_and_closed_with_1008(delhi: Location, path: str) -> None:
    socket = dial(f"/ws/aqi/{path}")
    assert (await socket.connect())[0]
    error = await hear(socket)
    assert (error["type"], error["code"]) == ("error", "unknown_location")
    assert isinstance(error["suggestions"], list)
    assert await socket.receive_output() == {"type": "websocket.close", "code": 1008}
    assert feeds.open_locations() == []
    await socket.disconnect()


async def test_an_ambiguous_name_lists_its_candidates(transactional_db: None) -> None:
    for slug in ("salem-in", "salem-us"):
        await Location.objects.acreate(slug=slug, name="Salem", latitude=1, longitude=1)
    socket = dial("/ws/aqi/Salem")
    await socket.connect()
    error = await hear(socket)
    assert (error["code"], error["suggestions"]) == ("ambiguous_location", ["salem-in", "salem-us"])
    await socket.disconnect()


async def test_every_other_path_is_refused(db: None) -> None:
    assert await dial("/ws/other").connect() == (False, 1000)


async def test_ping_is_answered_with_pong(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    assert (await say(socket, action="ping", extra=1))["type"] == "pong"
    await socket.disconnect()


@pytest.mark.parametrize("text", BAD_MESSAGES)
async def test_what_is_not_understood_gets_an_error_and_the_socket_stays_open(delhi: Location, text: str) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    await socket.send_to(text_data=text)
    error = await hear(socket)
    assert (error["type"], error["code"]) == ("error", BAD_MESSAGES[text])
    assert (await say(socket, action="ping"))["type"] == "pong"
    await socket.disconnect()


async def test_binary_is_answered_with_an_error(delhi: Location) -> None:
    socket, *_ = await join("/ws/aqi/delhi")
    await socket.send_to(bytes_data=b"\x00")
    assert (await hear(socket))["code"] == "binary_not_supported"
    await socket.disconnect()


async def test_refresh_sends_the_newest_again_and_makes_an_old_one_due(delhi: Location) -> None:
    hour_ago = now() - timedelta(hours=1)
    await Location.objects.aupdate(checked_at=hour_ago, due_at=now() + timedelta(hours=1))
    snapshots.forget()
    socket, _, first = await join("/ws/aqi/delhi")
    assert await say(socket, action="refresh") == first
    await say(socket, action="ping")
    assert (await Location.objects.aget()).due_at <= now()
    await socket.disconnect()


async def test_refresh_leaves_the_appointment_of_a_recent_round_alone(delhi: Location) -> None:
    later = now() + timedelta(hours=1)
    await Location.objects.aupdate(due_at=later)
    socket, _, first = await join("/ws/aqi/delhi")
    assert await say(socket, action="refresh") == first
    await say(socket, action="ping")
    assert (await Location.objects.aget()).due_at == later
    await socket.disconnect()


async def test_whoever_missed_nothing_resumes_in_silence(delhi: Location) -> None:
    socket = dial(f"/ws/aqi/delhi?epoch={delhi.epoch}&since=1")
    await socket.connect()
    connected = await hear(socket)
    assert connected["resumed"] is True
    assert await socket.receive_nothing()
    await socket.disconnect()


@pytest.mark.parametrize("query", ["epoch=other&since=1", "epoch=&since=x", "since=1", "epoch={epoch}&since=0", "%ff"])
async def test_whoever_missed_something_gets_the_newest_snapshot(delhi: Location, query: str) -> None:
    socket, connected, update = await join("/ws/aqi/delhi?" + query.format(epoch=delhi.epoch))
    assert connected["resumed"] is False
    assert update["seq"] == 1
    await socket.disconnect()


async def test_resume_as_a_message_says_whether_something_was_missed(delhi: Location) -> None:
    socket, connected, update = await join("/ws/aqi/delhi")
    assert (await say(socket, action="resume", epoch=connected["epoch"], since=1))["resumed"] is True
    assert (await say(socket, action="resume", epoch="before", since=1))["resumed"] is False
    assert await hear(socket) == update
    await socket.disconnect()


async def test_several_clients_at_one_place_hear_the_same_text(delhi: Location) -> None:
    sockets = [(await join("/ws/aqi/delhi"))[0] for _ in range(10)]
    assert feeds.open_locations() == [delhi.pk]
    await Beat(interval=300).once()
    texts = {await socket.receive_from(timeout=5) for socket in sockets}
    assert len(texts) == 1
    for socket in sockets:
        await socket.disconnect()


async def test_several_places_with_several_clients_hear_their_own_place_only(
    delhi: Location, sao_paulo: Location
) -> None:
    sockets = [await join(f"/ws/aqi/{slug}") for slug in ("delhi", "sao-paulo") * 3]
    await Beat(interval=300).once()
    for socket, connected, _ in sockets:
        update = await hear(socket)
        assert update["location"] == update["data"]["location"]["slug"] == connected["location"]
        assert await socket.receive_nothing()
        await socket.disconnect()


async def test_a_client_that_leaves_is_forgotten(delhi: Location) -> None:
    first, *_ = await join("/ws/aqi/delhi")
    second, *_ = await join("/ws/aqi/delhi")
    await first.disconnect()
    await Beat(interval=300).once()
    assert (await hear(second))["seq"] == 2
    assert feeds.open_locations() == [delhi.pk]
    await second.disconnect()
    assert feeds.open_locations() == []


async def test_many_updates_arrive_in_order_without_a_gap(delhi: Location) -> None:
    socket, _, update = await join("/ws/aqi/delhi")
    seen = [update["seq"]]
    source = await delhi.sources.aget()
    for round_number in range(5):
        source.name = f"Station {round_number}"
        await source.asave()
        await Location.objects.aupdate(due_at=now())
        await Beat(interval=300).step()
        seen.append((await hear(socket))["seq"])
    assert seen == [1, 2, 3, 4, 5, 6]
    assert await Snapshot.objects.acount() == 6
    await socket.disconnect()


async def test_a_snapshot_of_24_hours_is_at_most_8_kib(transactional_db: None) -> None:
    await Location.objects.acreate(
        slug="x" * 80, name="ü" * 120, country="XX", latitude=-23.123456, longitude=-146.123456
    )
    location = await Location.objects.aget()
    await location.sources.acreate(provider="simulated", name="ü" * 120, attribution="ü" * 300, licence="ü" * 120)
    done = await Beat(interval=300).once()
    assert len(done.published[0].text.encode()) <= 8 * 1024
