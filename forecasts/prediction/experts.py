"""What each simple method expects: rows × 120 hours in µg/m³, NaN where it has nothing to go by."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from forecasts.prediction import scaling
from forecasts.prediction.damping import damped_persistence
from forecasts.prediction.horizon import LEADS, Array, curve
from forecasts.prediction.series import Series, month_of
from forecasts.prediction.windows import BACK, DAYS, LONGEST_GAP, by_hour_of_day, last_values, mean_of_days

FULL_HISTORY = DAYS * 24 - 24  # hours since the first value: from then on daily patterns are believed as they are
SOON = 3  # hours; until a full history shows what is usual, there is no departing from the last value so soon
ENOUGH_HOURS = 6  # for a level and a departure from it
CAUTIOUS_HOURS = 10 * 24  # in the smoke of wildfires whoever knows a day expects it to fade too soon
# At that of issue on each next day, and just after it: the last value is the newest that shows what is usual then.
_NEXT_DAYS = {-1: 0.0, 0: 0.2, 1: 0.5, 2: 0.4, 3: 0.2, 4: 0.0}
_CAUTION = curve(
    {1: 0.5, 3: 0.6, 6: 0.6, 12: 0.3, 20: 0.0}
    | {24 * day + hour: share for day in range(1, 6) for hour, share in _NEXT_DAYS.items()},
    LEADS,
)


def expectations(series: Sequence[Series], windows: Array, level: Array, known: Array) -> dict[str, Array]:
    """Of bridged windows, and which of their hours were really known.

    A row in which nothing is known is NaN in all of them.
    """
    last, age = last_values(windows)
    last = np.where(age <= LONGEST_GAP, last, np.nan)
    xs = scaling.enter(windows, level[:, None])
    damped = scaling.leave(damped_persistence(xs), level[:, None])
    is_full = np.isfinite(windows[:, :-FULL_HISTORY]).any(axis=1) & np.isfinite(last)
    damped[~is_full, :SOON] = np.nan
    return {
        "persistence": np.repeat(last[:, None], len(LEADS), axis=1),
        **_daily_patterns(windows, is_full),
        "climatology": _where(np.isfinite(last), _climatology(series)),
        "damped_persistence": _where(np.isfinite(last) & (known.sum(axis=1) >= ENOUGH_HOURS), damped),
    }


def cautious(experts: Mapping[str, Array], hours: Array) -> dict[str, Array]:
    """Nearer to the last value for the next hours, and for the first hours after that of issue on each next day.

    Less than ten days of bridged hours do not show how changeable the air is, nor well what is usual at an hour.
    """
    share = np.maximum(0, 1 - hours / CAUTIOUS_HOURS)[:, None] * _CAUTION
    last = experts["persistence"]
    learnt = {name: experts[name] for name in ("damped_persistence", "global_model") if name in experts}
    return {name: values + share * (last - values) for name, values in learnt.items()}


def _daily_patterns(windows: Array, is_full: Array) -> dict[str, Array]:
    table = by_hour_of_day(windows)
    means = {"yesterday": newest(table[:, :7]), "week": mean_of_days(table, 7), "month": mean_of_days(table, DAYS)}
    return {name: _where(is_full, values[:, BACK]) for name, values in means.items()}


def newest(table: Array) -> Array:
    """Of each hour of the day the value of the last day that has one: rows × hours back."""
    first = np.isfinite(table).argmax(axis=1)
    return np.take_along_axis(table, first[:, None], axis=1)[:, 0]


def _climatology(series: Sequence[Series]) -> Array:
    return rows_of(series, lambda one: _usual(one.climatology, one.issued_hour + LEADS))


def _usual(climatology: Array | None, hours: Array) -> Array | None:
    return None if climatology is None else climatology[month_of(hours), hours % 24]


def rows_of(series: Sequence[Series], of: Callable[[Series], Array | None]) -> Array:
    nothing = np.full(len(LEADS), np.nan)
    found = (of(one) for one in series)
    return np.array([nothing if one is None else one for one in found], dtype=float).reshape(-1, len(LEADS))


def _where(condition: Array, values: Array) -> Array:
    return np.where(np.asarray(condition)[:, None], values, np.nan)
