"""What the global model sees: numbers without unit, place or date, the same in training and in use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.prediction import scaling
from forecasts.prediction.damping import damped_persistence
from forecasts.prediction.experts import newest
from forecasts.prediction.horizon import Array
from forecasts.prediction.series import Series
from forecasts.prediction.weather import WEATHER_NAMES, stack_weather, weather_features
from forecasts.prediction.windows import DAYS, WIDTH, bridged, by_hour_of_day, last_values, mean, mean_of_days, stack

POLLUTANTS = ("pm25", "pm10", "no2", "o3", "so2", "co")
LAGS = (1, 2, 3, 5, 8, 12, 24)
MEANS = (3, 6, 12, 24, 72, 168, 672)
NAMES = (
    "last", *(f"lag {lag}" for lag in LAGS), *(f"mean {hours}" for hours in MEANS),
    "spread 24", "lowest 24", "highest 24", "roughness 24", "roughness 168", "spread 672",
    "usual now", "usual now 7", "age", "hours known", "missing 24", "parameter",
    *(f"{name} {what}" for name in POLLUTANTS for what in ("now", "change 3", "mean 24")),
    "neighbours now", "neighbours highest", "neighbours change 3",
    "yesterday", "day before", "days 3", "days 7", "days 28", "days 28 earlier", "days 28 later",
    "weekday 4", "damped", "lead",
)  # fmt: skip
# What is looked at of a neighbour, in hours before the last one: just now, and the same hour of the days before.
JUST_NOW, SPEAK_WITHIN = 6, 3
HOURS_OF_NEIGHBOURS = (*range(JUST_NOW), *range(24, WIDTH, 24))
ALL_NAMES = (*NAMES, *WEATHER_NAMES)
# Levels are given as distances from the last value: what comes next is mostly a small step from there.
_LEVELS = ("lag", "mean", "usual", "lowest", "highest", "yesterday", "day", "weekday 4", "damped")
_RELATIVE = [number for number, name in enumerate(NAMES) if name.startswith(_LEVELS)]


@dataclass(frozen=True, eq=False)
class Scene:
    """Many series at their hour of issue: `xs` are their bridged windows in log scale, `known` what was not bridged."""

    xs: Array
    known: Array
    parameters: Array
    others: Array
    neighbours: Array
    weather: Array | None

    def __len__(self) -> int:
        return len(self.xs)


def scene(series: Sequence[Series], xs: Array, known: Array) -> Scene:
    return Scene(
        xs,
        known,
        np.array([number_of(one.parameter) for one in series]),
        np.concatenate([company(of_parameter(series, name)) for name in POLLUTANTS], axis=1),
        _neighbourhood(series),
        stack_weather(series),
    )


def number_of(parameter: str) -> float:
    return float(POLLUTANTS.index(parameter)) if parameter in POLLUTANTS else np.nan


def of_parameter(series: Sequence[Series], name: str) -> Array:
    nothing = np.empty(0)
    return bridged(stack(nothing if one.parameter == name else one.others.get(name, nothing) for one in series))


def company(windows: Array) -> Array:
    """Of another series: its departure from usual now, its change in 3 hours and its day; NaN where it is silent."""
    result = np.full((len(windows), 3), np.nan)
    rows = np.isfinite(windows[:, -3:]).any(axis=1)
    if rows.any():
        xs = scaling.enter(windows[rows], scaling.usual_level(windows[rows])[:, None])
        now = mean(xs[:, -3:], axis=1)
        usual = mean(by_hour_of_day(xs)[:, :, 0], axis=1)
        result[rows] = np.column_stack([now - usual, now - mean(xs[:, -6:-3], axis=1), mean(xs[:, -24:], axis=1)])
    return result


def _neighbourhood(series: Sequence[Series]) -> Array:
    """The mean and highest departure of the neighbours, and their mean change: one row a series."""
    counts = [len(one.neighbours) for one in series]
    has_place = np.arange(max(counts, default=0)) < np.array(counts)[:, None]
    each = np.full((*has_place.shape, 2), np.nan)
    each[has_place] = _departures(stack(neighbour for one in series for neighbour in one.neighbours))
    now, change = each[..., 0], each[..., 1]
    highest = np.where(np.isfinite(now), now, -np.inf).max(axis=1, initial=-np.inf)
    return np.column_stack([mean(now, axis=1), np.where(np.isfinite(highest), highest, np.nan), mean(change, axis=1)])


def _departures(windows: Array) -> Array:
    """Like `company`, but of few hours, since neighbours are many: without a day, and with a level of these hours."""
    hours = windows[:, -1 - np.array(HOURS_OF_NEIGHBOURS)]
    xs = scaling.enter(hours, scaling.usual_level(hours)[:, None])
    now, before = mean(xs[:, :SPEAK_WITHIN], axis=1), mean(xs[:, SPEAK_WITHIN:JUST_NOW], axis=1)
    usual = mean(np.delete(xs, np.s_[1:JUST_NOW], axis=1), axis=1)
    return np.column_stack([now - usual, now - before])


def features(scene: Scene, leads: Array, *, with_weather: bool) -> Array:
    """Series × leads × NAMES, or ALL_NAMES with weather; for leads of all series (1-D) or of each (2-D)."""
    leads = np.broadcast_to(leads, (len(scene), np.shape(leads)[-1]))
    fixed = _at_origin(scene)
    moving = _at_target(scene, leads)
    result = np.full((*leads.shape, len(ALL_NAMES if with_weather else NAMES)), np.nan, dtype=np.float32)
    result[:, :, : fixed.shape[1]] = fixed[:, None]
    result[:, :, fixed.shape[1] : len(NAMES)] = moving
    if with_weather and scene.weather is not None:
        result[:, :, len(NAMES) :] = weather_features(scene.weather, leads)
    result[:, :, _RELATIVE] -= result[:, :, :1]
    return result


def _at_origin(scene: Scene) -> Array:
    xs, known = scene.xs, scene.known
    last, age = last_values(xs)
    table = by_hour_of_day(xs)[:, :DAYS, 0]
    columns = [
        last,
        *(xs[:, -1 - lag] for lag in LAGS),
        *(_mean_of_most(xs[:, -hours:]) for hours in MEANS),
        *_shape(xs),
        mean(table, axis=1),
        mean(table[:, :7], axis=1),
        np.minimum(age, 48),
        np.log(np.minimum(np.maximum(known.sum(axis=1), 1), 672)),
        1 - known[:, -24:].mean(axis=1),
        scene.parameters,
    ]
    return np.column_stack([*columns, scene.others, scene.neighbours])


def _mean_of_most(xs: Array) -> Array:
    enough = np.isfinite(xs).sum(axis=1) >= max(1, xs.shape[1] // 4)
    return np.where(enough, mean(xs, axis=1), np.nan)


def _shape(xs: Array) -> list[Array]:
    day = xs[:, -24:]
    few = np.isfinite(day).sum(axis=1) < 6
    steps = np.diff(xs, axis=1)
    lowest = np.where(few, np.nan, np.where(np.isfinite(day), day, np.inf).min(axis=1))
    highest = np.where(few, np.nan, np.where(np.isfinite(day), day, -np.inf).max(axis=1))
    return [_spread(day), lowest, highest, _spread(steps[:, -24:]), _spread(steps[:, -168:]), _spread(xs[:, -672:])]


def _spread(values: Array) -> Array:
    centre = mean(values, axis=1)
    variance = mean((values - centre[:, None]) ** 2, axis=1)
    return np.where(np.isfinite(values).sum(axis=1) >= 4, np.sqrt(variance), np.nan)


def _at_target(scene: Scene, leads: Array) -> Array:
    days_ahead = -(-leads // 24)
    back = 24 * days_ahead - leads
    table = by_hour_of_day(scene.xs)
    month = mean_of_days(table, DAYS)
    columns = [
        _at(newest(table[:, :7]), back),
        _at(table[:, 1], back),
        _at(mean_of_days(table, 3), back),
        _at(mean_of_days(table, 7), back),
        _at(month, back),
        _at(month, (back + 3) % 24),
        _at(month, (back - 3) % 24),
        _same_weekday(table, days_ahead, back),
        _at(damped_persistence(scene.xs), leads - 1),
        leads,
    ]
    return np.stack(columns, axis=2)


def _at(values: Array, hours_back: Array) -> Array:
    return np.take_along_axis(values, hours_back, axis=1)


def _same_weekday(table: Array, days_ahead: Array, back: Array) -> Array:
    """The mean of the target's hour on that day of the last four weeks."""
    rows = np.arange(len(table))[:, None]
    return mean(np.stack([table[rows, 7 * week - days_ahead, back] for week in (1, 2, 3, 4)]), axis=0)
