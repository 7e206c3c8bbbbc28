"""Hourly values of many places as long histories: each with its company, for training and for backtests."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians

import numpy as np

from .aqi import PARAMETERS
from .prediction.history import History
from .prediction.horizon import LEADS, Array
from .prediction.series import WEATHER

NEIGHBOURS_WITHIN_KM = 100
MOST_NEIGHBOURS = 6
KM_PER_DEGREE = 111.2
LEAST_COMMON_HOURS = 24  # to tell which cell of a model is most like a station


@dataclass(eq=False)
class Told:
    """What was told of one parameter at one place: hours since 1970 and µg/m³, or of weather what WEATHER says.

    `name` and `factor` lead back to the column of the file and its unit; `title` and `licence` are those of the file or
    source.
    """

    place: str
    parameter: str
    coordinate: tuple[float, float] | None = None
    is_modelled: bool = False
    name: str = ""
    factor: float = 1.0
    title: str = ""
    licence: str = ""
    hours: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def over(self, first: int, count: int) -> Array:
        """The values of so many hours from the first on; NaN where nothing was told."""
        hourly = np.full(count, np.nan)
        places = np.array(self.hours) - first
        inside = (places >= 0) & (places < count)
        hourly[places[inside]] = np.array(self.values)[inside]
        return hourly


def histories(told: Sequence[Told], seen_until: int | None = None) -> list[tuple[Told, History]]:
    """A history of every measured series of a pollutant that has an index; of modelled ones where nothing is measured.

    Which cell of a model is most like a station may be told from the hours before `seen_until`.
    """
    wanted = [one for one in told if one.parameter in PARAMETERS and one.values]
    weather = weather_by_place(told)
    subjects = [one for one in wanted if not one.is_modelled] or wanted
    return [(one, _history(one, wanted, weather.get(one.place, {}), seen_until)) for one in subjects]


def weather_by_place(told: Iterable[Told]) -> dict[str, dict[str, Told]]:
    found: dict[str, dict[str, Told]] = defaultdict(dict)
    for one in told:
        if one.parameter in WEATHER:
            found[one.place][one.parameter] = one
    return found


def _history(one: Told, told: Sequence[Told], weather: Mapping[str, Told], seen_until: int | None) -> History:
    first, last = min(one.hours), max(one.hours)
    count = last - first + 1
    provider = _model_of(one, told, seen_until)
    return History(
        one.place,
        one.parameter,
        one.over(first, count),
        first,
        {other.parameter: other.over(first, count) for other in told if _is_beside(other, one)},
        [other.over(first, count) for other in _neighbours(one, told)],
        None if provider is None else provider.over(first, count + len(LEADS)),  # a model looks beyond what is measured
        _weather(weather, first, count + len(LEADS)) if weather else None,
    )


def _weather(told: Mapping[str, Told], first: int, count: int) -> Array:
    nothing = np.full(count, np.nan)
    return np.column_stack([told[name].over(first, count) if name in told else nothing for name in WEATHER])


def _is_beside(other: Told, one: Told) -> bool:
    return other.place == one.place and other.parameter != one.parameter and other.is_modelled == one.is_modelled


def _neighbours(one: Told, told: Iterable[Told]) -> list[Told]:
    alike = (other for other in told if other.parameter == one.parameter and other.is_modelled == one.is_modelled)
    near = [(km, other) for other in alike if other is not one and (km := _kilometres(one, other)) is not None]
    return [other for km, other in sorted(near, key=lambda pair: pair[0]) if km <= NEIGHBOURS_WITHIN_KM][
        :MOST_NEIGHBOURS
    ]


def _kilometres(one: Told, other: Told) -> float | None:
    if one.coordinate is None or other.coordinate is None:
        return None
    north, east = (other.coordinate[axis] - one.coordinate[axis] for axis in (0, 1))
    return KM_PER_DEGREE * hypot(north, east * cos(radians(one.coordinate[0])))


def _model_of(one: Told, told: Iterable[Told], seen_until: int | None) -> Told | None:
    """The cell of a model that is nearest, or where places are not known, the one that went along best so far."""
    if one.is_modelled:
        return None
    cells = [other for other in told if other.is_modelled and other.parameter == one.parameter]
    near = [(km, cell) for cell in cells if (km := _kilometres(one, cell)) is not None]
    if near:
        km, cell = min(near, key=lambda pair: pair[0])
        return cell if km <= NEIGHBOURS_WITHIN_KM else None
    return max(cells, key=lambda cell: _likeness(one, cell, seen_until), default=None)


def _likeness(one: Told, cell: Told, seen_until: int | None) -> float:
    first, last = min(one.hours), max(one.hours)
    count = (last if seen_until is None else min(last, seen_until)) - first + 1
    if count < LEAST_COMMON_HOURS:
        return 0.0
    pair = np.array([one.over(first, count), cell.over(first, count)])
    common = pair[:, np.isfinite(pair).all(axis=0)]
    if common.shape[1] < LEAST_COMMON_HOURS or (common.std(axis=1) == 0).any():
        return 0.0
    return float(np.corrcoef(common)[0, 1])
