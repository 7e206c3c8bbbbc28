"""A provider's own model: as it is, corrected by what it missed, and how far the correction is to be believed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from forecasts.prediction import scaling
from forecasts.prediction.damping import damped_persistence
from forecasts.prediction.experts import ENOUGH_HOURS, rows_of
from forecasts.prediction.horizon import Array
from forecasts.prediction.series import Series
from forecasts.prediction.windows import mean, stack

HALF_TRUST_HOURS = 12  # of past hours, in what they tell of the model
PRIOR_SLOPE_HOURS = 240  # that the model's own swings count for beside what the past hours tell of them
USUAL_CORRELATION = 0.6  # of past hours with what came, at the places where PRIOR_ERRORS come from
MAX_CORRELATION = 0.8  # one month of luck must not decide


class Correction(NamedTuple):
    """`hours` are rows × 120 in µg/m³, NaN without a past; `doubt` per row is a factor on the error to be expected."""

    hours: Array
    doubt: Array


class Regression(NamedTuple):
    """Of what came on what a model said, over their common hours: rows × 1."""

    mean_said: Array
    slope: Array
    correlation: Array


def provider_hours(series: Sequence[Series]) -> Array:
    return rows_of(series, lambda one: one.provider)


def correction(series: Sequence[Series], xs: Array, level: Array) -> Correction:
    """The provider's hours: swings made smaller where they were larger than what came, and what it missed taken off.

    `xs` are windows of really known hours in log scale, `level` is a column. A linear regression leaves √(1 − r²) of
    the spread unexplained (r: the correlation); that is the guide to the error that remains.
    """
    past, coming = scaling.enter(_past(series), level), scaling.enter(provider_hours(series), level)
    hours = (np.isfinite(past) & np.isfinite(xs)).sum(axis=1, keepdims=True)
    trust = hours / (hours + HALF_TRUST_HOURS)
    fit = _regression(past, xs)
    slope = (hours * np.clip(fit.slope, 0, 1) + PRIOR_SLOPE_HOURS) / (hours + PRIOR_SLOPE_HOURS)
    past, coming = (fit.mean_said + slope * (values - fit.mean_said) for values in (past, coming))
    missed = np.nan_to_num(damped_persistence(xs - past)) * trust
    corrected = np.where(hours >= ENOUGH_HOURS, scaling.leave(coming + missed, level), np.nan)
    return Correction(corrected, _unexplained(fit.correlation * trust)[:, 0] / _unexplained(USUAL_CORRELATION))


def _past(series: Sequence[Series]) -> Array:
    nothing = np.empty(0)
    return stack(nothing if one.provider_past is None else one.provider_past for one in series)


def _regression(said: Array, came: Array) -> Regression:
    """Zeros where no hour is common, or nothing moves."""
    known = np.isfinite(said) & np.isfinite(came)
    middles = [np.nan_to_num(mean(np.where(known, values, np.nan), axis=1))[:, None] for values in (said, came)]
    moves = [np.where(known, values - middle, 0) for values, middle in zip((said, came), middles, strict=True)]
    together = (moves[0] * moves[1]).sum(axis=1, keepdims=True)
    spreads = [np.sqrt((move**2).sum(axis=1, keepdims=True)) + 1e-9 for move in moves]
    return Regression(middles[0], together / spreads[0] ** 2, together / (spreads[0] * spreads[1]))


def _unexplained(correlation: Array | float) -> Array:
    return np.asarray(np.sqrt(1 - np.clip(correlation, 0, MAX_CORRELATION) ** 2))
