"""The experts in one: each weighs as much as its own recent errors allow, per band of leads."""

from collections.abc import Mapping

import numpy as np

from forecasts.prediction.horizon import BAND_OF_LEAD, BANDS, Array
from forecasts.prediction.series import State

SHARPNESS = 8
PRIOR_DAYS = 30  # of evidence that the pool counts for beside a series' own
PRIOR_POOL_DAYS = 40  # that the figures below count for beside the pool's own
# How much more an expert weighs than its errors alone would let it, per band.
TRUST = {
    "persistence": (3.0, 2.0, 1.0, 0.3, 0.3),
    "yesterday": (0.3, 0.3, 0.3, 0.3, 0.3),
    "week": (0.3, 0.3, 0.3, 0.3, 0.3),
    "month": (0.3, 0.3, 0.3, 0.3, 0.3),
    "climatology": (1.0, 1.0, 1.0, 12.0, 30.0),
    "damped_persistence": (6.0, 1.0, 2.0, 10.0, 30.0),
    "global_model": (6.0, 6.0, 6.0, 10.0, 10.0),
    "provider": (0.3, 0.3, 0.3, 0.3, 0.3),
    "provider_corrected": (2.0, 4.0, 8.0, 8.0, 16.0),
}
# Errors relative to persistence, per band, at places that no training saw.
PRIOR_ERRORS = {
    "persistence": (1.0, 1.0, 1.3, 1.3, 1.3),
    "yesterday": (3.0, 1.9, 1.4, 1.3, 1.3),
    "week": (3.0, 1.9, 1.4, 1.2, 1.1),
    "month": (3.0, 1.9, 1.35, 1.15, 1.05),
    "climatology": (3.0, 1.9, 1.4, 1.2, 1.1),
    "damped_persistence": (1.1, 1.0, 1.0, 1.0, 1.0),
    "global_model": (0.97, 0.92, 0.92, 0.95, 0.97),
    "provider": (3.0, 2.0, 1.4, 1.2, 1.1),
    "provider_corrected": (1.1, 1.0, 0.95, 0.95, 0.95),
}
# What persistence misses, relative to the usual level.
PRIOR_SCALE = 0.35


def blend(experts: Mapping[str, Array], state: State | None, pool: State | None, doubts: Mapping[str, float]) -> Array:
    """The weighted mean of what the experts expect, for each of 120 hours; those that are NaN have no say.

    `doubts` are factors on the errors to be expected, until the series' own memory knows better.
    """
    names = list(experts)
    values = np.array([experts[name] for name in names])
    weights = weights_of(names, state, pool, doubts)[:, BAND_OF_LEAD]
    missing = np.isnan(values)
    if missing.any():
        weights[missing] = values[missing] = 0
    with np.errstate(invalid="ignore"):
        return np.asarray((weights * values).sum(axis=0) / weights.sum(axis=0))


def weights_of(names: list[str], state: State | None, pool: State | None, doubts: Mapping[str, float]) -> Array:
    """Experts × bands."""
    prior = np.array([PRIOR_ERRORS[name] for name in names]) * PRIOR_SCALE
    pooled = _updated(prior, PRIOR_POOL_DAYS, names, pool)
    pooled *= np.array([[doubts.get(name, 1.0)] for name in names])
    errors = _updated(pooled, PRIOR_DAYS, names, state) + 1e-6
    trust = np.array([TRUST[name] for name in names])
    return np.asarray(trust * (errors / errors.min(axis=0)) ** -SHARPNESS)


def _updated(prior: Array, prior_days: float, names: list[str], memory: State | None) -> Array:
    """What was expected and what came, each by its days; all experts share in how hard the air was to forecast.

    Else one that has not spoken yet, with the small errors of usual days, would outweigh those tried in a fire.
    """
    if memory is None:
        return prior
    nothing = [0.0] * len(BANDS)
    errors = np.array([memory["errors"].get(name, nothing) for name in names])
    days = np.array([memory["days"].get(name, nothing) for name in names])
    hardness = (errors + prior_days * prior).sum(axis=0) / ((days + prior_days) * prior).sum(axis=0)
    return np.asarray((errors + prior_days * hardness * prior) / (days + prior_days))
