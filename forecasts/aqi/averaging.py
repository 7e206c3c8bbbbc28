"""How hours become the one number that a scale looks up. Averages are ratios of integers; nothing is rounded here."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

Window = Sequence[int | None]  # newest hour first; None is a missing hour
Weights = tuple[list[int], int]  # of each hour of the window, 0 where it is missing; and what divides the sum


@dataclass(frozen=True, eq=False)
class Averaging:
    """The sum of weight × value over a divisor, if among the newest hours there are values enough.

    `needs` are pairs (values, newest hours). `weigh` takes the window and how many of its units are one µg/m³.
    An average that weighs `evenly` is never asked to: a series has the sums.
    """

    name: str
    hours: int
    needs: tuple[tuple[int, int], ...]
    weigh: Callable[[Window, int], Weights]

    def average(self, window: Window, one: int) -> tuple[int, int]:
        weights, divisor = self.weigh(window, one)
        total = sum(weight * value for weight, value in zip(weights, window, strict=True) if value is not None)
        return total, divisor

    @property
    def needed(self) -> str:
        return " and ".join(f"{values} of the newest {among} h" for values, among in self.needs)


def evenly(window: Window, one: int) -> Weights:
    weights = [0 if value is None else 1 for value in window]
    return weights, sum(weights)


def nowcast(window: Window, one: int) -> Weights:
    """wⁱ, i hours ago, w = lowest/highest but at least ½; as integers: lowⁱ · highⁿ⁻ⁱ."""
    low, high = _weight([value for value in window if value is not None])
    oldest = len(window) - 1
    weights = [0 if value is None else low**i * high ** (oldest - i) for i, value in enumerate(window)]
    return weights, sum(weights)


def _weight(present: Sequence[int]) -> tuple[int, int]:
    low, high = min(present), max(present)
    if 2 * low <= high:
        return 1, 2
    common = math.gcd(low, high)
    return low // common, high // common


def predicted(window: Window, one: int, lowest_adjusted: int) -> Weights:
    """AirKorea's C24E = (12·C12 + 12·C4) / 24, where unusual hours of the newest four count three quarters."""
    present = [value for value in window if value is not None]
    total, count, recent = sum(present), len(present), 4 - window[:4].count(None)

    def newest(value: int) -> int:
        is_usual = value >= lowest_adjusted * one and 9 * total <= 10 * value * count <= 17 * total
        return 3 * count if is_usual else 4 * count

    weights = [0 if value is None else 4 * recent + (newest(value) if i < 4 else 0) for i, value in enumerate(window)]
    return weights, 8 * count * recent


def mean(name: str, hours: int, needed: int) -> Averaging:
    return Averaging(name, hours, ((needed, hours),), evenly)


ONE_HOUR = mean("1h", 1, 1)
THREE_HOURS = mean("3h", 3, 2)
FOUR_HOURS = mean("4h", 4, 3)
EIGHT_HOURS = mean("8h", 8, 6)
ONE_DAY = mean("24h", 24, 18)
ONE_DAY_OF_16_HOURS = mean("24h", 24, 16)
ONE_DAY_OF_20_HOURS = mean("24h", 24, 20)
QUARTER_HOUR_BY_THE_HOUR = mean("1h_for_15min", 1, 1)
NOWCAST = Averaging("nowcast", 12, ((2, 3),), nowcast)
PREDICTED_PM10 = Averaging("24h_predicted", 12, ((9, 12), (3, 4)), partial(predicted, lowest_adjusted=70))
PREDICTED_PM25 = Averaging("24h_predicted", 12, ((9, 12), (3, 4)), partial(predicted, lowest_adjusted=30))
