"""Who may follow a place, on sockets and streams, at the start and for as long as it lasts."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import Settings

from aqiproject.asgi import application
from forecasts.database import AWAY
from forecasts.models import Location
from realtime import feeds, gate, watch
from realtime.access import keys, tokens
from realtime.access.models import ApiKey, Session
from realtime.beat import Beat
from tests.realtime.access.forged import FORGED, user
from tests.realtime.conftest import Socket, database, dial, failing, hear, say
from tests.realtime.test_sse import Reader

PLACE, PLACES = "/ws/aqi/delhi", "/ws/aqi"
SAME_FOR_ALL = "The token or key is not valid, or no longer."


@database_sync_to_async
def access_token(name: str = "ana") -> str:
    return str(tokens.log_in(user(name)).access_token)


@database_sync_to_async
def api_key(*scopes: str) -> str:
    return keys.create("newsroom", list(scopes))


async def dialled(path: str, credential: str | None = None, how: str = "sub-protocol") -> Socket:
    socket = dial(path)
    if credential is not None and how == "header":
        socket.scope["headers"] = [(b"authorization", f"Bearer {credential}".encode())]
    if credential is not None and how == "sub-protocol":
        socket.scope["subprotocols"] = ["aqi.v1", f"bearer.{credential}"]
    is_accepted, chosen = await socket.connect()
    assert is_accepted
    assert chosen == (None if credential is None or how != "sub-protocol" else "aqi.v1")
    if how == "message":
        await socket.send_to(text_data=json.dumps({"action": "authenticate", "token": credential}))
    return socket


async def is_turned_away(socket: Socket, code: str, close: int) -> dict[str, Any]:
    error = await hear(socket)
    while error["type"] != "error":
        error = await hear(socket)
    assert error["code"] == code
    assert await socket.receive_output(5) == {"type": "websocket.close", "code": close}
    await socket.disconnect()
    return error


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_or_expired_token_is_refused_however_it_comes(
    delhi: Location, settings: Settings, forge: Callable[[], str]
) -> None:
    token = await database_sync_to_async(forge)()
    for how, settings.AQI_ANONYMOUS in product(("header", "sub-protocol", "message"), (True, False)):
        error = await is_turned_away(await dialled(PLACE, token, how), "not_authenticated", 4001)
        assert error["message"] == SAME_FOR_ALL
    reader = Reader("/sse/aqi/delhi", authorization=f"Bearer {token}")
    status, headers = await reader.start()
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    problem = json.loads(await reader.text())
    assert (problem["code"], problem["detail"]) == ("not_authenticated", SAME_FOR_ALL)
    assert feeds.open_locations() == []


@pytest.mark.parametrize("how", ["header", "sub-protocol", "message"])
@pytest.mark.parametrize("path", [PLACE, PLACES])
async def test_whoever_is_logged_in_may_follow_what_is_closed_to_others(
    delhi: Location, settings: Settings, how: str, path: str
) -> None:
    settings.AQI_ANONYMOUS = False
    socket = await dialled(path, await access_token(), how)
    if how == "message":
        told = await hear(socket)
        assert (told["type"], told["name"], told["scopes"]) == ("authenticated", "ana", ["read", "refresh"])
        assert told["expires_at"] > now().isoformat()
    assert (await hear(socket))["type"] == ("connected" if path == PLACE else "welcome")
    if path == PLACE:
        assert (await hear(socket))["type"] == "aqi_update"
        await Beat(interval=300).once()
        assert (await hear(socket))["seq"] == 2
    assert (await say(socket, action="ping"))["type"] == "pong"
    await socket.disconnect()


async def test_whoever_says_anything_else_first_is_asked_who_it_is_and_gets_nothing(
    delhi: Location, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AQI_ANONYMOUS = False
    monkeypatch.setattr(gate, "AUTHENTICATE_WITHIN_SECONDS", 0.5)
    socket = await dialled(PLACE)
    for message in ("nonsense", '{"action": "refresh"}', '{"action": "ping"}', '{"action": "authenticate"}'):
        await socket.send_to(text_data=message)
        assert (await hear(socket))["code"] == "not_authenticated"
    await socket.send_to(bytes_data=b"\0")
    assert (await hear(socket))["code"] == "not_authenticated"
    await is_turned_away(socket, "not_authenticated", 4001)
    assert feeds.open_locations() == []


async def test_whoever_leaves_before_it_says_who_it_is_leaves_nothing(delhi: Location, settings: Settings) -> None:
    settings.AQI_ANONYMOUS = False
    socket = await dialled(PLACE)
    await socket.disconnect()
    assert feeds.open_locations() == []


async def test_a_stream_is_closed_to_others_too(delhi: Location, settings: Settings) -> None:
    settings.AQI_ANONYMOUS = False
    stranger = Reader("/sse/aqi/delhi")
    status, headers = await stranger.start()
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    problem = json.loads(await stranger.text())
    assert problem["code"] == "not_authenticated"
    assert "send the header Authorization, with “Bearer …” or “Api-Key …”" in problem["detail"]
    in_address = Reader("/sse/aqi/delhi?token=x")
    assert (await in_address.start())[0] == 400
    assert "in the header Authorization" in json.loads(await in_address.text())["detail"]
    reader = Reader("/sse/aqi/delhi", authorization=f"Api-Key {await api_key('read')}")
    assert (await reader.start())[0] == 200
    await reader.leave()


@pytest.mark.parametrize("name", ["token", "access_token", "api_key"])
async def test_a_token_in_the_address_is_refused_with_the_cure(delhi: Location, name: str) -> None:
    token = await access_token()
    socket = dial(f"{PLACE}?{name}={token}")
    assert await socket.connect() == (True, None)
    error = await is_turned_away(socket, "token_in_url", 4001)
    assert "sub-protocol" in error["message"]
    assert (await Reader(f"/sse/aqi/delhi?{name}={token}").start())[0] == 400


async def test_a_key_without_read_follows_nothing_and_one_without_refresh_gets_no_new_round(delhi: Location) -> None:
    await is_turned_away(await dialled(PLACE, await api_key("metrics")), "forbidden", 4003)
    assert (await Reader("/sse/aqi/delhi", authorization=f"Api-Key {await api_key('metrics')}").start())[0] == 403
    later = now() + timedelta(hours=1)
    await Location.objects.aupdate(checked_at=now() - timedelta(hours=1), due_at=later)
    socket = await dialled(PLACE, await api_key("read"))
    await hear(socket), await hear(socket)
    assert (await say(socket, action="refresh"))["code"] == "forbidden"
    assert (await Location.objects.aget()).due_at == later
    await socket.disconnect()


ENDINGS: dict[str, Callable[[], Any]] = {
    "log-out": lambda: Session.objects.update(ended_at=now()),
    "a disabled user": lambda: User.objects.update(is_active=False),
    "a new password": lambda: new_password(),
    "a deleted user": lambda: User.objects.all().delete(),
    "a key switched off": lambda: ApiKey.objects.update(is_active=False),
    "a key that is over": lambda: ApiKey.objects.update(expires_at=now()),
}


def new_password() -> None:
    one = User.objects.get()
    one.set_password("another horse")
    one.save()


@pytest.mark.parametrize("what", ENDINGS)
async def test_what_ends_a_log_in_ends_its_connections(
    delhi: Location, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_SECONDS", 0.05)
    credential = await (api_key("read") if "key" in what else access_token())
    anonymous, one, several = await dialled(PLACE), await dialled(PLACE, credential), await dialled(PLACES, credential)
    await several.send_to(text_data='{"action": "subscribe", "location": "delhi"}')
    reader = Reader("/sse/aqi/delhi", authorization=f"Bearer {credential}")
    await reader.start()
    await database_sync_to_async(ENDINGS[what])()
    for socket in (one, several):
        await is_turned_away(socket, "session_ended", 4002)
    event = await reader.event()
    while event["event"] != "error":
        event = await reader.event()
    assert json.loads(event["data"])["code"] == "session_ended"
    await reader.communicator.wait(5)
    await hear(anonymous), await hear(anonymous)
    assert (await say(anonymous, action="ping"))["type"] == "pong"
    assert len(feeds.all_open()[0].listeners) == 1
    await anonymous.disconnect()


def slow(kind: str, go_on: asyncio.Event) -> Any:
    """The same application behind a server that takes its time for the first message of a kind."""

    async def slowly(scope: Any, receive: Any, send: Any) -> None:
        async def late(message: Any) -> None:
            if message["type"] == kind:
                await go_on.wait()
            await send(message)

        await application(scope, receive, late)

    return slowly


async def log_out_everybody_and_look() -> None:
    while not watch.watch().members:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)  # now it waits for its server
    await database_sync_to_async(ENDINGS["log-out"])()
    await watch.watch().look()


@pytest.mark.parametrize(
    ("path", "kind"), [(PLACE, "websocket.accept"), (PLACE, "websocket.send"), (PLACES, "websocket.accept")]
)
async def test_a_log_in_that_ends_while_its_socket_opens_ends_it_all_the_same(
    delhi: Location, monkeypatch: pytest.MonkeyPatch, path: str, kind: str
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_SECONDS", 0.5)
    go_on = asyncio.Event()
    socket = Socket(slow(kind, go_on), path)
    socket.scope["subprotocols"] = [f"bearer.{await access_token()}"]
    await socket.send_input({"type": "websocket.connect"})
    await log_out_everybody_and_look()
    go_on.set()
    assert (await socket.receive_output(5))["type"] == "websocket.accept"
    await is_turned_away(socket, "session_ended", 4002)
    assert feeds.open_locations() == []


async def test_a_log_in_that_ends_while_its_stream_opens_ends_it_all_the_same(
    delhi: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_SECONDS", 0.5)
    go_on = asyncio.Event()
    token = await access_token()
    reader = Reader("/sse/aqi/delhi", application=slow("http.response.start", go_on), authorization=f"Bearer {token}")
    await reader.communicator.send_input({"type": "http.request"})
    await log_out_everybody_and_look()
    go_on.set()
    assert (await reader.communicator.receive_output(5))["status"] == 200
    event = await reader.event()
    while event["event"] != "error":
        event = await reader.event()
    assert json.loads(event["data"])["code"] == "session_ended"
    await reader.communicator.wait(5)
    assert feeds.open_locations() == []


async def test_a_socket_ends_with_its_token_unless_it_gets_the_next_one(
    delhi: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_SECONDS", 0.05)
    refresh = await database_sync_to_async(lambda: tokens.log_in(user()))()
    soon = refresh.access_token
    soon.set_exp(lifetime=timedelta(seconds=2))
    one, other = await dialled(PLACE, str(soon)), await dialled(PLACE, str(soon))
    for _ in range(2):
        await hear(other)
    assert (await say(other, action="authenticate", token=str(refresh.access_token)))["type"] == "authenticated"
    error = await is_turned_away(one, "session_ended", 4002)
    assert "expired" in error["message"]
    assert (await say(other, action="ping"))["type"] == "pong"
    await other.disconnect()


async def test_one_look_is_one_query_for_people_and_one_for_programs_however_many_there_are(delhi: Location) -> None:
    credentials = [await access_token(), await access_token("bo"), await api_key("read")]
    sockets = [await dialled(PLACE, credential) for credential in credentials for _ in range(3)]

    def queries() -> Any:
        return CaptureQueriesContext(connection)

    captured = await database_sync_to_async(queries)()
    await database_sync_to_async(captured.__enter__)()
    await watch.watch().look()
    await database_sync_to_async(captured.__exit__)(None, None, None)
    assert await database_sync_to_async(lambda: len(captured))() == 2
    for socket in sockets:
        await socket.disconnect()
    assert watch.watch().members == set()


@pytest.mark.parametrize("error", AWAY)
async def test_a_database_that_is_away_ends_nobody_but_the_expired(
    delhi: Location, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    socket = await dialled(PLACE, await access_token())
    async with database(failing(error("away"))):
        for _ in range(2):
            await watch.watch().look()
    assert caplog.text.count("only tokens that expire end connections now") == 1
    await hear(socket), await hear(socket)
    assert (await say(socket, action="ping"))["type"] == "pong"
    await socket.disconnect()


ORIGINS = {
    "null": False,
    "": False,
    "http://evil.example": False,
    "http://localhost:8001": False,
    "http://localhost.evil.example:8000": False,
    "http://localhost:8000.evil.example": False,
    "http://user@localhost:8000": False,
    "http://localhost:8000/": False,
    "HTTP://LOCALHOST:8000": False,
    "ftp://localhost:8000": False,
    "file://localhost:8000": False,
    "http://[": False,
    "https://news.example.evil": False,
    "http://news.example": False,
    "https://news.example:444": False,
    "http://localhost:8000": True,
    "https://localhost:8000": True,
    "https://news.example": True,
    None: True,
}


@pytest.mark.parametrize(("origin", "is_let_in"), ORIGINS.items())
async def test_a_page_opens_a_socket_only_from_this_host_or_a_listed_origin(
    delhi: Location, settings: Settings, origin: str | None, is_let_in: bool
) -> None:
    settings.AQI_ALLOWED_ORIGINS = ["https://news.example"]
    for path in (PLACE, PLACES):
        socket = dial(path)
        socket.scope["headers"] = [(b"host", b"localhost:8000")]
        if origin is not None:
            socket.scope["headers"].append((b"origin", origin.encode()))
        assert (await socket.connect())[0] is is_let_in
        await socket.disconnect()


async def test_a_host_that_is_not_ours_makes_no_page_one_of_ours(delhi: Location) -> None:
    socket = dial(PLACE)
    socket.scope["headers"] = [(b"host", b"evil.example"), (b"origin", b"http://evil.example")]
    assert (await socket.connect())[0] is False


async def test_two_origins_must_both_be_allowed(delhi: Location) -> None:
    socket = dial(PLACE)
    socket.scope["headers"] = [
        (b"host", b"localhost"),
        (b"origin", b"http://localhost"),
        (b"origin", b"http://evil.example"),
    ]
    assert (await socket.connect())[0] is False


async def test_behind_tls_a_page_without_it_is_another_origin(delhi: Location, settings: Settings) -> None:
    settings.AQI_HTTPS = True
    for origin, is_let_in in (("http://localhost", False), ("https://localhost", True)):
        socket = dial(PLACE)
        socket.scope["headers"] = [(b"host", b"localhost"), (b"origin", origin.encode())]
        assert (await socket.connect())[0] is is_let_in
        await socket.disconnect()
