"""The simple forecasts that a good one has to beat; each knows only what was observed up to the hour of issue."""

import numpy as np

from forecasts.prediction.history import History
from forecasts.prediction.horizon import Array
from forecasts.prediction.series import medians_of, month_of
from forecasts.prediction.windows import LONGEST_GAP, mean

NAMES = ("persistence", "yesterday", "days 7", "days 28", "climatology")


def baselines(history: History, positions: Array, leads: Array, train_end: int) -> dict[str, Array]:
    """Positions × leads of each of NAMES; climatology is of the hours before `train_end` (since 1970)."""
    last = np.repeat(_recent(history.hourly, positions)[:, None], len(leads), axis=1)
    targets = positions[:, None] + leads
    newest = targets - 24 * -(-leads // 24)
    days = np.stack([_at(history.hourly, newest - 24 * day) for day in range(28)])
    first = np.isfinite(days[:7]).argmax(axis=0)
    yesterday = np.take_along_axis(days[:7], first[None], axis=0)[0]
    month = mean(days, axis=0)
    usual = _climatology(history, targets + history.first_hour, train_end)
    found = (last, yesterday, mean(days[:7], axis=0), month, np.where(np.isfinite(usual), usual, month))
    return {name: np.where(np.isfinite(values), values, last) for name, values in zip(NAMES, found, strict=True)}


def _recent(hourly: Array, positions: Array) -> Array:
    hours = np.arange(len(hourly))
    newest = np.maximum.accumulate(np.where(np.isfinite(hourly), hours, -1))[positions]
    return np.where((newest >= 0) & (positions - newest <= LONGEST_GAP), hourly[newest], np.nan)


def _at(hourly: Array, positions: Array) -> Array:
    inside = (positions >= 0) & (positions < len(hourly))
    return np.where(inside, hourly[np.where(inside, positions, 0)], np.nan)


def _climatology(history: History, hours: Array, train_end: int) -> Array:
    before = history.hourly[: max(0, train_end - history.first_hour)]
    known = np.flatnonzero(np.isfinite(before))
    return np.asarray(medians_of(before[known], _cells(history.first_hour + known), 12 * 24)[_cells(hours)])


def _cells(hours: Array) -> Array:
    return np.asarray(month_of(hours) * 24 + hours % 24)
