"""Concentrations as logarithms of their usual level: errors there are alike for clean and dirty places, in any unit."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from statistics import fmean, median

OFFSET = 0.15  # of the usual level; keeps the logarithm of zero finite
SILENCE = 1e-9  # the level of a series of zeros: its forecast stays at zero, whatever the unit


@dataclass(frozen=True)
class LogSpace:
    level: float

    def enter(self, value: float) -> float:
        return math.log((value + OFFSET * self.level) / ((1 + OFFSET) * self.level))

    def leave(self, x: float) -> float:
        return max(0.0, self.level * ((1 + OFFSET) * math.exp(x) - OFFSET))


def log_space(values: Collection[float]) -> LogSpace:
    """The usual level is the median, or a quarter of the mean where most hours are near zero."""
    return LogSpace(max(median(values), fmean(values) / 4, SILENCE))
