"""The golden messages: what the tests compare with what is really sent, and what the documentation shows."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fixtures"
MESSAGES = FOLDER / "messages"
IS_WRITING = os.environ.get("AQI_WRITE_FIXTURES") == "1"
WIDTH = 120


def message(name: str) -> Any:
    return json.loads((MESSAGES / f"{name}.json").read_text(encoding="utf-8"))


def assert_is_golden(sent: Any, path: Path) -> None:
    """With AQI_WRITE_FIXTURES=1 what is sent becomes the fixture: for changes that are meant."""
    if IS_WRITING:
        path.write_text(pretty(sent) + "\n", encoding="utf-8")
    assert sent == json.loads(path.read_text(encoding="utf-8"))


def pretty(value: Any, indent: str = "") -> str:
    """JSON in which whatever fits a line has one."""
    line = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or len(indent + line) <= WIDTH:
        return line
    deeper = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(deeper + pretty(entry, deeper) for entry in value) + f"\n{indent}]"
    entries = (f"{deeper}{json.dumps(name)}: {pretty(entry, deeper)}" for name, entry in value.items())
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
