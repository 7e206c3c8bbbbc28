"""How good the forecasts of the last days were, of one location or of all together."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from .air import AIRS
from .aqi import PARAMETERS
from .models import Location, Score
from .scoring import NEEDED, Sums, figures, total

DAYS = 30
ORDER = ["aqi", *PARAMETERS]

Rows = Iterable[Score]


def skill_of(location: Location, clock: datetime) -> dict[str, Any]:
    """The figures of the air that is shown now: those of before a change of its kind are left out."""
    rows = list(_lately(location, clock))
    newest = max((row.day for row in rows), default=None)
    # Of several on one day the first of the list is shown.
    air = min((row.air for row in rows if row.day == newest), key=AIRS.index, default=None)
    return {"location": location.slug, **_period(clock), **_group(air, [row for row in rows if row.air == air])}


def skill_of_all(clock: datetime) -> dict[str, Any]:
    """Over all locations, never mixing what is measured, modelled and simulated."""
    by_air = defaultdict(list)
    for row in _lately(None, clock):
        by_air[row.air].append(row)
    return {**_period(clock), "groups": [_group(air, by_air[air]) for air in AIRS if air in by_air]}


def _lately(location: Location | None, clock: datetime) -> Rows:
    return Score.objects.filter(location=location, day__gt=clock.date() - timedelta(days=DAYS))


def _period(clock: datetime) -> dict[str, Any]:
    last = clock.date()
    return {"from": last - timedelta(days=DAYS - 1), "to": last, "needed": NEEDED}


def _group(air: str | None, rows: Rows) -> dict[str, Any]:
    by_series = defaultdict(list)
    for row in rows:
        by_series[row.parameter, row.unit].append(row.sums)
    ordered = sorted(by_series, key=lambda one: (ORDER.index(one[0]), one[1]))
    parameters: list[dict[str, Any]] = [
        {"parameter": parameter, "unit": unit, "leads": _leads(by_series[parameter, unit])}
        for parameter, unit in ordered
    ]
    is_enough = any(lead["enough"] for one in parameters for lead in one["leads"])
    reason = None if is_enough else "too_few_hours" if parameters else "nothing_compared"
    return {"air": air, "enough": is_enough, "reason": reason, "parameters": parameters}


def _leads(days: list[dict[str, list[float]]]) -> list[dict[str, Any]]:
    leads = sorted({int(lead) for day in days for lead in day})
    of_lead = {lead: total(day.get(str(lead), Sums()) for day in days) for lead in leads}
    return [{"lead_hours": lead, **figures(sums)} for lead, sums in of_lead.items()]
