"""A number for every hour ahead, from a few that are known."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

LONGEST = 132  # 120 hours ahead, from a value that is 12 hours old


def every_lead(knots: Mapping[int, float]) -> Sequence[float]:
    """Straight lines between the given leads; position 0 is lead 0, and beyond either end the nearest value holds."""
    return [_interpolated(knots, lead) for lead in range(LONGEST + 1)]


def _interpolated(knots: Mapping[int, float], lead: int) -> float:
    leads = sorted(knots)
    right = bisect_left(leads, lead)
    if right in (0, len(leads)):
        return knots[leads[min(right, len(leads) - 1)]]
    low, high = leads[right - 1], leads[right]
    return knots[low] + (knots[high] - knots[low]) * (lead - low) / (high - low)


def at_lead(curve: Sequence[float], lead: int) -> float:
    return curve[min(lead, LONGEST)]
