"""The kinds of table there are: bands of an index, levels, and risks; concentrations are in steps, see Pollutant."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from itertools import pairwise

from forecasts.aqi.rounding import Rounding, whole
from forecasts.aqi.series import Ratio

LARGEST_EXPONENT = 700.0  # e⁷⁰⁰ is about the largest float


class AboveTop(Enum):
    """What a concentration beyond the last band means."""

    EXTRAPOLATED = "the last band goes on"
    HELD = "the highest index of the table"
    UNDEFINED = "no index"


@dataclass(frozen=True)
class Band:
    low: int
    high: int
    index_low: int
    index_high: int


@dataclass(frozen=True)
class Bands:
    """Linear in each band. Official tables either leave one step between bands, or let them touch."""

    bands: Sequence[Band]
    above: AboveTop = AboveTop.HELD
    rounding: Rounding = Rounding.HALF_UP

    @cached_property
    def _highs(self) -> Sequence[int]:
        return [band.high for band in self.bands]

    def nearest(self, steps: Ratio) -> Band:
        """The band of the concentration: the first one for all below, the last one for all beyond."""
        position = bisect_left(self._highs, whole(*steps, Rounding.UP))
        return self.bands[min(position, len(self.bands) - 1)]

    def is_beyond(self, steps: Ratio) -> bool:
        return steps.above > self._highs[-1] * steps.below

    def index(self, steps: Ratio) -> int | None:
        band = self.nearest(steps)
        if steps.above < band.low * steps.below:
            return None
        if self.above is AboveTop.EXTRAPOLATED or not self.is_beyond(steps):
            rise = (steps.above - band.low * steps.below) * (band.index_high - band.index_low)
            return band.index_low + whole(rise, (band.high - band.low) * steps.below, self.rounding)
        return band.index_high if self.above is AboveTop.HELD else None


@dataclass(frozen=True)
class Levels:
    """Numbered levels: a bound belongs to the level below it, unless it is exclusive; above the last is the last level.

    Values beyond `plausible` are taken for errors.
    """

    bounds: Sequence[int]
    levels: Sequence[int]
    is_exclusive: bool = False
    plausible: int | None = None

    def position(self, steps: Ratio) -> int:
        if self.is_exclusive:
            return bisect_right(self.bounds, steps.above // steps.below)
        return bisect_left(self.bounds, whole(*steps, Rounding.UP))

    def is_beyond(self, steps: Ratio) -> bool:
        return self.plausible is not None and steps.above > self.plausible * steps.below

    def index(self, steps: Ratio) -> int | None:
        return None if self.is_beyond(steps) else self.levels[self.position(steps)]


@dataclass(frozen=True)
class Risk:
    """The added risk of a concentration in per cent, (exp(beta · c) − 1) · 100; it has no index of its own."""

    beta: float  # per step
    weight: float = 1.0

    def percent(self, steps: Ratio) -> float:
        return self.weight * 100 * math.expm1(min(self.beta * (steps.above / steps.below), LARGEST_EXPONENT))


def steps_of(numbers: Sequence[float], decimals: int) -> list[int]:
    return [int(Decimal(str(number)).scaleb(decimals)) for number in numbers]


def bands(decimals: int, *rows: tuple[float, float, int, int]) -> tuple[Band, ...]:
    """Bands from rows as a table prints them: concentration from and to, index from and to."""
    edges = [steps_of((low, high), decimals) for low, high, _, _ in rows]
    return tuple(Band(low, high, *row[2:]) for (low, high), row in zip(edges, rows, strict=True))


def touching(decimals: int, edges: Sequence[float | None], indices: Sequence[int]) -> tuple[Band, ...]:
    """Bands that share their edges; None is an edge that the scale does not have."""
    known = [(edge, index) for edge, index in zip(edges, indices, strict=True) if edge is not None]
    return bands(decimals, *((low, high, below, above) for (low, below), (high, above) in pairwise(known)))


def levels(decimals: int, *bounds: float, is_exclusive: bool = False, plausible: int | None = None) -> Levels:
    """Levels 1, 2, … with these upper bounds and one more above them."""
    numbers = range(1, len(bounds) + 2)
    return Levels(steps_of(bounds, decimals), numbers, is_exclusive, plausible and plausible * 10**decimals)
