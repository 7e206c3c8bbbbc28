"""The answer of …/forecast/: the published forecast that the newest snapshot shows, as far as it reaches."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from forecasts.composition import SCALE, index_hours
from forecasts.models import Forecast, Location
from forecasts.snapshots import get_current_forecast


def coming_hours(location: Location, clock: datetime, count: int) -> dict[str, Any]:
    snapshot = json.loads(get_current_forecast(location).text)
    issued_at = snapshot["forecast"]["issued_at"]
    rows = {} if issued_at is None else _published(location, datetime.fromisoformat(issued_at))
    index = rows.pop("aqi", None)
    if index is None:
        return _as_shown(location, snapshot, count)
    return {
        "location": location.slug,
        "issued_at": index.issued_at,
        "model": index.model,
        "scale": index.unit,
        "status": snapshot["status"],
        "aqi": index_hours(index, clock, count),
        "pollutants": {parameter: _pollutant(row, clock, count) for parameter, row in rows.items()},
    }


def _published(location: Location, issued_at: datetime) -> dict[str, Forecast]:
    return {row.parameter: row for row in location.forecasts.filter(source=None, issued_at=issued_at)}


def _as_shown(location: Location, snapshot: dict[str, Any], count: int) -> dict[str, Any]:
    """A replay stores no forecast, so its readers get the hours that the snapshot has; others get none."""
    shown = snapshot["forecast"] if snapshot["status"] == "replay" else {"issued_at": None, "model": None, "hours": []}
    return {
        "location": location.slug,
        "issued_at": shown["issued_at"],
        "model": shown["model"],
        "scale": SCALE,
        "status": snapshot["status"] if shown["hours"] else "unavailable",
        "aqi": shown["hours"][:count],
        "pollutants": {},
    }


def _pollutant(row: Forecast, clock: datetime, count: int) -> dict[str, Any]:
    return {"unit": row.unit, "model": row.model, "hours": list(_hours(row, clock, count))}


def _hours(row: Forecast, clock: datetime, count: int) -> Iterator[dict[str, Any]]:
    for valid_at, lo80, median, hi80 in row.by_hour():
        if clock < valid_at <= clock + timedelta(hours=count):
            yield {"valid_at": valid_at, "value": median, "lo80": lo80, "hi80": hi80}
