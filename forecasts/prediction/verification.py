"""What is learnt when the truth arrives: how large the errors of each expert are, and whether the bounds held.

A memory is JSON: `errors` are sums of relative errors per expert and band, `days` how many days of evidence they
stand for, `widths` factors on the four bounds per band. A series has one, and so has the pool of each parameter.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from forecasts.prediction.horizon import BANDS, CHECKED_LEADS, MEDIAN, TAUS, bands_of
from forecasts.prediction.series import State

LARGEST_ERROR = 5.0  # times the usual level: one wild hour must not decide
BOUNDS = [tau for tau in TAUS if tau != TAUS[MEDIAN]]
NARROWEST, WIDEST = 0.75, 2.2  # quiet days must not make them so narrow that a fire is missed, nor a fire explode them
_CHECK_OF_LEAD = {lead: check for check, lead in enumerate(CHECKED_LEADS)}
_BAND_OF_CHECK = bands_of(CHECKED_LEADS).tolist()
_CHECKS_OF_BAND = [_BAND_OF_CHECK.count(band) for band in range(len(BANDS))]


class Pace(NamedTuple):
    """`forgets_after` days a third is left of what was learnt; widths move by `gain` a day."""

    forgets_after: float
    gain: float


SERIES = Pace(forgets_after=180, gain=0.01)
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
        learn(learnt, record, lead, truth, pace, days)
    return learnt


def fresh() -> State:
    return {"errors": {}, "days": {}, "widths": [[1.0] * len(BOUNDS) for _ in BANDS]}


def _copied(memory: State) -> State:
    return {
        "errors": {name: list(sums) for name, sums in memory["errors"].items()},
        "days": {name: list(days) for name, days in memory["days"].items()},
        "widths": [list(factors) for factors in memory["widths"]],
    }


def learn(memory: State, record: Mapping[str, Any], lead: int, truth: float, pace: Pace, days: float) -> None:
    """`verify` of one truth, in place."""
    check = _CHECK_OF_LEAD.get(lead)
    if check is None or not math.isfinite(truth) or record["quantiles"][check][MEDIAN] is None:
        return
    band = _BAND_OF_CHECK[check]
    weight = days / _CHECKS_OF_BAND[band]
    _weigh(memory, record, check, truth, Step(band, weight, max(0.0, 1 - weight / pace.forgets_after)))
    factors, quantiles = memory["widths"][band], record["quantiles"][check]
    memory["widths"][band] = _tracked(factors, quantiles, truth, pace.gain * weight)


class Step(NamedTuple):
    band: int
    weight: float
    kept: float


def _weigh(memory: State, record: Mapping[str, Any], check: int, truth: float, step: Step) -> None:
    band, weight, kept = step
    errors, evidence = memory["errors"], memory["days"]
    for name, values in record["experts"].items():
        if values[check] is None:
            continue
        if name not in errors:
            errors[name], evidence[name] = [0.0] * len(BANDS), [0.0] * len(BANDS)
        error = min(abs(values[check] - truth) / record["level"], LARGEST_ERROR)
        errors[name][band] = errors[name][band] * kept + weight * error
        evidence[name][band] = evidence[name][band] * kept + weight


def _tracked(factors: list[float], quantiles: list[float], truth: float, gain: float) -> list[float]:
    """Wider after a miss, a little narrower after a hit, so that in the long run the promised share is outside."""
    bounds = quantiles[:MEDIAN] + quantiles[MEDIAN + 1 :]
    return [
        _moved(factor, truth < bound if tau < TAUS[MEDIAN] else truth > bound, min(tau, 1 - tau), gain)
        for factor, bound, tau in zip(factors, bounds, BOUNDS, strict=True)
    ]


def _moved(factor: float, is_missed: bool, share_outside: float, gain: float) -> float:
    step = gain * (is_missed - share_outside) / math.sqrt(share_outside * (1 - share_outside))
    return min(max(factor * math.exp(step), NARROWEST), WIDEST)
