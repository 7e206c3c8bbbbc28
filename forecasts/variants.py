"""A snapshot in another scale: the same air at the same moment, told by another index."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from .aqi import index
from .composition import Outlook, forecast_of, pollutants_of, terms
from .history import SHOWN, Heard, listen
from .index_outlook import Through
from .models import Forecast, Snapshot
from .snapshots import CurrentForecast, text_of

KEPT = 512


def in_scale(current: CurrentForecast, scale: str) -> str:
    """The JSON of a snapshot, with `aqi`, the index of each pollutant and the forecast in this scale."""
    return _in_scale(current.epoch, current.seq, current.snapshot_id, scale)


def index_forecast(current: CurrentForecast, issued_at: datetime, scale: str) -> Forecast | None:
    """The forecast that was issued then, as one of the index in this scale; None where its pollutants are not kept."""
    return _index_forecast(current.epoch, current.seq, current.snapshot_id, issued_at, scale)


@lru_cache(KEPT)
def _in_scale(epoch: str, seq: int, snapshot_id: int, scale: str) -> str:
    row, shown, heard, at = behind(snapshot_id)
    if shown["aqi"]["scale"] == scale:
        return row.text
    result = index(heard.history, at, scale)
    issued_at = _moment(shown["forecast"]["issued_at"])
    expected = None if issued_at is None else _index_forecast(epoch, seq, snapshot_id, issued_at, scale)
    aqi = shown["scales"].get(scale, result)
    return text_of(
        shown
        | {"aqi": aqi, "scales": {scale: aqi} | shown["scales"]}
        | {"pollutants": pollutants_of(result, heard), "forecast": forecast_of(Outlook(expected), row.published_at)}
    )


@lru_cache(KEPT)
def _index_forecast(epoch: str, seq: int, snapshot_id: int, issued_at: datetime, scale: str) -> Forecast | None:
    row = _stored(snapshot_id)
    rows = list(row.location.forecasts.filter(source=None, issued_at=issued_at).exclude(parameter="aqi"))
    return Through(_heard_then(row, json.loads(row.text), issued_at), rows, scale).forecast() if rows else None


class Behind(NamedTuple):
    """A stored snapshot, what it shows, the hours that it is made of, and the last of them."""

    row: Snapshot
    shown: dict[str, Any]
    heard: Heard
    at: datetime


def behind(snapshot_id: int) -> Behind:
    row = _stored(snapshot_id)
    shown = json.loads(row.text)
    at = _moment(shown["observed_at"]) or row.published_at
    # A replay has a clock of its own, which stands at the hour that it shows.
    clock = at if shown["status"] == "replay" else row.published_at
    return Behind(row, shown, _heard_then(row, shown, clock) if shown["pollutants"] else Heard(), at)


def _stored(snapshot_id: int) -> Snapshot:
    return Snapshot.objects.select_related("location").get(pk=snapshot_id)


def _heard_then(row: Snapshot, shown: dict[str, Any], clock: datetime) -> Heard:
    """The hours behind a snapshot, of the sources that it names; what was revised since is as revised."""
    names = {source["name"] for source in shown["sources"]}
    return listen([source for source in row.location.sources.all() if terms(source)["name"] in names], clock, SHOWN)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def forget() -> None:
    _in_scale.cache_clear()
    _index_forecast.cache_clear()
