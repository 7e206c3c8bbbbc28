"""What is usual by month and hour, of series that saw the month in an earlier year; made anew every four weeks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import now

from .aqi import PARAMETERS
from .aqi.series import hour_number
from .judgement import MEASURING
from .models import Climatology, Observation, Source
from .prediction import monthly_climatology
from .prediction.horizon import Array
from .prediction.ladder import short
from .prediction.rolling import HOURS_OF_CLIMATOLOGY
from .prediction.series import EARLIER_YEAR_HOURS
from .providers.hours import HOUR, on_the_hour

Climatologies = dict[tuple[int, str], Array]  # by source and parameter: 12 × 24

AN_EARLIER_YEAR = EARLIER_YEAR_HOURS * HOUR
LOOK_BACK = timedelta(days=5 * 365)  # of air that is still like today's, and soon read
RENEWED_AFTER = timedelta(hours=HOURS_OF_CLIMATOLOGY)  # as in backtests
SERIES_AT_ONCE = 2  # a fraction of a second, so that the rounds get their turn


def climatologies_of(source_ids: Iterable[int]) -> Climatologies:
    rows = Climatology.objects.filter(source__in=set(source_ids), medians__isnull=False)
    return {(row.source_id, row.parameter): np.array(row.medians, dtype=float) for row in rows}


def renew_some(clock: datetime | None = None) -> int:
    """Of a few series that have none, or an old one; returns of how many."""
    clock = clock or now()
    rows = [
        Climatology(
            source_id=source_id, parameter=parameter, made_at=clock, medians=medians(source_id, parameter, clock)
        )
        for source_id, parameter in due(clock)
    ]
    Climatology.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["source", "parameter"], update_fields=["made_at", "medians"]
    )
    return len(rows)


def due(clock: datetime) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for parameter in PARAMETERS:
        if len(found) < SERIES_AT_ONCE:
            sources = old_enough(parameter, clock).values_list("pk", flat=True)
            found += [(pk, parameter) for pk in sources[: SERIES_AT_ONCE - len(found)]]
    return found


def old_enough(parameter: str, clock: datetime) -> QuerySet[Source]:
    observed = Observation.objects.filter(
        source=OuterRef("pk"), parameter=parameter, observed_at__lte=clock - AN_EARLIER_YEAR
    )
    made = Climatology.objects.filter(source=OuterRef("pk"), parameter=parameter, made_at__gt=clock - RENEWED_AFTER)
    shown = Source.objects.filter(is_enabled=True, location__is_active=True, provider__in=MEASURING)
    return shown.filter(Exists(observed), ~Exists(made)).order_by()


def medians(source_id: int, parameter: str, clock: datetime) -> list[list[float | None]] | None:
    series = Observation.objects.believed().filter(source=source_id, parameter=parameter)
    first = on_the_hour(clock) - LOOK_BACK + HOUR
    hourly = np.full(LOOK_BACK // HOUR, np.nan)
    rows = series.filter(observed_at__gte=first, observed_at__lte=clock)
    for observed_at, value in rows.values_list("observed_at", "value_ug_m3").iterator():
        hourly[(observed_at - first) // HOUR] = max(value, 0.0)
    made = monthly_climatology(hourly, hour_number(clock))
    return None if made is None else short(made)
