"""What a national scale is made of. A scale is a value of these types; it holds no code."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property

from forecasts.aqi.averaging import Averaging
from forecasts.aqi.series import Series
from forecasts.aqi.units import Unit


@dataclass(frozen=True)
class Category:
    id: str
    label: str
    color: str
    advice: str


class AboveTop(Enum):
    """What a concentration beyond the last band means."""

    EXTRAPOLATED = "the last band goes on"
    HELD = "the highest index of the table"
    UNDEFINED = "no index"


@dataclass(frozen=True)
class Band:
    """Concentrations in steps of the table's last decimal, so that neighbouring bands leave no gap."""

    low: int
    high: int
    index_low: int
    index_high: int

    def index(self, steps: int) -> int:
        rise, run = (steps - self.low) * (self.index_high - self.index_low), self.high - self.low
        return self.index_low + (2 * rise + run) // (2 * run)  # half up


@dataclass(frozen=True)
class Breakpoints:
    averaging: Averaging
    bands: Sequence[Band]
    above: AboveTop = AboveTop.EXTRAPOLATED

    @cached_property
    def _lows(self) -> Sequence[int]:
        return [band.low for band in self.bands]

    def index(self, steps: int) -> int | None:
        position = bisect_right(self._lows, steps) - 1
        if position < 0:
            return None
        band = self.bands[position]
        if steps <= band.high or self.above is AboveTop.EXTRAPOLATED:
            return band.index(steps)
        return band.index_high if self.above is AboveTop.HELD else None


@dataclass(frozen=True)
class Pollutant:
    """The average is truncated to `decimals` of `unit`; the highest index of the tables counts."""

    unit: Unit
    decimals: int
    tables: Sequence[Breakpoints]

    def steps(self, series: Series, averaging: Averaging, at: int) -> int | None:
        window = series.window(at, averaging.hours)
        if not averaging.is_possible(window):
            return None
        above, below = averaging.average(window)
        return max(0, int(above * 10**self.decimals // (below * series.denominator)))


@dataclass(frozen=True)
class Scale:
    id: str
    name: str
    version: str
    authority: str
    categories: Sequence[Category]
    lowest: Sequence[int]  # the lowest index of each category
    advice: Mapping[str, str]  # advice id -> English sentence
    pollutants: Mapping[str, Pollutant]  # in the order of the official table, which decides between equals

    def category(self, value: int) -> Category:
        return self.categories[max(bisect_right(self.lowest, value) - 1, 0)]


def bands(decimals: int, *rows: tuple[float, float, int, int]) -> tuple[Band, ...]:
    """Bands from rows as a table prints them: concentration from and to, index from and to."""
    step = Decimal(1).scaleb(-decimals)
    return tuple(
        Band(int(Decimal(str(low)) / step), int(Decimal(str(high)) / step), index_low, index_high)
        for low, high, index_low, index_high in rows
    )
