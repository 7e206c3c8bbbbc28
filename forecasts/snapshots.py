"""Builds, stores and hands out the one snapshot that every reader of a location gets."""

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from . import providers
from .api.serializers import SnapshotSerializer
from .aqi import Index, category, index
from .history import Heard
from .models import Forecast, Location, Snapshot, Source, new_epoch

SCALE = "us_epa_2024"
HOURS_SHOWN = 24
# Another process may publish at any time; within this the newest is read again, so no reader is further behind.
LIFETIME_SECONDS = 1.0


@dataclass(frozen=True)
class CurrentForecast:
    """The newest snapshot of a location: `text` is its JSON as sent, `checked_at` the last round that confirmed it."""

    location_id: int
    slug: str
    epoch: str
    seq: int
    published_at: datetime
    checked_at: datetime
    text: str

    @property
    def etag(self) -> str:
        return f'"{self.epoch}-{self.seq}"'


@dataclass(frozen=True)
class Outlook:
    """What is shown of the newest forecast; `index` is its row of the index, None where nothing can be said."""

    index: Forecast | None = None
    source: Source | None = None


_newest: dict[int, tuple[float, CurrentForecast]] = {}


def get_current_forecast(location: Location) -> CurrentForecast:
    """The read that everyone uses; at most one query a second per location and process."""
    expires_at, current = _newest.get(location.pk, (0.0, None))
    if current is None or expires_at < time.monotonic():
        current = remember(read_newest([location.pk])[0])
    return current


def known(location_id: int) -> CurrentForecast | None:
    """What get_current_forecast would answer without a query, if it can."""
    expires_at, current = _newest.get(location_id, (0.0, None))
    return current if expires_at >= time.monotonic() else None


def remember(current: CurrentForecast) -> CurrentForecast:
    _newest[current.location_id] = (time.monotonic() + LIFETIME_SECONDS, current)
    return current


def forget() -> None:
    _newest.clear()


def read_newest(location_ids: list[int], checked_after: datetime | None = None) -> list[CurrentForecast]:
    rows = Snapshot.objects.filter(
        location__in=location_ids, epoch=F("location__epoch"), seq=F("location__seq")
    ).select_related("location")
    if checked_after is not None:
        rows = rows.filter(location__checked_at__gt=checked_after)
    return [_current(row, row.location) for row in rows]


def _current(row: Snapshot, location: Location) -> CurrentForecast:
    return CurrentForecast(
        location.pk,
        location.slug,
        row.epoch,
        row.seq,
        row.published_at,
        location.checked_at or row.published_at,
        row.text,
    )


def build(
    location: Location, heard: Heard, outlook: Outlook, clock: datetime, *, is_replay: bool = False
) -> dict[str, Any]:
    """The snapshot as plain data, as it stands at `clock`."""
    observed_at = heard.newest_at()
    result = index(heard.recent(clock - timedelta(hours=36)), observed_at or clock, SCALE)
    forecast = _forecast(outlook, clock)
    used = _sources(heard, outlook if forecast["hours"] else Outlook())
    stale_at = observed_at + timedelta(hours=settings.AQI_STALE_AFTER_HOURS) if observed_at else None
    status = _status(used, stale_at, clock, bool(forecast["hours"]))
    if is_replay and status != "unavailable":
        status = "replay"
    return {
        "location": location,
        "status": status,
        "observed_at": observed_at,
        "stale_at": stale_at,
        "aqi": asdict(result),
        "scales": {SCALE: asdict(result)},
        "pollutants": _pollutants(result, heard),
        "forecast": forecast,
        "sources": [_terms(source) for source in used],
    }


def _status(used: list[Source], stale_at: datetime | None, clock: datetime, has_forecast: bool) -> str:
    if stale_at is None and not has_forecast:
        return "unavailable"
    about = [providers.PROVIDERS[source.provider].about for source in used]
    if any(provider.is_simulated for provider in about):
        return "simulated"
    if stale_at is None or stale_at <= clock:
        return "stale"
    return "modelled" if any(provider.is_modelled for provider in about) else "live"


def _sources(heard: Heard, outlook: Outlook) -> list[Source]:
    used = {source.pk: source for source in heard.sources.values()}
    if outlook.source is not None:
        used[outlook.source.pk] = outlook.source
    return sorted(used.values(), key=lambda source: (source.position, source.pk))


def _terms(source: Source) -> dict[str, str]:
    about = providers.PROVIDERS[source.provider].about
    return {
        "name": source.name or about.name,
        "attribution": source.attribution or about.attribution,
        "licence": source.licence or about.licence,
        "url": source.url or about.url,
    }


def _pollutants(result: Index, heard: Heard) -> dict[str, Any]:
    return {
        parameter: {**asdict(part), "source": _terms(heard.sources[parameter])["name"]}
        for parameter, part in result.pollutants.items()
    }


def _forecast(outlook: Outlook, clock: datetime) -> dict[str, Any]:
    row = outlook.index
    if row is None:
        return {"issued_at": None, "model": None, "hours": []}
    hours = index_hours(row, clock, HOURS_SHOWN)
    return {"issued_at": row.issued_at if hours else None, "model": row.model if hours else None, "hours": hours}


def index_hours(row: Forecast, clock: datetime, count: int) -> list[dict[str, Any]]:
    """The next `count` hours after `clock` of a forecast of the index; hours that nobody forecast are left out."""
    return [
        {"valid_at": at, "value": median, "lo80": low, "hi80": high, "category": category(int(median), row.unit).id}
        for at, low, median, high in row.by_hour()
        if median is not None and clock < at <= clock + timedelta(hours=count)
    ]


def publish(location: Location, data: dict[str, Any], published_at: datetime | None = None) -> CurrentForecast:
    """Store what readers are to see; the same again only confirms the newest, with its seq, as checked."""
    at = published_at or now()
    text = json.dumps(SnapshotSerializer(data).data, ensure_ascii=False, separators=(",", ":"))
    with transaction.atomic():
        # The update comes first: it locks the row, so seq has no gap and no double whoever else publishes.
        Location.objects.filter(pk=location.pk).update(checked_at=at)
        location.refresh_from_db(fields=["epoch", "seq", "checked_at"])
        newest = Snapshot.objects.filter(location=location, epoch=location.epoch, seq=location.seq).first()
        if newest is None or newest.text != text:
            Location.objects.filter(pk=location.pk).update(seq=F("seq") + 1)
            location.seq += 1
            newest = Snapshot.objects.create(
                location=location,
                epoch=location.epoch,
                seq=location.seq,
                published_at=at,
                status=data["status"],
                text=text,
            )
    return remember(_current(newest, location))


def start_epoch(location: Location) -> None:
    """Numbers start again at 1: for the start and end of a replay, and after a backup was restored."""
    location.epoch, location.seq = new_epoch(), 0
    location.save(update_fields=["epoch", "seq"])
    _newest.pop(location.pk, None)


def publish_first(location: Location) -> CurrentForecast:
    """Nothing is known yet, and that is what readers are told."""
    return publish(location, build(location, Heard(), Outlook(), now()))


def republish(location: Location) -> CurrentForecast:
    """The newest state again, as seq 1 of a new epoch."""
    with transaction.atomic():
        newest = read_newest([location.pk])
        start_epoch(location)
        return publish(location, json.loads(newest[0].text)) if newest else publish_first(location)
