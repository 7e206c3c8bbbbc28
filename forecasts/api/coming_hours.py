"""The answer of …/forecast/: the published forecast that a snapshot shows, the newest or that of a past moment."""

import json
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Max
from django.utils.timezone import now

from forecasts.aqi import SCALES, Scale
from forecasts.composition import index_hours
from forecasts.models import Forecast, Location
from forecasts.models.forecast import QUANTILES
from forecasts.prediction import category_probabilities
from forecasts.snapshots import CurrentForecast, NotKept, get_current_forecast, read_as_of
from forecasts.variants import index_forecast

MISSING_IN_SNAPSHOT = ("lo95", "hi95", "mean", "probabilities")
WHEN_GONE = "The forecast of that moment is not kept any more; …/current/ with the same as_of has its first 24 hours."


def coming_hours(location: Location, count: int, as_of: datetime | None, scale: str | None) -> dict[str, Any]:
    """Of now, or of what was shown at `as_of`; raises NotKept if that is gone."""
    clock = as_of or now()
    current = get_current_forecast(location) if as_of is None else read_as_of(location, as_of)
    snapshot = json.loads(current.text)
    issued_at = _issued_at(location, current, snapshot, as_of)
    rows = {} if issued_at is None else _published(location, issued_at)
    index = rows.pop("aqi", None)
    if index is None:
        if as_of is not None and issued_at is not None and snapshot["status"] != "replay":
            raise NotKept(WHEN_GONE)
        return _as_shown(location, snapshot, count, as_of)
    if scale is not None and scale != index.unit:
        index = index_forecast(current, index.issued_at, scale) or index
    return {
        "location": location.slug,
        "as_of": as_of,
        "issued_at": index.issued_at,
        "model": index.model,
        "scale": index.unit,
        "status": snapshot["status"],
        "given": index.given,
        "aqi": _index_hours(index, clock, count),
        "pollutants": {parameter: _pollutant(row, clock, count) for parameter, row in rows.items()},
    }


def _issued_at(
    location: Location, shown: CurrentForecast, snapshot: dict[str, Any], as_of: datetime | None
) -> datetime | None:
    if as_of is not None:
        # Of old snapshots one an hour is left, but every forecast: a later one was shown by a snapshot that is gone.
        later = location.forecasts.filter(source=None, issued_at__gt=shown.published_at, issued_at__lte=as_of)
        newest: datetime | None = later.aggregate(at=Max("issued_at"))["at"]
        if newest is not None:
            return newest
    issued_at = snapshot["forecast"]["issued_at"]
    return None if issued_at is None else datetime.fromisoformat(issued_at)


def _published(location: Location, issued_at: datetime) -> dict[str, Forecast]:
    return {row.parameter: row for row in location.forecasts.filter(source=None, issued_at=issued_at)}


def _as_shown(location: Location, snapshot: dict[str, Any], count: int, as_of: datetime | None) -> dict[str, Any]:
    """A replay stores no forecast, so its readers get the hours that the snapshot has; others get none."""
    shown = snapshot["forecast"] if snapshot["status"] == "replay" else {"issued_at": None, "model": None, "hours": []}
    return {
        "location": location.slug,
        "as_of": as_of,
        "issued_at": shown["issued_at"],
        "model": shown["model"],
        "scale": snapshot["aqi"]["scale"],
        "status": snapshot["status"] if shown["hours"] else "unavailable",
        "given": [],
        "aqi": [{**dict.fromkeys(MISSING_IN_SNAPSHOT), **hour} for hour in shown["hours"][:count]],
        "pollutants": {},
    }


def _pollutant(row: Forecast, clock: datetime, count: int) -> dict[str, Any]:
    end = clock + timedelta(hours=count)
    hours = [{**hour._asdict(), "value": hour.median} for hour in row.by_hour() if clock < hour.valid_at <= end]
    return {"unit": row.unit, "model": row.model, "given": row.given, "hours": hours}


def _index_hours(row: Forecast, clock: datetime, count: int) -> list[dict[str, Any]]:
    return [
        {**hour, "probabilities": _probabilities(hour, SCALES[row.unit])} for hour in index_hours(row, clock, count)
    ]


def _probabilities(hour: dict[str, Any], scale: Scale) -> dict[str, float] | None:
    """Of each category; indices are whole, so one ends half-way to the next."""
    quantiles = [hour[name] for name in QUANTILES]
    if None in quantiles:
        return None
    shares = category_probabilities(np.array([quantiles]), [lowest - 0.5 for lowest in scale.lowest[1:]])[0]
    return {category.id: round(float(share), 3) for category, share in zip(scale.categories, shares, strict=True)}
