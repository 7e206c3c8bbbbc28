"""The present departure from what is usual at this hour fades as the forecast reaches further: no fit, no library."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from forecasts.prediction.leads import at_lead, every_lead
from forecasts.prediction.log_space import LogSpace

# The share of the departure that is left after so many hours; one curve served every pollutant and place tried.
MEMORY = every_lead(
    {
        1: 0.94,
        2: 0.91,
        3: 0.85,
        6: 0.71,
        9: 0.60,
        12: 0.54,
        18: 0.45,
        24: 0.41,
        36: 0.26,
        48: 0.20,
        72: 0.15,
        96: 0.13,
        120: 0.13,
    }
)
DAYS_UNTIL_HALF_TRUSTED = 3


def damped_persistence(observed: Mapping[int, float], space: LogSpace, hours: range) -> list[float]:
    """The expected concentration at each of the hours; both mappings count hours since the epoch."""
    xs = {hour: space.enter(value) for hour, value in observed.items()}
    usual, last = usual_day(xs), max(xs)
    departure = xs[last] - usual[last % 24]
    return [space.leave(usual[hour % 24] + at_lead(MEMORY, hour - last) * departure) for hour in hours]


def usual_day(xs: Mapping[int, float]) -> Sequence[float]:
    """The mean of each hour of the day, drawn towards the mean of all hours while few days are known."""
    overall = fmean(xs.values())
    by_hour: list[list[float]] = [[] for _ in range(24)]
    for hour, x in xs.items():
        by_hour[hour % 24].append(x - overall)
    return [overall + sum(same) / (len(same) + DAYS_UNTIL_HALF_TRUSTED) for same in by_hour]
