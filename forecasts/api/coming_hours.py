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
        return _nothing(location)
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


def _nothing(location: Location) -> dict[str, Any]:
    return {
        "location": location.slug,
        "issued_at": None,
        "model": None,
        "scale": SCALE,
        "status": "unavailable",
        "aqi": [],
        "pollutants": {},
    }


def _pollutant(row: Forecast, clock: datetime, count: int) -> dict[str, Any]:
    return {"unit": row.unit, "model": row.model, "hours": list(_hours(row, clock, count))}


def _hours(row: Forecast, clock: datetime, count: int) -> Iterator[dict[str, Any]]:
    for valid_at, lo80, median, hi80 in row.by_hour():
        if clock < valid_at <= clock + timedelta(hours=count):
            yield {"valid_at": valid_at, "value": median, "lo80": lo80, "hi80": hi80}
