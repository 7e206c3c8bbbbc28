"""Many series as one matrix: a row a series, a column an hour, the last column the hour of issue."""

from collections.abc import Iterable

import numpy as np

from forecasts.prediction.horizon import LEADS, Array

DAYS = 28
LONGEST_GAP = 12  # hours; from an older value nothing is forecast
WIDTH = (DAYS + 1) * 24
NEVER = 9999
BACK = 24 * -(-LEADS // 24) - LEADS  # hours from the newest hour with the target's hour of the day to now: 0 to 23


def stack(histories: Iterable[Array]) -> Array:
    """Rows of equal width that end now; what is too short is filled up with NaN, and impossible values become NaN."""
    windows = np.array([_row(history) for history in histories], dtype=float).reshape(-1, WIDTH)
    windows[~((windows >= 0) & np.isfinite(windows))] = np.nan
    return windows


def _row(history: Array) -> Array:
    recent = history[-WIDTH:]
    return np.concatenate([np.full(WIDTH - len(recent), np.nan), recent])


def bridged(windows: Array) -> Array:
    """Gaps of up to LONGEST_GAP hours between two known values, crossed in a straight line.

    Only to forecast from: with half of the hours missing, means over days are then made of as much as elsewhere.
    """
    known = np.isfinite(windows)
    with_gaps = np.flatnonzero(known.any(axis=1) & ~known.all(axis=1))
    known = known[with_gaps]
    every_hour = np.arange(WIDTH, dtype=np.int16)  # small numbers, for large matrices
    before = np.maximum.accumulate(np.where(known, every_hour, np.int16(-NEVER)), axis=1)
    after = np.minimum.accumulate(np.where(known, every_hour, np.int16(NEVER))[:, ::-1], axis=1)[:, ::-1]
    gaps, hours = np.nonzero(~known & (after - before <= LONGEST_GAP + 1))
    first, last, rows = before[gaps, hours], after[gaps, hours], with_gaps[gaps]
    share = (hours - first) / (last - first)
    result = windows.copy()
    result[rows, hours] = windows[rows, first] * (1 - share) + windows[rows, last] * share
    return result


def last_values(windows: Array) -> tuple[Array, Array]:
    """The newest known value of each row, and its age in hours; NaN and NEVER where there is none."""
    known = np.isfinite(windows)
    age = known[:, ::-1].argmax(axis=1)
    value = windows[np.arange(len(windows)), WIDTH - 1 - age]
    return value, np.where(known.any(axis=1), age, NEVER)


def by_hour_of_day(windows: Array) -> Array:
    """Rows × days back (0: the last 24 hours) × hours back (0: now)."""
    return windows.reshape(-1, DAYS + 1, 24)[:, ::-1, ::-1]


def mean_of_days(table: Array, days: int) -> Array:
    """The mean of each hour of the day over the last so many days: rows × hours back."""
    return mean(table[:, :days], axis=1)


def mean(values: Array, axis: int) -> Array:
    """Of what is known; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0).sum(axis=axis)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))
