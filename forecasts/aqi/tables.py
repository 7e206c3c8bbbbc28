"""What a national scale is made of. A scale is a value of these types; it holds no code."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property

from forecasts.aqi.advice import TEXTS, Step, headline, steps_of
from forecasts.aqi.averaging import Averaging
from forecasts.aqi.bands import Bands, Levels, Risk
from forecasts.aqi.rounding import Rounding, whole
from forecasts.aqi.series import Ratio
from forecasts.aqi.units import Unit


@dataclass(frozen=True)
class Category:
    """`letters` are the steps of the six groups, see forecasts.aqi.advice."""

    id: str
    label: str
    color: str
    letters: str

    @cached_property
    def advice(self) -> str:
        return headline(self.letters)

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        return steps_of(self.letters)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """What to do, in English, by group."""
        return {group: TEXTS[group][step] for group, step in self.steps.items()}


class Use(Enum):
    """When a table counts."""

    ALWAYS = "always"
    WHERE_THE_ONE_BEFORE_ENDS = "only where the average is beyond the end of the table before"
    DAILY = "only for whole days, not for the running index"


@dataclass(frozen=True)
class Table:
    """`period` is what the authority calls the average, where hours are averaged otherwise."""

    averaging: Averaging
    rows: Bands | Levels | Risk
    use: Use = Use.ALWAYS
    period: str = ""

    @property
    def name(self) -> str:
        return self.period or self.averaging.name


@dataclass(frozen=True)
class Pollutant:
    """Averages become `decimals` of `unit`, the highest index of the tables counts."""

    unit: Unit
    decimals: int
    tables: Sequence[Table]
    rounding: Rounding

    @cached_property
    def current(self) -> Sequence[Table]:
        return [table for table in self.tables if table.use is not Use.DAILY]

    def steps(self, average: Ratio) -> Ratio:
        """An average in µg/m³ or ppb as the tables look it up: in units of the last decimal, never below zero."""
        above, below = average.above * 10**self.decimals, average.below * self.unit.size
        if above < 0:
            return Ratio(0, 1)
        if self.rounding is Rounding.NONE:
            return Ratio(above, below)
        return Ratio(whole(above, below, self.rounding), 1)

    def value(self, steps: Ratio) -> float:
        """What a reader sees: all decimals of a rounded average, six digits of any other."""
        value = steps.above / (steps.below * 10**self.decimals)
        return value if steps.below == 1 else float(f"{value:.6g}")


@dataclass(frozen=True)
class Parts:
    """What the pollutants say: an index each, or a risk in per cent where the scale adds risks up."""

    indices: dict[str, int] = field(default_factory=dict)
    risks: dict[str, float] = field(default_factory=dict)


Overall = Callable[[Parts], tuple[int, str] | None]  # the index, and the pollutant that dominates it


@dataclass(frozen=True)
class Scale:
    """`unchecked` says what could not be compared with the authority's own text.

    `advised_groups` are those that the authority names in its advice, beside everybody.
    """

    id: str
    name: str
    version: str
    authority: str
    effective_from: date | None
    effective_until: date | None
    celsius: int  # at which mass and mixing ratio are converted
    categories: Sequence[Category]
    lowest: Sequence[int]  # the lowest index of each category
    pollutants: Mapping[str, Pollutant]  # in the order of the official table, which decides between equals
    advised_groups: Sequence[str]
    overall: Overall
    unchecked: str
    beyond: str = ""  # what an index above the last number is called, such as 10+
    combined: str = "the highest index of the pollutants"
    level_colors: Sequence[str] = ()  # where colours are finer than categories: of index 1, 2, …
    dominant_above: int = -1  # up to this index no pollutant is named

    def category(self, value: int) -> Category:
        return self.categories[max(bisect_right(self.lowest, value) - 1, 0)]

    def color(self, value: int) -> str:
        return self.level_colors[value - 1] if self.level_colors else self.category(value).color

    def text(self, value: int) -> str:
        """The index as people write it."""
        return self.beyond if self.beyond and value == len(self.level_colors) else str(value)
