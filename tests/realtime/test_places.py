"""Several places on one socket."""

from typing import Any

import pytest

from forecasts.models import Location
from realtime import feeds
from realtime.beat import Beat
from realtime.places_consumer import AQIPlacesConsumer
from tests.realtime.conftest import Socket, dial, hear, say


async def open_socket() -> Socket:
    socket = dial("/ws/aqi")
    assert (await socket.connect())[0]
    assert (await hear(socket))["type"] == "welcome"
    return socket


async def subscribe(socket: Socket, *places: str) -> None:
    for place in places:
        assert (await say(socket, action="subscribe", location=place))["resumed"] is False
        assert (await hear(socket))["type"] == "aqi_update"


async def test_one_socket_hears_every_place_that_it_follows(delhi: Location, sao_paulo: Location) -> None:
    socket = await open_socket()
    await subscribe(socket, "delhi", "SÃO PAULO")
    await Beat(interval=300).once()
    heard = [await hear(socket) for _ in range(2)]
    assert {(update["location"], update["seq"]) for update in heard} == {("delhi", 2), ("sao-paulo", 2)}
    assert sorted(feeds.open_locations()) == [delhi.pk, sao_paulo.pk]
    await socket.disconnect()
    assert feeds.open_locations() == []


async def test_a_place_that_was_unsubscribed_is_heard_no_more(delhi: Location, sao_paulo: Location) -> None:
    socket = await open_socket()
    await subscribe(socket, "delhi", "sao-paulo")
    assert await say(socket, action="unsubscribe", location="New Delhi") == {
        "type": "unsubscribed",
        "location": "delhi",
    }
    assert feeds.open_locations() == [sao_paulo.pk]
    await Beat(interval=300).once()
    assert (await hear(socket))["location"] == "sao-paulo"
    assert await socket.receive_nothing()
    await socket.disconnect()


async def test_resuming_a_place_is_silent_unless_something_was_missed(delhi: Location) -> None:
    socket = await open_socket()
    known = {"epoch": delhi.epoch, "since": 1}
    for action in ("subscribe", "resume", "subscribe"):
        answer = await say(socket, action=action, location="New Delhi", **known)
        stands_at = {"epoch": delhi.epoch, "seq": 1, "resumed": True}
        assert answer == {"type": "subscribed", "location": "delhi", "asked": "New Delhi", **stands_at}
    assert (await say(socket, action="resume", location="delhi", epoch="before", since=1))["resumed"] is False
    assert (await hear(socket))["seq"] == 1
    await socket.disconnect()


async def test_what_was_missed_is_asked_for_by_place(delhi: Location, sao_paulo: Location) -> None:
    socket = await open_socket()
    await Beat(interval=300).once()
    await subscribe(socket, "delhi", "sao-paulo")
    assert (await say(socket, action="missed", location="sao-paulo", since=1))["location"] == "sao-paulo"
    assert (await hear(socket))["type"] == "missed_end"
    await socket.disconnect()


async def test_the_place_whose_past_is_not_kept_is_named(delhi: Location) -> None:
    socket = await open_socket()
    await subscribe(socket, "delhi")
    answer = await say(socket, action="missed", location="New Delhi", epoch="another", since=0)
    assert (answer["code"], answer["location"]) == ("not_kept", "New Delhi")
    await socket.disconnect()


async def test_a_socket_follows_no_more_places_than_the_setting_allows(
    delhi: Location, sao_paulo: Location, settings: Any
) -> None:
    settings.AQI_PLACES_PER_SOCKET = 1
    socket = await open_socket()
    await subscribe(socket, "delhi")
    refused = await say(socket, action="subscribe", location="sao-paulo")
    assert (refused["code"], refused["location"]) == ("too_many_places", "sao-paulo")
    await subscribe(socket, "delhi")  # it counts once
    await say(socket, action="unsubscribe", location="delhi")
    await subscribe(socket, "sao-paulo")
    await socket.disconnect()


@pytest.mark.parametrize("action", ["unsubscribe", "refresh", "missed", "resume"])
async def test_a_place_that_is_not_followed_is_an_error(delhi: Location, action: str) -> None:
    socket = await open_socket()
    refused = await say(socket, action=action, location="Delhi", since=0, epoch="x")
    assert (refused["code"], refused["location"]) == ("not_subscribed", "Delhi")
    await socket.disconnect()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"action": "subscribe", "location": "dehli"}, "unknown_location"),
        ({"action": "subscribe", "location": "x" * 60_000}, "unknown_location"),
        ({"action": "subscribe", "location": "\x00"}, "unknown_location"),
        ({"action": "subscribe"}, "not_understood"),
        ({"action": "refresh"}, "not_understood"),
        ({"action": "dance"}, "unknown_action"),
    ],
)
async def test_what_cannot_be_done_gets_an_error_and_the_socket_stays_open(
    delhi: Location, sent: dict[str, Any], code: str
) -> None:
    socket = await open_socket()
    refused = await say(socket, **sent)
    assert refused["code"] == code
    assert len(refused.get("location", "")) <= 100
    assert (await say(socket, action="ping"))["type"] == "pong"
    assert feeds.open_locations() == []
    await socket.disconnect()


async def test_whatever_is_wrong_with_a_message_the_answer_names_its_place(delhi: Location, settings: Any) -> None:
    settings.AQI_RATES_PER_SOCKET = {"messages": "4/hour", "refreshes": "1/hour"}
    socket = await open_socket()
    wrong = {
        "not_understood": {"action": "subscribe", "epoch": 1},
        "unknown_action": {"action": "dance"},
        "not_subscribed": {"action": "refresh"},
        "unknown_location": {"action": "subscribe"},
        "rate_limited": {"action": "subscribe"},
    }
    for code, message in wrong.items():
        refused = await say(socket, location="dehli \0" if code == "unknown_location" else "delhi", **message)
        assert refused["code"] == code
        assert refused["location"] == ("dehli \N{REPLACEMENT CHARACTER}" if code == "unknown_location" else "delhi")
    assert "location" not in await say(socket, action="subscribe", location=1)
    await socket.disconnect()


async def test_an_ambiguous_place_lists_its_candidates_and_closes_nothing(transactional_db: None) -> None:
    for slug in ("salem-in", "salem-us"):
        await Location.objects.acreate(slug=slug, name="Salem", latitude=1, longitude=1)
    socket = await open_socket()
    refused = await say(socket, action="subscribe", location="Salem")
    assert (refused["code"], refused["suggestions"]) == ("ambiguous_location", ["salem-in", "salem-us"])
    await subscribe(socket, "salem-us")
    await socket.disconnect()


async def test_a_place_that_was_deleted_can_be_unsubscribed(delhi: Location) -> None:
    socket = await open_socket()
    await subscribe(socket, "delhi")
    await delhi.adelete()
    assert (await say(socket, action="unsubscribe", location="delhi"))["type"] == "unsubscribed"
    await socket.disconnect()


async def test_a_client_that_reads_none_of_its_places_is_closed_once() -> None:
    sent = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    consumer = AQIPlacesConsumer()
    consumer.base_send, consumer.is_open = send, True
    for _ in range(2):
        await consumer.give_up()
    await consumer.receive('{"action": "ping"}')
    assert sent == [{"type": "websocket.close", "code": 4100}]
