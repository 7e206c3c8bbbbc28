"""The numbers that Open-Meteo calls `european_aqi` and `us_aqi`: lines between edges, not the official indices.

Source: Open-Meteo's documentation of its air quality API and its published tests. Computed here to be compared with,
never to be shown in place of an index.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

Edges = Sequence[float | None]

EUROPEAN_INDICES = (0, 20, 40, 60, 80, 100)
EUROPEAN_EDGES: dict[str, Edges] = {
    "pm25": (0, 5, 15, 50, 90, 140),
    "pm10": (0, 15, 45, 120, 195, 270),
    "o3": (0, 60, 100, 120, 160, 180),
    "no2": (0, 10, 25, 60, 100, 150),
    "so2": (0, 20, 40, 125, 190, 275),
}

US_INDICES = (0, 50, 100, 150, 200, 300, 400, 500)
US_EDGES: dict[str, Edges] = {
    "pm25_24h": (0, 9, 35.5, 55.5, 125.5, 225.5, 325.5, 500.5),
    "pm10_24h": (0, 55, 155, 255, 355, 425, 505, 605),
    "o3_1h": (None, None, 125, 165, 205, 405, 505, 605),
    "o3_8h": (0, 55, 70, 85, 105, 200, None, None),
    "co_8h": (0, 4.5, 9.5, 12.5, 15.5, 30.5, 40.5, 50.5),
    "so2_1h": (0, 35, 75, 185, 305, None, None, None),
    "so2_24h": (None, None, None, None, 305, 605, 805, 1005),
    "no2_1h": (0, 54, 100, 360, 650, 1250, 1650, 2050),
}


def european_aqi(parameter: str, micrograms: float) -> float | None:
    """Twenty for each level of the European index of 2025, beyond the last edge as if the level before went on."""
    return _interpolated(micrograms, EUROPEAN_EDGES[parameter], EUROPEAN_INDICES)


def us_aqi(averages: Mapping[str, float]) -> float | None:
    """The highest of averages such as `pm10_24h`, in the units of EPA's table but ozone in ppb."""
    found = [_interpolated(value, US_EDGES[name], US_INDICES) for name, value in averages.items()]
    return max((number for number in found if number is not None), default=None)


def _interpolated(value: float, edges: Edges, indices: Sequence[int]) -> float | None:
    for (low, index_low), (high, index_high) in pairwise(zip(edges, indices, strict=True)):
        if low is not None and high is not None and value >= low and (value < high or index_high == indices[-1]):
            return index_low + (value - low) / (high - low) * (index_high - index_low)
    return None
