"""The ways in which the scales make whole numbers, exactly."""

from enum import Enum


class Rounding(Enum):
    NONE = "not rounded"
    TRUNCATED = "truncated"
    UP = "rounded up"
    HALF_UP = "rounded half up"
    HALF_EVEN = "rounded half to even"


def whole(above: int, below: int, rounding: Rounding) -> int:
    """The ratio of two integers as a whole number; `below` is positive."""
    if rounding is Rounding.TRUNCATED:
        return above // below
    if rounding is Rounding.UP:
        return -(-above // below)
    if rounding is Rounding.HALF_UP:
        return (2 * above + below) // (2 * below)
    quotient, rest = divmod(above, below)
    return quotient + (2 * rest > below or (2 * rest == below and quotient % 2 == 1))
