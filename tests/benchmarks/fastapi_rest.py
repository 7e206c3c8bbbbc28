"""The usual way with FastAPI: a dict, which is made into JSON for each answer; with RESPONSE_MODEL by Pydantic."""

import os
from typing import Any

from fastapi import FastAPI

from tests.benchmarks.message import snapshot

SNAPSHOT = snapshot(os.environ["SIZE"])
application = FastAPI()


@application.get(
    "/api/v1/locations/{location}/current/",
    response_model=dict[str, Any] if "RESPONSE_MODEL" in os.environ else None,
)
async def current(location: str) -> dict[str, Any]:
    return SNAPSHOT
