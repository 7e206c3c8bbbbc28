"""Two sensors of one device in two columns of a file, such as the channels A and B of a PurpleAir."""

import math
import re
from collections.abc import Iterator, Mapping

from forecasts.quality import Flag, channels_disagree

from .parsing import parse_number

COLUMN = re.compile(r"(pm25|pm10|pm1|pm2\.5|pm10\.0|pm1\.0)(_cf_1|_atm)?_a")
PARAMETERS = {"pm2.5": "pm25", "pm10.0": "pm10", "pm1.0": "pm1"}


def paired_columns(columns: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """(parameter, column of A, column of B)"""
    for first in columns:
        match, second = COLUMN.fullmatch(first), first[:-1] + "b"
        if match and second in columns:
            yield PARAMETERS.get(match[1], match[1]), first, second


def together(first: str, second: str, factor: float) -> tuple[float | None, Flag]:
    """What both mean; with a flag where they disagree, or one is silent and nothing vouches for the other."""
    numbers = [parse_number(first), parse_number(second)]
    spoken = [number for number in numbers if number is not None and not math.isnan(number)]
    if not spoken:
        return next((number for number in numbers if number is not None), None), Flag(0)
    agree = len(spoken) == 2 and not channels_disagree(spoken[0] * factor, spoken[1] * factor)
    return sum(spoken) / len(spoken), Flag(0) if agree else Flag.CHANNELS
