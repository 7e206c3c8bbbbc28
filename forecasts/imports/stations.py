"""What a file says about its stations."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from .formats import About
from .parsing import parse_degrees

LONGEST_ID = 120
NEVER_YET, NEVER_MORE = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)


@dataclass
class Station:
    """One location_id of a file, and from when to when it has believed values."""

    id: str
    name: str
    latitude: float | None
    longitude: float | None
    attribution: str
    values: int = 0
    first: datetime = NEVER_YET
    last: datetime = NEVER_MORE

    def note(self, observed_at: datetime, values: int) -> None:
        self.values += values
        self.first = min(self.first, observed_at)
        self.last = max(self.last, observed_at)


def read_station(station_id: str, row: list[str], about: About) -> Station:
    """Raises ValueError for an id or coordinates that cannot be."""
    if not station_id.strip():
        raise ValueError("the location is empty.")
    if len(station_id) > LONGEST_ID:
        raise ValueError(f"the location {station_id[:20]!r}… is longer than {LONGEST_ID} characters.")
    return Station(
        station_id,
        name=_text(row, about.name),
        latitude=parse_degrees(_text(row, about.latitude), 90),
        longitude=parse_degrees(_text(row, about.longitude), 180),
        attribution=_attribution(_text(row, about.attribution)),
    )


def _text(row: list[str], position: int | None) -> str:
    return "" if position is None else row[position].strip()


def _attribution(text: str) -> str:
    """OpenAQ's older exports hold a JSON list of who to name; others have the plain words."""
    try:
        return ", ".join(entry["name"] for entry in json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError):
        return text
