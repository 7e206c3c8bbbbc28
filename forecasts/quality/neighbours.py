"""One station among those around it, in one hour."""

from collections.abc import Sequence
from statistics import median

from forecasts.quality.disagreement import is_far_apart
from forecasts.quality.flags import Flag
from forecasts.quality.limits import LOW

# The air of a whole region. NO2, SO2 and CO are that of a street or a chimney, and may differ from one to the next.
REGIONAL = ("pm25", "pm10", "o3")

FEWEST_NEIGHBOURS = 3
AGREEING = 0.75  # of them, with their median

# So many times the median or the median so many times it, and apart by so many times LOW.
FAR_RATIO, FAR_APART = 3, 3
GROSS_APART = 10
GROSSLY_LOW_RATIO, GROSSLY_HIGH_RATIO = 10, 50  # a fire is nearest to one station; nothing is clean amid smoke


def flag_among(parameter: str, value_ug_m3: float, others_ug_m3: Sequence[float]) -> Flag:
    """What the stations around, each once and in the same hour, say of a value; nothing unless they agree."""
    if parameter not in REGIONAL or not _agree(parameter, others_ug_m3):
        return Flag(0)
    value, middle = max(value_ug_m3, 0.0), max(median(others_ug_m3), 0.0)
    low, high = sorted((value, middle))
    apart = (high - low) / LOW[parameter]
    if apart > GROSS_APART and high > (GROSSLY_LOW_RATIO if value < middle else GROSSLY_HIGH_RATIO) * low:
        return Flag.CONTRADICTED
    return Flag.NEIGHBOURS if apart > FAR_APART and high > FAR_RATIO * low else Flag(0)


def _agree(parameter: str, values: Sequence[float]) -> bool:
    if len(values) < FEWEST_NEIGHBOURS:
        return False
    middle = median(values)
    agreeing = sum(not is_far_apart(parameter, value, middle) for value in values)
    return agreeing >= max(FEWEST_NEIGHBOURS, AGREEING * len(values))
