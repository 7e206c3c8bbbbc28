"""The present departure from what is usual at this hour fades as the forecast reaches further: no fit, no library."""

import numpy as np

from forecasts.prediction.horizon import LEADS, Array, curve
from forecasts.prediction.windows import BACK, by_hour_of_day, last_values, mean

# The share of the departure that is left after so many hours; one curve served every pollutant and place tried.
MEMORY = dict(
    zip(
        (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 72, 96, 120),
        (0.94, 0.91, 0.85, 0.71, 0.60, 0.54, 0.45, 0.41, 0.26, 0.20, 0.15, 0.13, 0.13),
        strict=True,
    )
)
DAYS_UNTIL_HALF_TRUSTED = 3


def damped_persistence(xs: Array) -> Array:
    """Rows of log-scaled history to rows of 120 expected log-scaled values; every row has a value."""
    usual = usual_day(xs)
    last, age = last_values(xs)
    departure = last - usual[np.arange(len(xs)), age % 24]
    left = curve(MEMORY, age[:, None] + LEADS)
    return np.asarray(usual[:, BACK] + left * departure[:, None])


def usual_day(xs: Array) -> Array:
    """The mean of each hour of the day, by hours back, drawn towards the mean of all hours while few days are known."""
    table = by_hour_of_day(xs)
    overall = mean(xs, axis=1)[:, None]
    days = np.isfinite(table).sum(axis=1)
    departure = np.nan_to_num(mean(table, axis=1) - overall)
    return np.asarray(overall + departure * days / (days + DAYS_UNTIL_HALF_TRUSTED))
