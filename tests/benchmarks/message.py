"""The update that every contender sends: a real snapshot, or one with fewer forecast hours, in 2 KB."""

import json
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).parent.parent / "fixtures" / "snapshot.json"
HOURS_IN_2_KB = 5


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def snapshot(size: str) -> dict[str, Any]:
    """`size` is "2kb" or "snapshot"."""
    known: dict[str, Any] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    if size == "2kb":
        del known["forecast"]["hours"][HOURS_IN_2_KB:]
    return known


def frame(size: str, seq: int) -> dict[str, Any]:
    """The whole message, as the project sends it."""
    at = "2026-11-23T21:00:00.000000Z"
    head = {"type": "aqi_update", "location": "place-0", "epoch": "950b2f7f9736", "seq": seq}
    return {**head, "timestamp": at, "checked_at": at, "data": snapshot(size)}
