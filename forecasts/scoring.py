"""How good forecasts are: what each adds to the sums, and the figures that the sums make."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

NEEDED = 168  # comparisons: a week of hours. Below, a figure would say more about the weather than about us.


class Sums(NamedTuple):
    """Over the compared forecasts. Errors are absolute; our own over the same hours stand beside those of others."""

    number: float = 0
    error: float = 0
    signed_error: float = 0
    inside80: float = 0
    inside95: float = 0
    persistence_count: float = 0
    persistence_error: float = 0
    error_beside_persistence: float = 0
    climatology_count: float = 0
    climatology_error: float = 0
    error_beside_climatology: float = 0
    category_count: float = 0
    category_hits: float = 0


@dataclass(frozen=True)
class Expected:
    """What was expected of one hour: lo95, lo80, median, hi80, hi95; and by the two simple methods, if they could."""

    quantiles: tuple[float, float, float, float, float]
    persistence: float | None = None
    climatology: float | None = None


def compared(expected: Expected, truth: float, is_category_hit: bool | None = None) -> Sums:
    """One forecast of one hour beside what came."""
    lo95, lo80, median, hi80, hi95 = expected.quantiles
    error = abs(median - truth)
    return Sums(
        1,
        error,
        median - truth,
        lo80 <= truth <= hi80,
        lo95 <= truth <= hi95,
        *_beside(expected.persistence, truth, error),
        *_beside(expected.climatology, truth, error),
        is_category_hit is not None,
        bool(is_category_hit),
    )


def _beside(simple: float | None, truth: float, error: float) -> tuple[float, float, float]:
    return (0, 0, 0) if simple is None else (1, abs(simple - truth), error)


def total(sums: Iterable[Iterable[float]]) -> Sums:
    return Sums(*map(sum, zip(*sums, strict=True)))


def figures(sums: Sums) -> dict[str, Any]:
    """What is shown; None where too little was compared, and never a number that means nothing."""
    return {
        "count": int(sums.number),
        "enough": sums.number >= NEEDED,
        "mae": _share(sums.error, sums.number),
        "bias": _share(sums.signed_error, sums.number),
        "mae_persistence": _share(sums.persistence_error, sums.persistence_count),
        "skill_persistence": _skill(sums.error_beside_persistence, sums.persistence_error, sums.persistence_count),
        "mae_climatology": _share(sums.climatology_error, sums.climatology_count),
        "skill_climatology": _skill(sums.error_beside_climatology, sums.climatology_error, sums.climatology_count),
        "coverage80": _share(sums.inside80, sums.number),
        "coverage95": _share(sums.inside95, sums.number),
        "category_hits": _share(sums.category_hits, sums.category_count),
    }


def _share(part: float, count: float) -> float | None:
    return float(f"{part / count:.4g}") if count >= NEEDED else None


def _skill(error: float, reference: float, count: float) -> float | None:
    return round(1 - error / reference, 4) if count >= NEEDED and reference > 0 else None
