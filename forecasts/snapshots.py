"""Stores, caches and hands out the one snapshot that every reader of a location gets."""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now

from .api.serializers import SnapshotSerializer
from .composition import NOTHING_EXPECTED, compose
from .gazetteer import UnknownLocation
from .history import Heard
from .models import Location, Snapshot, new_epoch
from .models.snapshot import IS_NEWEST

# Another process may publish at any time; within this the newest is read again, so no reader is further behind.
LIFETIME_SECONDS = 1.0
MAX_BYTES = 8 * 1024


@dataclass(frozen=True)
class CurrentForecast:
    """The newest snapshot of a location: `text` is its JSON as sent, `checked_at` the last round that confirmed it."""

    snapshot_id: int
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
class Past:
    """Snapshots of one epoch without a gap, oldest first; `newest_seq` may lie beyond the last of them."""

    epoch: str
    newest_seq: int
    snapshots: list[CurrentForecast]


class NotKept(LookupError):  # noqa: N818  (says what is wrong)
    """What came after a seq, or was shown at a moment, is not there, or not any more."""


_newest: dict[int, tuple[float, CurrentForecast]] = {}


def get_current_forecast(location: Location) -> CurrentForecast:
    """The read that everyone uses; at most one query a second per location and process. Raises UnknownLocation."""
    expires_at, current = _newest.get(location.pk, (0.0, None))
    if current is None or expires_at < time.monotonic():
        newest = read_newest([location.pk])
        current = remember(newest[0]) if newest else _first(location)
    return current


def _first(location: Location) -> CurrentForecast:
    """Of a row that was stored past us, such as by a bulk load; or it is gone, and is not known any more."""
    try:
        return publish_first(Location.objects.get(pk=location.pk))
    except Location.DoesNotExist as error:
        raise UnknownLocation(location.slug, f'The location "{location.slug}" was deleted.', []) from error


def known(location_id: int) -> CurrentForecast | None:
    """What get_current_forecast would answer without a query, if it can."""
    expires_at, current = _newest.get(location_id, (0.0, None))
    return current if expires_at >= time.monotonic() else None


def remember(current: CurrentForecast) -> CurrentForecast:
    _newest[current.location_id] = (time.monotonic() + LIFETIME_SECONDS, current)
    return current


def forget() -> None:
    _newest.clear()


def read_newest(location_ids: list[int]) -> list[CurrentForecast]:
    return [_current(row, row.location) for row in _of(location_ids).filter(IS_NEWEST)]


def read_news(location_ids: list[int], after_id: int, checked_after: datetime) -> list[CurrentForecast]:
    """Every snapshot stored after that one, oldest first, and the newest ones that a later round confirmed."""
    confirmed = IS_NEWEST & Q(location__checked_at__gt=checked_after)
    return [_current(row, row.location) for row in _of(location_ids).filter(Q(pk__gt=after_id) | confirmed)]


def read_past(location_id: int, epoch: str | None, since: int, at_most: int) -> Past:
    """What followed `since` in the location's epoch; raises NotKept if it cannot be told without a gap."""
    known = Location.objects.filter(pk=location_id).values_list("epoch", "seq").first()
    if known is None or epoch not in (None, known[0]) or since > known[1]:
        raise NotKept(f"The numbering began anew, or never came to {since}.")
    rows = _of([location_id]).filter(epoch=known[0], seq__gt=since).order_by("seq")[:at_most]
    # The retention leaves one in an hour: what comes after the first hole does not count.
    whole = [_current(row, row.location) for seq, row in enumerate(rows, since + 1) if row.seq == seq]
    if not whole and since < known[1]:
        raise NotKept(f"What came after number {since} is not kept any more.")
    return Past(*known, whole)


def read_as_of(location: Location, moment: datetime) -> CurrentForecast:
    """What readers were shown at a moment, as far as it is kept: of old ones, the last of each hour is."""
    row = _of([location.pk]).filter(published_at__lte=moment).order_by("-published_at", "-pk").first()
    if row is None:
        raise NotKept(f"Nothing is kept of what {location.name} showed at {moment:%Y-%m-%dT%H:%MZ} or before.")
    return _current(row, row.location)


def _of(location_ids: list[int]) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(location__in=location_ids).select_related("location").order_by("pk")


def _current(row: Snapshot, location: Location) -> CurrentForecast:
    is_newest = (row.epoch, row.seq) == (location.epoch, location.seq)
    return CurrentForecast(
        row.pk,
        location.pk,
        location.slug,
        row.epoch,
        row.seq,
        row.published_at,
        (location.checked_at if is_newest else None) or row.published_at,
        row.text,
    )


def publish(location: Location, data: dict[str, Any], published_at: datetime | None = None) -> CurrentForecast:
    """Store what readers are to see; the same again only confirms the newest, with its seq, as checked."""
    return store(location, text_of(data), data["status"], published_at or now())


def store(location: Location, text: str, status: str, at: datetime) -> CurrentForecast:
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
                status=status,
                text=text,
            )
    return remember(_current(newest, location))


def text_of(data: dict[str, Any]) -> str:
    """The snapshot as JSON; where the operator's own texts make it too large, the last of the scales are left out."""
    shown = SnapshotSerializer(data).data
    text = dumps(shown)
    while len(text.encode()) > MAX_BYTES and shown["scales"].keys() > {shown["aqi"]["scale"]}:
        del shown["scales"][next(scale for scale in reversed(shown["scales"]) if scale != shown["aqi"]["scale"])]
        text = dumps(shown)
    return text


def dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def start_epoch(location: Location) -> None:
    """Numbers start again at 1: for the start and end of a replay, and after a backup was restored."""
    location.epoch, location.seq = new_epoch(), 0
    location.save(update_fields=["epoch", "seq"])
    _newest.pop(location.pk, None)


def publish_first(location: Location) -> CurrentForecast:
    """Nothing is known yet, and that is what readers are told."""
    return publish(location, compose(location, Heard(), NOTHING_EXPECTED, now()))


def republish(location: Location) -> CurrentForecast:
    """The newest state again, as seq 1 of a new epoch."""
    with transaction.atomic():
        newest = read_newest([location.pk])
        start_epoch(location)
        if not newest:
            return publish_first(location)
        # Its text as it is: it may be of a time when snapshots had fewer fields.
        return store(location, newest[0].text, json.loads(newest[0].text)["status"], now())
