"""The same doors under both servers, from outside: log in, be refused, be limited, be logged out."""

import json
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.realtime.test_logs import SERVERS, manage, serving

pytestmark = pytest.mark.processes


def offer(port: int, token: str) -> Any:
    protocols: Any = ["aqi.v1", f"bearer.{token}"]
    return connect(f"ws://127.0.0.1:{port}/ws/aqi/delhi", subprotocols=protocols)


def refusal(opening: Any) -> tuple[str, int]:
    with opening as socket:
        return closing(socket)


def closing(socket: ClientConnection) -> tuple[str, int]:
    """The code of the last message, and of the close."""
    last: dict[str, Any] = {}
    with suppress(ConnectionClosed):
        while True:
            last = json.loads(socket.recv(60))
    assert socket.close_code is not None
    return last.get("code", ""), socket.close_code


@pytest.mark.parametrize("server", SERVERS)
def test_a_closed_server_lets_in_who_logged_in_until_they_log_out(tmp_path: Path, server: str) -> None:
    with (
        serving(server, tmp_path, AQI_ANONYMOUS="off", AQI_CONNECTIONS_PER_USER="2") as (port, log),
        ExitStack() as stack,
    ):
        password = manage(tmp_path, "create_admin").split("password: ")[1].split()[0]
        api = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=60))
        pair = api.post("/token/", json={"username": "admin", "password": password}).json()
        assert api.get("/locations/delhi/current/").status_code == 401
        held = [stack.enter_context(offer(port, pair["access"])) for _ in range(2)]
        assert [socket.subprotocol for socket in held] == ["aqi.v1"] * 2
        assert [json.loads(socket.recv(10))["type"] for socket in held] == ["connected"] * 2
        assert refusal(offer(port, pair["access"])) == ("too_many_connections", 4102)
        assert refusal(offer(port, pair["refresh"])) == ("not_authenticated", 4001)
        assert refusal(connect(f"ws://127.0.0.1:{port}/ws/aqi/delhi?token=x")) == ("token_in_url", 4001)
        for origin in ("null", "http://evil.example", f"http://localhost:{port}"):
            with pytest.raises(InvalidStatus) as refused:
                connect(f"ws://127.0.0.1:{port}/ws/aqi/delhi", origin=origin)  # type: ignore[arg-type]
            assert refused.value.response.status_code == 403
        assert api.post("/token/logout/", json={"refresh": pair["refresh"]}).status_code == 204
        assert [closing(socket) for socket in held] == [("session_ended", 4002)] * 2
    assert "Traceback" not in log.read_text()
    assert pair["access"] not in log.read_text()
