"""Texts of a file into numbers and times; what cannot be read is a ValueError that says so."""

import math
from datetime import UTC, datetime
from functools import lru_cache

from forecasts.quality import is_no_value

NO_VALUE = {"-", "none", "nan", "na", "null"}
LONGEST_DATE = len("2020-W01-1")


def parse_number(text: str) -> float | None:
    """None for an empty cell, NaN for what stands for "no value"."""
    if not text or text.isspace():
        return None
    if text.strip().lower() in NO_VALUE:
        return math.nan
    try:
        number = float(text.replace("_", "?"))  # float would read 1_0 as 10
    except ValueError as error:
        raise ValueError(f"{text!r} is not a number.") from error
    return math.nan if is_no_value(number) else number


@lru_cache(10_000)
def parse_time(text: str, *, is_utc: bool) -> datetime:
    """A moment in UTC; only a column that is UTC by its name may leave the offset out."""
    if len(text) <= LONGEST_DATE:
        raise ValueError(f"{text!r} is not a date with a time.")
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a time that can be read.") from error
    if not is_utc:
        raise ValueError(f"{text!r} does not say its offset from UTC, such as +05:30.")
    return moment.replace(tzinfo=UTC)


def parse_degrees(text: str, limit: int) -> float | None:
    degrees = parse_number(text)
    if degrees is None or math.isnan(degrees):
        return None
    if not -limit <= degrees <= limit:
        raise ValueError(f"{text!r} is not between {-limit} and {limit} degrees.")
    return degrees
