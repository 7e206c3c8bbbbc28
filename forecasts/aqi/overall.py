"""How the pollutants of a scale make its one number: the overall index and the pollutant that dominates it."""

import math
from collections.abc import Sequence
from functools import partial

from forecasts.aqi.tables import Overall, Parts

Verdict = tuple[int, str] | None

PARTICLES = ("pm25", "pm10")


def highest(parts: Parts) -> Verdict:
    """The highest index; between equals, the first of the official table."""
    if not parts.indices:
        return None
    dominant = max(parts.indices, key=lambda parameter: parts.indices[parameter])
    return parts.indices[dominant], dominant


def india(parts: Parts) -> Verdict:
    """At least three pollutants, one of them particles."""
    is_enough = len(parts.indices) >= 3 and any(particle in parts.indices for particle in PARTICLES)
    return highest(parts) if is_enough else None


def china_2026(parts: Parts) -> Verdict:
    """Of 1 to 500; if any of six pollutants is missing, only an index above 100 is published (HJ 633-2026, 5.3.1)."""
    verdict = highest(parts)
    if verdict is None or (len(parts.indices) < 6 and verdict[0] <= 100):
        return None
    return max(verdict[0], 1), verdict[1]


def korea(parts: Parts) -> Verdict:
    """Four pollutants are required; two unhealthy ones add 50 and three or more add 75, up to 500."""
    verdict = highest(parts)
    if verdict is None or not {"pm10", "pm25", "no2", "o3"} <= parts.indices.keys():
        return None
    unhealthy = sum(value >= 101 for value in parts.indices.values())
    added = 0 if unhealthy < 2 else 50 if unhealthy == 2 else 75
    return min(verdict[0] + added, 500), verdict[1]


def canada(parts: Parts) -> Verdict:
    """The sum of three risks, of 1 to 10 and 11 for more."""
    if len(parts.risks) < 3:
        return None
    return min(max(math.floor(sum(parts.risks.values()) + 0.5), 1), 11), _riskiest(parts.risks)


def canada_plus(parts: Parts) -> Verdict:
    """The higher of the health index and the hour of particles."""
    verdicts = [verdict for verdict in (canada(parts), highest(parts)) if verdict is not None]
    return max(verdicts, key=lambda verdict: verdict[0], default=None)


def hong_kong(upper: Sequence[float]) -> Overall:
    return partial(_hong_kong, upper=upper)


def _hong_kong(parts: Parts, upper: Sequence[float]) -> Verdict:
    """The sum of three gases and the worse of the two kinds of particles, to two decimals, in bands."""
    gases = {gas: risk for gas, risk in parts.risks.items() if gas not in PARTICLES}
    particles = {parameter: risk for parameter, risk in parts.risks.items() if parameter in PARTICLES}
    if len(gases) < 3 or not particles:
        return None
    worse = _riskiest(particles)
    added = {**gases, worse: particles[worse]}
    percent = round(sum(added.values()), 2)
    return 1 + sum(bound < percent for bound in upper), _riskiest(added)


def _riskiest(risks: dict[str, float]) -> str:
    return max(risks, key=lambda parameter: risks[parameter])
