"""How far the truth strays from the median, and what follows from it: bounds, mean, shares of categories."""

from collections.abc import Sequence

import numpy as np

from forecasts.prediction.horizon import BAND_OF_LEAD, LEADS, MEDIAN, TAUS, Array, curve
from forecasts.prediction.series import State
from forecasts.prediction.verification import BOUNDS, NARROWEST, WIDEST

# Typical error of damped persistence, in log scale, and its quantiles in these units.
ERROR = {1: 0.18, 2: 0.27, 3: 0.30, 6: 0.41, 9: 0.48, 12: 0.51, 18: 0.55, 24: 0.56, 48: 0.60, 72: 0.61, 120: 0.63}
USUAL = np.array([-2.6, -1.5, 0.0, 1.5, 2.6])
WIDE = USUAL * 4 / 3  # persistence from a few hours
# Shares of the distribution that a quantile speaks for: the trapezoids between them, and the tails beyond.
_MASS = np.diff([0, *(np.array(TAUS[:-1]) + np.array(TAUS[1:])) / 2, 1])
TAIL = 2.0  # the highest values beyond the 97.5 % bound, in distances from the 90 % to the 97.5 % bound


def usual_offsets(ages: Array, widths: Array) -> Array:
    """Rows × 120 × 5 distances from the median in log scale; counted from the last value, so an old one makes wide."""
    return np.asarray(curve(ERROR, ages[:, None] + LEADS)[..., None] * widths[:, None])


def widths_of(state: State | None, pool: State | None) -> Array:
    """Factors on the offsets: 120 × 5."""
    factors = np.ones((5, len(BOUNDS)))
    for memory in (state, pool):
        if memory is not None:
            factors = factors * np.array(memory["widths"])
    clipped = np.clip(factors, NARROWEST, WIDEST)
    return np.insert(clipped, MEDIAN, 1.0, axis=1)[BAND_OF_LEAD]


def mean_of(quantiles: Array) -> Array:
    return quantiles @ _MASS


def category_probabilities(quantiles: Array, edges: Sequence[float]) -> Array:
    """The probability of each category: hours × (edges + 1), rows of 1; edges rise, and a category ends below its edge.

    Between the quantiles the distribution is taken as even; below, it ends at 0; NaN where nothing is forecast.
    """
    return np.array([np.diff(_below(hour, edges), prepend=0, append=1) for hour in quantiles])


def _below(hour: Array, edges: Sequence[float]) -> Array:
    if not np.isfinite(hour).all():
        return np.full(len(edges), np.nan)
    knots = [0, *hour, hour[-1] + TAIL * (hour[-1] - hour[-2]) + 1e-9]
    return np.interp(edges, knots, [0, *TAUS, 1])
