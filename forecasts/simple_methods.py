"""What anybody could forecast for nothing, from one past: the yardsticks of the scoreboard."""

import numpy as np

from .prediction.horizon import Array
from .prediction.windows import BACK, DAYS, LONGEST_GAP, by_hour_of_day, last_values, mean_of_days, stack

FULL_HISTORY = (DAYS - 1) * 24  # hours since the first value


def persistence(past: Array) -> float | None:
    """It stays as it is; None if the last value is older than anything is forecast from."""
    value, age = last_values(stack([past]))
    return float(value[0]) if age[0] <= LONGEST_GAP else None


def climatology(past: Array) -> Array | None:
    """The usual value of each hour of the day over the last 28 days, for 120 hours; None if it is not that old."""
    window = stack([past])
    if not np.isfinite(window[0, :-FULL_HISTORY]).any():
        return None
    return np.asarray(mean_of_days(by_hour_of_day(window), DAYS)[0, BACK])
