"""Histories into the global model."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from os import cpu_count
from typing import Any, NamedTuple

import numpy as np

from forecasts.prediction import scaling
from forecasts.prediction.experts import ENOUGH_HOURS
from forecasts.prediction.features import ALL_NAMES, features, scene
from forecasts.prediction.global_model import TREE_BANDS, GlobalModel, keys, targets
from forecasts.prediction.history import History
from forecasts.prediction.horizon import LEADS, MEDIAN, TAUS, Array
from forecasts.prediction.series import Series
from forecasts.prediction.windows import DAYS, bridged, stack

LEADS_OF_BAND = (3, 6, 5, 6)  # drawn for each hour of issue
# Shares of the examples that see less than there is, so that the model serves whoever has less.
SHORT, GAPPY, NO_OTHERS, NO_NEIGHBOURS, NO_WEATHER = 0.25, 0.12, 0.3, 0.4, 0.3
AT_ONCE = 512
LEAST_ROWS = 10_000
PARAMETERS: dict[str, Any] = {
    "objective": "quantile",
    "learning_rate": 0.07,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "num_threads": 1,
    "verbose": -1,
}
# Leaves and trees; bounds need less detail, and are asked for four times.
MEDIAN_TREES = 24, 240
BOUND_TREES = 12, 60
# LightGBM lets go of Python's lock; one thread a band gives the same trees on any number of processors.
BANDS_AT_ONCE = 2
LARGEST_FIRST = (1, 3, 2, 0)  # numbers of TREE_BANDS, so that no thread is left with a large one at the end


class Examples(NamedTuple):
    """What is seen, what is to be learnt from it, and the lead: one row each. NAMES, and with weather ALL_NAMES."""

    seen: Array
    targets: Array
    leads: Array


def train(examples: Examples, seed: int, advance: Callable[[], None]) -> GlobalModel:
    """`advance` is called after each of the boosters, in any thread."""
    common = {**PARAMETERS, "seed": seed}
    boosters: dict[tuple[int, float], Any] = {}
    with ThreadPoolExecutor(min(BANDS_AT_ONCE, cpu_count() or 1)) as pool:
        data = (_data(examples, band, common) for band in LARGEST_FIRST)
        for fitted in pool.map(lambda band, data: _fit(band, data, common, advance), LARGEST_FIRST, data):
            boosters |= fitted
    return GlobalModel({key: boosters[key] for key in keys()}, ALL_NAMES[: examples.seen.shape[1]])


def _data(examples: Examples, band: int, common: dict[str, Any]) -> Any:
    """Sorted into bins, once for all quantiles; that takes memory, so never for two bands at once."""
    import lightgbm

    first, last = TREE_BANDS[band]
    rows = (examples.leads >= first) & (examples.leads <= last)
    return lightgbm.Dataset(examples.seen[rows], examples.targets[rows], params=common).construct()


def _fit(band: int, data: Any, common: dict[str, Any], advance: Callable[[], None]) -> dict[tuple[int, float], Any]:
    import lightgbm

    fitted = {}
    for tau in TAUS:
        leaves, trees = MEDIAN_TREES if tau == TAUS[MEDIAN] else BOUND_TREES
        fitted[band, tau] = lightgbm.train({**common, "num_leaves": leaves, "alpha": tau}, data, trees)
        advance()
    return fitted


def draw(histories: Sequence[History], rows: int, seed: int) -> Examples:
    """About so many examples, an equal share of every history as far as it reaches."""
    generator = np.random.default_rng(seed)
    has_weather = any(history.weather is not None for history in histories)
    origins = rows // sum(LEADS_OF_BAND) // max(1, len(histories))
    drawn = _drawn(histories, origins, generator)
    parts = []
    while some := list(islice(drawn, AT_ONCE)):
        parts.append(_examples(some, generator, has_weather))
    if not parts:
        return Examples(np.empty((0, 0)), np.empty(0), np.empty(0))
    return Examples(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _drawn(
    histories: Sequence[History], origins: int, generator: np.random.Generator
) -> Iterator[tuple[Series, Array]]:
    for history in histories:
        positions = history.positions(ENOUGH_HOURS)
        for position in generator.permutation(positions)[:origins].tolist():
            yield blinded(history.until(position), generator), history.truths(position)


def blinded(series: Series, generator: np.random.Generator) -> Series:
    """The series as somebody with less would have it."""
    shares = SHORT, GAPPY, NO_OTHERS, NO_NEIGHBOURS, NO_WEATHER
    short, gappy, no_others, no_neighbours, no_weather = generator.random(len(shares)) < shares
    hourly = series.hourly
    if short:
        hourly = hourly[-int(np.exp(generator.uniform(np.log(ENOUGH_HOURS), np.log(DAYS * 24)))) :]
    if gappy:
        hourly = np.where(generator.random(len(hourly)) < generator.uniform(0.1, 0.6), np.nan, hourly)
    return replace(
        series,
        hourly=hourly,
        others={} if no_others else series.others,
        neighbours=() if no_neighbours else series.neighbours,
        weather=None if no_weather else series.weather,
    )


def _examples(
    drawn: list[tuple[Series, Array]],
    generator: np.random.Generator,
    has_weather: bool,
) -> Examples:
    series = [one for one, _ in drawn]
    leads = np.array([_leads(generator) for _ in drawn])
    raw = stack(one.hourly for one in series)
    windows = bridged(raw)
    level = scaling.usual_level(windows)[:, None]
    seen = features(scene(series, scaling.enter(windows, level), np.isfinite(raw)), leads, with_weather=has_weather)
    truths = np.take_along_axis(np.array([truth for _, truth in drawn]), leads - 1, axis=1)
    learnt = targets(scaling.enter(truths, level), seen, leads)
    usable = np.isfinite(learnt) & (np.isfinite(raw).sum(axis=1) >= ENOUGH_HOURS)[:, None]
    return Examples(seen[usable], learnt[usable].astype(np.float32), leads[usable])


def _leads(generator: np.random.Generator) -> Array:
    bands = zip(TREE_BANDS, LEADS_OF_BAND, strict=True)
    return np.concatenate(
        [generator.choice(LEADS[first - 1 : last], count, replace=False) for (first, last), count in bands]
    )
