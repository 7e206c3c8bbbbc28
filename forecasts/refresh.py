"""One round of a location: ask its providers, keep what they say, forecast, publish."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from channels.db import database_sync_to_async
from django.db import transaction
from django.utils.timezone import now

from . import providers, snapshots
from .composition import compose
from .database import AWAY
from .intake import keep_model_hours, keep_readings
from .models import Forecast, Location, Observation, Source
from .neighbourhood import judge_among_neighbours
from .outages import Change, log_changes
from .preparation import Prepared, prepare
from .providers import Batch, Place, ProviderError, Terms
from .providers.contract import OVERLAP
from .providers.hours import on_the_hour
from .providers.quota import governed_by
from .quota import SharedGovernor
from .snapshots import CurrentForecast

logger = logging.getLogger(__name__)

FETCH_DEADLINE_SECONDS = 60
TERMS = {"name": 120, "attribution": 300, "licence": 120, "url": 200}  # and how long each may be
SILENT = timedelta(hours=48)
FIRST_HOUR = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Errand:
    """One call of a provider: these sources, for what is new since then (None: never asked before)."""

    provider: str
    since: datetime | None
    sources: list[Source]


async def fetch_due(locations: Iterable[Location]) -> dict[int, Batch]:
    """What the providers say about these locations, by source; a failure is an answer too."""
    errands = await database_sync_to_async(plan)(list(locations))
    answers = await asyncio.gather(*(run_errand(errand) for errand in errands))
    return {source_id: batch for answer in answers for source_id, batch in answer.items()}


def plan(locations: list[Location]) -> list[Errand]:
    """One call per provider and freshness."""
    errands: dict[tuple[str, str], Errand] = {}
    for source in Source.objects.filter(location__in=locations, is_enabled=True).select_related("location"):
        since = source.heard_until and source.heard_until - OVERLAP  # the same twice is one row
        key = source.provider, freshness(source.heard_until, now())
        errand = errands.setdefault(key, Errand(source.provider, since, []))
        errand.sources.append(source)
        errand.since = since and errand.since and min(errand.since, since)
    return list(errands.values())


def freshness(heard_until: datetime | None, clock: datetime) -> str:
    """Sources of one are asked together: what one of them lacks must not be asked for of those that have it."""
    if heard_until is None:
        return "never heard"
    if heard_until >= on_the_hour(clock):
        return "up to date"
    return "silent" if heard_until < clock - SILENT else "behind"


async def run_errand(errand: Errand) -> dict[int, Batch]:
    places = [
        Place(source.pk, source.location.latitude, source.location.longitude, source.station)
        for source in errand.sources
        if source.location.latitude is not None and source.location.longitude is not None
    ]
    try:
        with governed_by(SharedGovernor()):
            async with asyncio.timeout(FETCH_DEADLINE_SECONDS):
                return by_source(await providers.PROVIDERS[errand.provider].fetch(places, errand.since), places)
    except (ProviderError, TimeoutError) as error:
        reason = str(error) or f"no answer within {FETCH_DEADLINE_SECONDS} s"
    except AWAY:
        raise  # of the quota: the beat waits for the database
    except Exception as error:  # a fault in one provider must not stop the others
        logger.exception("The provider %s failed", errand.provider)
        reason = f"a fault of this program: {error!r}"
    return {place.id: Batch(failures={place.id: reason}) for place in places}


def by_source(batch: Batch, places: list[Place]) -> dict[int, Batch]:
    answers = {place.id: Batch() for place in places}
    for reading in batch.readings:
        answers[reading.place_id].readings.append(reading)
    for hour in batch.forecasts:
        answers[hour.place_id].forecasts.append(hour)
    for place_id, reason in batch.failures.items():
        answers[place_id].failures[place_id] = reason
    for place_id, terms in batch.terms.items():
        answers[place_id].terms[place_id] = terms
    return answers


@dataclass(frozen=True)
class Refreshed:
    current: CurrentForecast
    failures: list[str]


def prepare_rounds(
    locations: Sequence[Location], answers: Mapping[int, Batch], clock: datetime | None = None
) -> list[Prepared]:
    """Keep the answers, and forecast where they changed anything: of many locations at once, in their order."""
    clock = clock or now()
    sources: dict[int, list[Source]] = {location.pk: [] for location in locations}
    changes = []
    for source in Source.objects.filter(location__in=sources, is_enabled=True).select_related("location"):
        sources[source.location_id].append(source)
        if source.pk in answers:
            changes.append(take(source, answers[source.pk], clock))
    judge_among_neighbours((source for found in sources.values() for source in found), clock)
    asked = [source for found in sources.values() for source in found if source.pk in answers]
    answered = {source.provider for source in asked if not source.failures}
    log_changes(filter(None, changes), answered)
    return prepare(locations, sources, clock)


def publish_round(prepared: Prepared) -> Refreshed:
    """Forecast rows and snapshot in one transaction; the same inputs twice change nothing."""
    location, clock = prepared.location, prepared.clock
    data = compose(location, prepared.heard, prepared.outlook, clock)
    with transaction.atomic():
        if is_replayed(location):  # it began while we were away
            current = snapshots.get_current_forecast(location)
        else:
            Forecast.objects.bulk_create(prepared.rows)
            current = snapshots.publish(location, data)
    return Refreshed(current, [source.last_error for source in prepared.sources if source.failures])


def refresh(location: Location, answers: Mapping[int, Batch], clock: datetime | None = None) -> Refreshed:
    """One round of one location."""
    return publish_round(*prepare_rounds([location], answers, clock))


def take(source: Source, batch: Batch, clock: datetime) -> Change | None:
    """Store what a source delivered and how it fares; returns whether it began to fail, or works again."""
    before = Change(source, source.last_error, source.failures)
    if source.pk in batch.failures:
        source.failures += 1
        source.last_failure_at, source.last_error = clock, batch.failures[source.pk][:300]
    else:
        keep_readings(source, batch.readings, clock)
        keep_model_hours(source, batch.forecasts, clock)
        source.failures, source.last_success_at, source.last_error = 0, clock, ""
        heard = [reading.observed_at for reading in batch.readings if reading.observed_at <= clock]
        source.heard_until = max([*heard, source.heard_until or FIRST_HOUR]) if heard else source.heard_until
        adopt(source, batch.terms.get(source.pk))
    health = ["failures", "last_failure_at", "last_success_at", "last_error", "heard_until"]
    source.save(update_fields=[*health, *TERMS])
    if bool(before.rounds) == bool(source.failures):
        return None
    return before if before.rounds else before._replace(reason=source.last_error)


def adopt(source: Source, terms: Terms | None) -> None:
    """What the provider says of the station fills what is empty; what somebody wrote stays."""
    for name, longest in TERMS.items() if terms is not None else ():
        if not getattr(source, name):
            setattr(source, name, getattr(terms, name)[:longest])


def is_replayed(location: Location) -> bool:
    """A replay that ended, or died and let its lease lapse, leaves its own epoch behind: a new one starts here."""
    until = Location.objects.select_for_update().values_list("replay_until", flat=True).get(pk=location.pk)
    if until is not None and until <= now():
        Location.objects.filter(pk=location.pk).update(replay_until=None)
        snapshots.start_epoch(location)
    return until is not None and until > now()


def forget_the_place(location: Location) -> None:
    """After a location moved: what was asked for by coordinates is about another place; stations stay what they are."""
    about = providers.PROVIDERS.values()
    by_coordinates = [one.about.id for one in about if one.about.is_modelled or one.about.is_simulated]
    sources = location.sources.filter(provider__in=by_coordinates)
    Observation.objects.filter(source__in=sources).delete()
    location.forecasts.all().delete()
    location.memories.all().delete()
    location.weather.all().delete()
    location.scores.all().delete()
    sources.update(heard_until=None)
    Location.objects.filter(pk=location.pk).update(weather_due_at=None)


def make_due(location_ids: Iterable[int]) -> int:
    """Whoever wants news now sets the appointment; the beat looks every second."""
    return Location.objects.filter(pk__in=location_ids, is_active=True).update(due_at=now())
