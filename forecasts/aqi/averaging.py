"""How hours become the one number that a scale looks up. Averages are ratios of integers; nothing is rounded here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Window = Sequence[int | None]  # newest hour first; None is a missing hour


@dataclass(frozen=True)
class Averaging:
    """`average` needs at least `needed` values among the newest `among` of its `hours`."""

    name: str
    hours: int
    needed: int
    among: int
    average: Callable[[Window], tuple[int, int]]

    def is_possible(self, window: Window) -> bool:
        return self.among - window[: self.among].count(None) >= self.needed


def mean(window: Window) -> tuple[int, int]:
    present = [value for value in window if value is not None]
    return sum(present), len(present)


def nowcast(window: Window) -> tuple[int, int]:
    """sum(xᵢ wⁱ) / sum(wⁱ), i hours ago, w = small/large; both sums are multiplied by a power of `large`."""
    small, large = _weight([value for value in window if value is not None])
    total = weights = 0
    power = 1
    for value in reversed(window):
        total *= small
        weights *= small
        if value is not None:
            total += value * power
            weights += power
        power *= large
    return total, weights


def _weight(present: Sequence[int]) -> tuple[int, int]:
    small, large = min(present), max(present)
    return (1, 2) if 2 * small <= large else (small, large)


ONE_HOUR = Averaging("1h", hours=1, needed=1, among=1, average=mean)
EIGHT_HOURS = Averaging("8h", hours=8, needed=6, among=8, average=mean)
ONE_DAY = Averaging("24h", hours=24, needed=18, among=24, average=mean)
NOWCAST = Averaging("nowcast", hours=12, needed=2, among=3, average=nowcast)
