"""From what a provider says to what we keep; the same twice is one row."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from . import providers
from .aqi import STORED_PARAMETERS, Unit, convert, parse_unit
from .judgement import Key, judge_news, said_on_arrival
from .models import Forecast, Observation, Source
from .providers import ModelHour, Reading
from .providers.hours import HOUR, on_the_hour
from .quality import flag_of_time, reason_to_reject

logger = logging.getLogger(__name__)


def keep_readings(source: Source, readings: Iterable[Reading], clock: datetime) -> int:
    """Store what is a number, with what there is to say against it; returns how many rows are new or changed."""
    rows = [row for reading in readings if (row := observation(source, reading, clock)) is not None]
    if not rows:
        return 0
    kept = stored_from(source, min(row.observed_at for row in rows))
    changed = {
        (row.parameter, row.observed_at): row
        for row in rows
        if kept.get((row.parameter, row.observed_at)) != (row.original_value, row.original_unit, row.flags)
    }
    judge_news(source, changed)
    Observation.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["source", "parameter", "observed_at"],
        update_fields=["value_ug_m3", "original_value", "original_unit", "flags"],
    )
    return len(changed)


def stored_from(source: Source, start: datetime) -> dict[Key, tuple[float, str, int | None]]:
    rows = Observation.objects.filter(source=source, observed_at__gte=start).values_list(
        "parameter", "observed_at", "original_value", "original_unit", "flags"
    )
    return {(parameter, at): (value, unit, said_on_arrival(flags)) for parameter, at, value, unit, flags in rows}


def observation(source: Source, reading: Reading, clock: datetime) -> Observation | None:
    """Unsaved, with the flags that only its arrival can tell; None where there is nothing to keep."""
    if reading.parameter not in STORED_PARAMETERS:
        return None
    try:
        unit = parse_unit(reading.unit)
        value = float(convert(reading.value, unit, Unit.MICROGRAMS, reading.parameter))
    except (ValueError, OverflowError) as error:  # an unknown unit; not a number or infinite
        logger.info("%s: a reading of %s is left out: %s", source, reading.parameter, error)
        return None
    reason = reason_to_reject(value, reading.observed_at, clock)
    if reason is not None:
        logger.info("%s: a reading of %s is left out: %s", source, reading.parameter, reason)
        return None
    return Observation(
        source=source,
        parameter=reading.parameter,
        observed_at=on_the_hour(reading.observed_at),
        value_ug_m3=value,
        original_value=reading.value,
        original_unit=unit,
        flags=said_on_arrival(flag_of_time(reading.observed_at, clock)),
    )


def keep_model_hours(source: Source, hours: Iterable[ModelHour], clock: datetime) -> None:
    """A run of the provider's model is stored when it says anything that the newest one did not."""
    run = model_run(source, hours, clock)
    newest = source.forecast_set.order_by("-issued_at").first()
    before = {} if newest is None else spoken(source.forecast_set.filter(issued_at=newest.issued_at))
    if any(before.get(key) != value for key, value in spoken(run).items()):
        Forecast.objects.bulk_create(run)


def spoken(run: Iterable[Forecast]) -> dict[tuple[str, datetime], float | None]:
    return {(row.parameter, hour.valid_at): hour.median for row in run for hour in row.by_hour()}


def model_run(source: Source, hours: Iterable[ModelHour], clock: datetime) -> list[Forecast]:
    by_parameter: dict[str, dict[datetime, float]] = defaultdict(dict)
    for hour in hours:
        value = convert(hour.value, parse_unit(hour.unit), Unit.MICROGRAMS, hour.parameter)
        by_parameter[hour.parameter][hour.valid_at] = float(value)
    start = on_the_hour(clock) + HOUR
    return [
        Forecast(
            location_id=source.location_id,
            source=source,
            parameter=parameter,
            issued_at=clock,
            model=providers.PROVIDERS[source.provider].about.model,
            unit=Unit.MICROGRAMS,
            starts_at=start,
            hours={"median": [values.get(start + lead * HOUR) for lead in range(1 + (max(values) - start) // HOUR)]},
        )
        for parameter, values in by_parameter.items()
    ]
