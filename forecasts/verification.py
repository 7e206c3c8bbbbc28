"""Learns from what came, and keeps score: every pair of forecast and hour counts once, whoever looks and how often."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from .air import AIRS
from .aqi import PARAMETERS
from .comparison import INDEX, Comparison, compare
from .database import AWAY
from .models import Location, Memory, Score
from .prediction import POOL, SERIES
from .prediction.verification import fresh, learn
from .providers.hours import HOUR, on_the_hour
from .scoring import Sums, total

logger = logging.getLogger(__name__)

WAIT = timedelta(hours=6)  # until then, most values have come that come late
PLACES_AT_ONCE = 25
DAYS_BETWEEN = 1 / 24  # two forecasts of a series

SeriesKey = tuple[int | None, str, str]  # location, parameter, air


@dataclass(frozen=True)
class Verified:
    """What one step did: an hour of some locations."""

    hour: datetime
    locations: int
    comparisons: int


def verify_step(clock: datetime | None = None) -> Verified | None:
    """The oldest hour that is due, of some of the locations that lack it; None if nothing is due."""
    due = oldest_due(clock)
    return due and verify_hour(*due)


def oldest_due(clock: datetime | None = None, without: Collection[int] = ()) -> tuple[list[int], datetime] | None:
    """Some of the locations, and the hour up to which they are verified."""
    target = on_the_hour(clock or now()) - WAIT
    Location.objects.filter(verified_until=None).update(verified_until=target - HOUR)
    behind = Location.objects.filter(verified_until__lt=target).exclude(pk__in=without).order_by("verified_until", "pk")
    before = behind.values_list("verified_until", flat=True).first()
    if before is None:
        return None
    return list(behind.filter(verified_until=before).values_list("pk", flat=True)[:PLACES_AT_ONCE]), before


def verify_hour(ids: list[int], before: datetime) -> Verified:
    comparisons = compare(ids, before + HOUR)
    make_pool()
    with transaction.atomic():
        pool = lock_pool()
        ours = set(Location.objects.filter(pk__in=ids, verified_until=before).values_list("pk", flat=True))
        fresh_ones = [one for one in comparisons if one.past.location_id in ours]
        remember(fresh_ones, pool)
        count(fresh_ones, before + HOUR)
        Location.objects.filter(pk__in=ours).update(verified_until=before + HOUR)
    return Verified(before + HOUR, len(ours), len(fresh_ones))


class Verifier:
    """Step by step, so that rounds get their turn in between; a location that is at fault stops no other."""

    def __init__(self) -> None:
        self.at_fault: set[int] = set()

    def step(self) -> bool:
        """True if there may be more; what was at fault is tried again when there is nothing else, and later."""
        due = oldest_due(without=self.at_fault)
        if due is None:
            self.at_fault.clear()
            return False
        self.verify(*due)
        return True

    def verify(self, ids: list[int], before: datetime) -> None:
        """Together, or one by one where something is wrong with one of them."""
        try:
            verify_hour(ids, before)
        except AWAY:
            raise
        except Exception:
            if len(ids) > 1:
                for location_id in ids:
                    self.verify([location_id], before)
                return
            self.at_fault.update(ids)
            logger.exception("Forecasts of location %s cannot be compared with what came; again in an hour", *ids)


def make_pool() -> None:
    known = set(Memory.objects.filter(location=None).values_list("parameter", "air"))
    missing = [key for key in ((parameter, air) for parameter in PARAMETERS for air in AIRS) if key not in known]
    Memory.objects.bulk_create(
        [Memory(parameter=parameter, air=air, learnt=fresh()) for parameter, air in missing], ignore_conflicts=True
    )


def lock_pool() -> dict[SeriesKey, Memory]:
    """Whoever has these rows is the only one to verify; others wait, and then see what was done."""
    rows = Memory.objects.select_for_update().filter(location=None).order_by("pk")
    return {(None, row.parameter, row.air): row for row in rows}


def remember(comparisons: Iterable[Comparison], pool: dict[SeriesKey, Memory]) -> None:
    taught = [one for one in comparisons if one.past.parameter != INDEX]
    own = memories_of({one.past.location_id for one in taught})
    for one in taught:
        past = one.past
        key = past.location_id, past.parameter, one.air
        if key not in own:
            own[key] = Memory(location_id=past.location_id, parameter=past.parameter, air=one.air, learnt=fresh())
        learn(own[key].learnt, past.record, past.lead, one.truth, SERIES, DAYS_BETWEEN)
        learn(pool[None, past.parameter, one.air].learnt, past.record, past.lead, one.truth, POOL, DAYS_BETWEEN)
    changed = {(one.past.location_id, one.past.parameter, one.air) for one in taught}
    store(Memory, [own[key] for key in changed], "learnt")
    store(Memory, [pool[key] for key in {(None, parameter, air) for _, parameter, air in changed}], "learnt")


def memories_of(location_ids: set[int]) -> dict[SeriesKey, Memory]:
    rows = Memory.objects.filter(location__in=location_ids)
    return {(row.location_id, row.parameter, row.air): row for row in rows}


def count(comparisons: Iterable[Comparison], hour: datetime) -> None:
    added: dict[tuple[int | None, str, str, str], dict[str, list[Sums]]] = defaultdict(lambda: defaultdict(list))
    for one in comparisons:
        past, sums = one.past, one.sums()
        for place in (past.location_id, None):
            added[place, past.parameter, past.unit, one.air][str(past.lead)].append(sums)
    places = {place for place, *_ in added if place is not None}
    day = Score.objects.filter(day=hour.date())
    kept = {(row.location_id, row.parameter, row.unit, row.air): row for row in day.filter(location__in=places)}
    kept |= {(None, row.parameter, row.unit, row.air): row for row in day.filter(location=None)}
    for key, leads in added.items():
        place, parameter, unit, air = key
        row = kept.get(key) or Score(
            location_id=place, parameter=parameter, unit=unit, air=air, day=hour.date(), sums={}
        )
        row.sums |= {lead: total([row.sums.get(lead, Sums()), *sums]) for lead, sums in leads.items()}
        kept[key] = row
    store(Score, [kept[key] for key in added], "sums")


def store(model: type[Memory] | type[Score], rows: Iterable[Any], field: str) -> None:
    """New rows, and those of which only the field has changed: two statements however many they are."""
    by_novelty: dict[bool, list[Any]] = {True: [], False: []}
    for row in rows:
        by_novelty[row.pk is None].append(row)
    model._default_manager.bulk_create(by_novelty[True])
    model._default_manager.bulk_create(
        by_novelty[False], update_conflicts=True, unique_fields=["id"], update_fields=[field]
    )
