"""What an operator wants to know first: which places are well, which providers, and whether a beat is at work."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.utils.timezone import now

from .models import Heartbeat, Location, Snapshot, Source
from .models.heartbeat import ALIVE_FOR
from .quota import Use, quota_use
from .skill_line import SkillLine, skill_line

WORRYING = ("unavailable", "stale")
NO_COLOR = "#6B7280"


@dataclass(frozen=True)
class ProviderHealth:
    """How the enabled sources of a provider fared in their last round."""

    provider: str
    ok: int
    failed: int
    never: int
    last_success_at: datetime | None
    last_error: str = ""


@dataclass(frozen=True)
class Marker:
    """A place on the map: x and y in degrees east and south of its upper left corner, 360 wide and 180 high."""

    location: Location
    status: str
    x: float
    y: float
    color: str
    words: str


@dataclass(frozen=True)
class Overview:
    clock: datetime
    markers: list[Marker]
    statuses: list[tuple[str, int]]
    providers: list[ProviderHealth]
    quotas: list[Use]
    beats: list[Heartbeat]
    lag: timedelta
    skill: SkillLine | None

    @property
    def has_land(self) -> bool:
        return bool((settings.DASHBOARD / "land.svg").exists())  # drawn when the dashboard is built

    @property
    def worrying(self) -> list[Marker]:
        return [marker for marker in self.markers if marker.status in WORRYING]


def overview() -> Overview:
    clock = now()
    markers = place_markers()
    return Overview(
        clock=clock,
        markers=markers,
        statuses=Counter(marker.status for marker in markers).most_common(),
        providers=provider_health(with_errors=True),
        quotas=quota_use(),
        beats=list(Heartbeat.objects.filter(seen_at__gt=clock - ALIVE_FOR).order_by("name")),
        lag=lag(clock),
        skill=skill_line(clock),
    )


def place_markers() -> list[Marker]:
    shown = Snapshot.objects.newest().filter(location__is_active=True)
    return [marker(row, json.loads(row.text)["aqi"]) for row in shown.select_related("location").order_by("location")]


def marker(shown: Snapshot, aqi: dict[str, Any]) -> Marker:
    location = shown.location
    index = "no data" if aqi["value"] is None else f"{aqi['value']} {aqi['label']}"
    return Marker(
        location=location,
        status=shown.status,
        x=(location.longitude or 0.0) + 180,
        y=90 - (location.latitude or 0.0),
        color=aqi["color"] or NO_COLOR,
        words=f"{location.name}: {index} ({shown.status})",
    )


def provider_health(*, with_errors: bool = False) -> list[ProviderHealth]:
    never = Q(failures=0, last_success_at=None)
    enabled = Source.objects.filter(is_enabled=True, location__is_active=True)
    rows = (
        enabled.order_by("provider")
        .values("provider")
        .annotate(
            failed=Count("pk", Q(failures__gt=0)),
            never=Count("pk", never),
            ok=Count("pk", Q(failures=0) & ~never),
            last_success_at=Max("last_success_at"),
        )
    )
    failing = enabled.filter(failures__gt=0).order_by("last_failure_at")
    errors = dict(failing.values_list("provider", "last_error")) if with_errors else {}
    return [ProviderHealth(**row, last_error=errors.get(row["provider"], "")) for row in rows]


def lag(clock: datetime) -> timedelta:
    """How late the most overdue location is; what a replay holds is not late."""
    free = Q(replay_until=None) | Q(replay_until__lt=clock)
    due_at = Location.objects.filter(free, is_active=True).aggregate(first=Min("due_at"))["first"]
    return timedelta() if due_at is None else max(timedelta(), clock - due_at)


@dataclass(frozen=True)
class Progress:
    """How far the beat has come with what an operator asked for."""

    asked_at: datetime
    done: int
    all: int

    @property
    def is_over(self) -> bool:
        return self.done == self.all


def progress_since(asked_at: datetime) -> Progress:
    active = Location.objects.filter(is_active=True)
    return Progress(asked_at, active.filter(checked_at__gte=asked_at).count(), active.count())
