"""Concentrations as logarithms of their usual level: errors there are alike for clean and dirty places, in any unit."""

from typing import Any

import numpy as np

from forecasts.prediction.horizon import Array

OFFSET = 0.15  # of the usual level; keeps the logarithm of zero finite
SILENCE = 1e-9  # the level of a series of zeros: its forecast stays at zero, whatever the unit


def usual_level(windows: Array) -> Array:
    """Of each row: the median, or a quarter of the mean where most hours are near zero; NaN where nothing is known."""
    known = np.isfinite(windows)
    count = known.sum(axis=1)
    ordered = np.sort(windows, axis=1)  # NaN goes to the end
    rows, middle = np.arange(len(windows)), np.maximum(count, 1)
    median = (ordered[rows, (middle - 1) // 2] + ordered[rows, middle // 2]) / 2
    mean = np.where(known, windows, 0).sum(axis=1) / middle
    return np.where(count > 0, np.maximum(np.maximum(median, mean / 4), SILENCE), np.nan)


def enter(values: Any, level: Any) -> Array:
    return np.asarray(np.log((np.maximum(values, 0) + OFFSET * level) / ((1 + OFFSET) * level)))


def leave(xs: Any, level: Any) -> Array:
    return np.asarray(np.maximum(0, level * ((1 + OFFSET) * np.exp(xs) - OFFSET)))
