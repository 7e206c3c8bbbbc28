"""One series in, quantiles out: the best method that the given numbers allow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from forecasts.aqi.series import EPOCH, HOUR, IMPOSSIBLE, hour_number
from forecasts.prediction.damped_persistence import damped_persistence
from forecasts.prediction.log_space import LogSpace, log_space
from forecasts.prediction.widths import USUAL, WIDE, bounds

MEMORY_HOURS = 28 * 24
OLDEST_START = 12  # hours; from an older value nothing is forecast
ENOUGH_HOURS = 6  # for a level and a departure from it


@dataclass(frozen=True)
class PredictedHour:
    """Quantiles of one hour's concentration, in the unit of the history: 0 <= q10 <= q50 <= q90."""

    valid_at: datetime
    q10: float
    q50: float
    q90: float


@dataclass(frozen=True)
class Prediction:
    """`model` is damped_persistence, persistence or provider_model (the caller knows which provider's)."""

    model: str
    hours: tuple[PredictedHour, ...]


def predict(
    history: Mapping[datetime, float],
    issued_at: datetime,
    hours: int = 120,
    model: Mapping[datetime, float] | None = None,
) -> Prediction | None:
    """The hours after `issued_at` for one series in one unit, or None where nothing recent is known.

    A provider's model hours, if there are any, are the medians, and hours that it lacks are left out.
    History after `issued_at`, and values that are negative or not finite, are not used.
    """
    now = hour_number(issued_at)
    coming = range(now + 1, now + hours + 1)
    observed = _believable(history, range(now - MEMORY_HOURS + 1, now + 1))
    modelled = _believable(model or {}, coming)
    if modelled:
        return _around_model(modelled, log_space((observed or modelled).values()), now)
    if not observed or max(observed) < now - OLDEST_START:
        return None
    return _from_history(observed, coming)


def _believable(values: Mapping[datetime, float], hours: range) -> dict[int, float]:
    numbered = ((hour_number(time), value) for time, value in values.items())
    return {hour: value for hour, value in numbered if hour in hours and 0 <= value < IMPOSSIBLE}


def _around_model(modelled: Mapping[int, float], space: LogSpace, now: int) -> Prediction:
    return Prediction("provider_model", _spread(modelled, now, lambda x, lead: bounds(x, lead, space, USUAL)))


def _from_history(observed: Mapping[int, float], coming: range) -> Prediction:
    space, last = log_space(observed.values()), max(observed)
    if len(observed) < ENOUGH_HOURS:
        name, width = "persistence", WIDE
        medians = [observed[last]] * len(coming)
    else:
        name, width = "damped_persistence", USUAL
        medians = damped_persistence(observed, space, coming)
    expected = dict(zip(coming, medians, strict=True))
    # Counted from the last value, not from now: an old value makes a wide forecast.
    return Prediction(name, _spread(expected, last, lambda x, lead: bounds(x, lead, space, width)))


def _spread(
    medians: Mapping[int, float], start: int, around: Callable[[float, int], tuple[float, float]]
) -> tuple[PredictedHour, ...]:
    hours = []
    for hour in sorted(medians):
        low, high = around(medians[hour], hour - start)
        hours.append(PredictedHour(EPOCH + hour * HOUR, low, medians[hour], high))
    return tuple(hours)
