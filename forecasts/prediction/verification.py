"""What is learnt when the truth arrives: how large the errors of each expert are, and whether the bounds held.

A memory is JSON: `errors` are sums of relative errors per expert and band, `days` how many days of evidence they
stand for, `widths` factors on the four bounds per band. A series has one, and so has the pool of each parameter.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from forecasts.prediction.horizon import BANDS, CHECKED_LEADS, MEDIAN, TAUS, Array, bands_of
from forecasts.prediction.series import State

LARGEST_ERROR = 5.0  # times the usual level: one wild hour must not decide
BOUNDS = [tau for tau in TAUS if tau != TAUS[MEDIAN]]
NARROWEST, WIDEST = 0.5, 2.2  # a fire must not make bounds explode
_SHARE_OUTSIDE = np.array([min(tau, 1 - tau) for tau in BOUNDS])
_STEP = 1 / np.sqrt(_SHARE_OUTSIDE * (1 - _SHARE_OUTSIDE))
_CHECKS_OF_BAND = np.bincount(bands_of(CHECKED_LEADS), minlength=len(BANDS))


class Pace(NamedTuple):
    """`forgets_after` days a third is left of what was learnt; widths move by `gain` a day."""

    forgets_after: float
    gain: float


SERIES = Pace(forgets_after=30, gain=0.01)
POOL = Pace(forgets_after=200, gain=0.01)


def verify(
    memory: State | None, record: Mapping[str, Any], truths: Mapping[int, float], pace: Pace, days: float = 1 / 24
) -> State:
    """The memory after a forecast whose `record` is given met `truths` (µg/m³ by lead; only CHECKED_LEADS count).

    `days` is the time from one forecast of the series to the next, so that hourly and daily forecasts teach alike.
    Give every pair of forecast and lead once. The memory given is left as it is.
    """
    learnt = fresh() if memory is None else _copied(memory)
    for lead, truth in truths.items():
        if lead in CHECKED_LEADS and np.isfinite(truth):
            _learn(learnt, record, CHECKED_LEADS.index(lead), truth, pace, days)
    return learnt


def fresh() -> State:
    return {"errors": {}, "days": {}, "widths": [[1.0] * len(BOUNDS) for _ in BANDS]}


def _copied(memory: State) -> State:
    return {
        "errors": {name: list(sums) for name, sums in memory["errors"].items()},
        "days": {name: list(days) for name, days in memory["days"].items()},
        "widths": [list(factors) for factors in memory["widths"]],
    }


def _learn(memory: State, record: Mapping[str, Any], check: int, truth: float, pace: Pace, days: float) -> None:
    band = int(bands_of(CHECKED_LEADS[check]))
    weight = days / int(_CHECKS_OF_BAND[band])
    kept = 1 - min(1.0, weight / pace.forgets_after)
    for name, values in record["experts"].items():
        if values[check] is None:
            continue
        error = min(abs(values[check] - truth) / record["level"], LARGEST_ERROR)
        errors = memory["errors"].setdefault(name, [0.0] * len(BANDS))
        evidence = memory["days"].setdefault(name, [0.0] * len(BANDS))
        errors[band] = errors[band] * kept + weight * error
        evidence[band] = evidence[band] * kept + weight
    memory["widths"][band] = _tracked(memory["widths"][band], record["quantiles"][check], truth, pace.gain * weight)


def _tracked(factors: list[float], quantiles: list[float], truth: float, gain: float) -> list[float]:
    """Wider after a miss, a little narrower after a hit, so that in the long run the promised share is outside."""
    bounds = np.delete(np.array(quantiles), MEDIAN)
    below, above = truth < bounds[:2], truth > bounds[2:]
    missed = np.concatenate([below, above]) - _SHARE_OUTSIDE
    moved: Array = np.array(factors) * np.exp(gain * missed * _STEP)
    return [float(factor) for factor in np.clip(moved, NARROWEST, WIDEST)]
