"""Hourly concentrations as integers over one denominator, so that averages are exact and still fast."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from forecasts.aqi.averaging import Averaging, evenly
from forecasts.aqi.units import LITRES_PER_MOLE, Concentration, Unit, factor

History = Mapping[str, Mapping[datetime, Concentration]]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONGEST_WINDOW = 24
LOWEST = -10  # around zero a monitor's noise goes below it; the US EPA averages such hours as they are
IMPOSSIBLE = 1e15  # pure gas is 10⁹ ppb; a float beyond this is a fault, and would not survive a change of unit


class Ratio(NamedTuple):
    above: int
    below: int


@dataclass(frozen=True, eq=False)
class Series:
    """One parameter in µg/m³ or ppb, as numerators of an hour each from `start`, an hour since the epoch, on."""

    start: int
    numerators: Sequence[int | None]
    denominator: int

    @cached_property
    def _sums(self) -> Sequence[int]:
        return list(accumulate((value or 0 for value in self.numerators), initial=0))

    @cached_property
    def _counts(self) -> Sequence[int]:
        return list(accumulate((value is not None for value in self.numerators), initial=0))

    def window(self, at: int, hours: int) -> Sequence[int | None]:
        """The hours that end at `at`, newest first."""
        end = at - self.start + 1
        return self.numerators[end - hours : end][::-1]

    def newest(self, at: int, hours: int) -> int:
        """The newest of these hours that has a value; StopIteration if none has."""
        return next(at - i for i, value in enumerate(self.window(at, hours)) if value is not None)

    def average(self, averaging: Averaging, at: int) -> Ratio | None:
        end, counts = at - self.start + 1, self._counts
        for values, among in averaging.needs:
            if counts[end] - counts[end - among] < values:
                return None
        if averaging.weigh is evenly:
            begin = end - averaging.hours
            return Ratio(self._sums[end] - self._sums[begin], (counts[end] - counts[begin]) * self.denominator)
        above, below = averaging.average(self.window(at, averaging.hours), self.denominator)
        return Ratio(above, below * self.denominator)


class Observations:
    """A history as scales ask for it; what several scales ask for is computed once."""

    def __init__(self, history: History, hours: range) -> None:
        self._history = history
        self._hours = range(hours.start - LONGEST_WINDOW + 1, hours.stop)
        self._observed: dict[str, list[tuple[int, Ratio, Unit]]] = {}
        self._series: dict[tuple[str, bool, int], Series] = {}

    def __contains__(self, parameter: str) -> bool:
        return parameter in self._history

    def series(self, parameter: str, unit: Unit, celsius: int) -> Series:
        """In µg/m³ or ppb, whichever `unit` is a multiple of. Raises UnitError."""
        key = parameter, unit.is_mass, celsius
        if key not in self._series:
            made = self._new_series(parameter, unit.is_mass, celsius)
            # Where nothing was converted, the temperature does not matter.
            is_converted = any(of.is_mass != unit.is_mass for of in {of for _, _, of in self._observed[parameter]})
            for each in [celsius] if is_converted else LITRES_PER_MOLE:
                self._series[parameter, unit.is_mass, each] = made
        return self._series[key]

    def _new_series(self, parameter: str, is_mass: bool, celsius: int) -> Series:
        unit = Unit.MICROGRAMS if is_mass else Unit.PPB
        ratios = {hour: _in(unit, ratio, of, parameter, celsius) for hour, ratio, of in self._believable(parameter)}
        denominator = math.lcm(*{below for _, below in ratios.values()})
        numerators: list[int | None] = [None] * len(self._hours)
        for hour, (above, below) in ratios.items():
            numerators[hour - self._hours.start] = above * (denominator // below)
        return Series(self._hours.start, numerators, denominator)

    def _believable(self, parameter: str) -> list[tuple[int, Ratio, Unit]]:
        """The values of those hours that can be true; others, and non-finite ones, are missing."""
        if parameter not in self._observed:
            self._observed[parameter] = [
                (hour, Ratio(*Decimal(str(concentration.value)).as_integer_ratio()), concentration.unit)
                for time, concentration in self._history[parameter].items()
                if (hour := hour_number(time)) in self._hours and is_believable(concentration.value)
            ]
        return self._observed[parameter]


def is_believable(value: float) -> bool:
    """Not so for what stands for a missing value (-999, NaN), nor for what cannot be."""
    return LOWEST <= value < IMPOSSIBLE


def hour_number(time: datetime) -> int:
    return (time - EPOCH) // HOUR


def _in(unit: Unit, ratio: Ratio, of: Unit, parameter: str, celsius: int) -> Ratio:
    if of is unit:
        return ratio
    by = factor(of, unit, parameter, celsius)
    return Ratio(ratio.above * by.numerator, ratio.below * by.denominator)
