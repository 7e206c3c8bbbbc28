"""Sources of one place that say different things of one hour."""

from forecasts.quality.limits import LOW

APART_OF_MEAN = 0.5  # one says some 1.7 times the other: enough to be another category


def is_far_apart(parameter: str, first_ug_m3: float, second_ug_m3: float) -> bool:
    """By more than half of their mean, and by more than what is low anyway."""
    apart = abs(first_ug_m3 - second_ug_m3)
    return apart > LOW[parameter] and apart > APART_OF_MEAN * (first_ug_m3 + second_ug_m3) / 2
