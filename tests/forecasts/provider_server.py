"""A local server that plays a provider: answers by path, from the fixtures."""

import json
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer

FIXTURES = Path(__file__).parents[1] / "fixtures"


def recorded(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def play(server: HTTPServer, path: str, body: Any, status: int = 200, **headers: str) -> None:
    server.expect_request(path).respond_with_json(body, status, headers)


def asked(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log]
