"""How good forecasts were: errors beside those of simple forecasts, and how often the bounds held."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from forecasts.prediction.baselines import baselines
from forecasts.prediction.history import History
from forecasts.prediction.horizon import MEDIAN, Array
from forecasts.prediction.rolling import Made

SCORED_LEADS = np.array([1, 3, 6, 12, 24, 48, 72, 120])


@dataclass(eq=False)
class SeriesScore:
    """The forecasts of one series, at SCORED_LEADS; hits at all leads together."""

    history: History
    positions: list[int] = field(default_factory=list)
    quantiles: list[Array] = field(default_factory=list)
    truths: list[Array] = field(default_factory=list)
    known: int = 0
    inside_80: int = 0
    inside_95: int = 0

    def add(self, position: int, quantiles: Array) -> None:
        truths = self.history.truths(position)
        self.positions.append(position)
        self.quantiles.append(quantiles[SCORED_LEADS - 1])
        self.truths.append(truths[SCORED_LEADS - 1])
        known = np.isfinite(truths) & np.isfinite(quantiles[:, MEDIAN])
        self.known += int(known.sum())
        self.inside_80 += int((known & _between(quantiles, truths, 1)).sum())
        self.inside_95 += int((known & _between(quantiles, truths, 0)).sum())

    def lines(self, train_end: int) -> list["Line"]:
        """One for each scored lead that has a truth, a forecast and every baseline at some hour of issue."""
        truths, quantiles = np.array(self.truths), np.array(self.quantiles)
        simple = baselines(self.history, np.array(self.positions), SCORED_LEADS, train_end)
        usable = np.isfinite(truths) & np.isfinite(quantiles[:, :, MEDIAN])
        for values in simple.values():
            usable &= np.isfinite(values)
        inside = {name: _between(quantiles, truths, low) for name, low in (("80", 1), ("95", 0))}
        return [
            Line(
                int(lead),
                int(rows.sum()),
                float(np.abs(quantiles[rows, column, MEDIAN] - truths[rows, column]).mean()),
                {
                    name: float(np.abs(values[rows, column] - truths[rows, column]).mean())
                    for name, values in simple.items()
                },
                float(inside["80"][rows, column].mean()),
                float(inside["95"][rows, column].mean()),
            )
            for column, lead in enumerate(SCORED_LEADS)
            if (rows := usable[:, column]).any()
        ]


@dataclass(frozen=True)
class Line:
    """One series at one lead: mean absolute errors, and the shares inside the bounds."""

    lead: int
    count: int
    mae: float
    simple: dict[str, float]
    inside_80: float
    inside_95: float


@dataclass(frozen=True)
class Figures:
    """One lead over many series; ratios are means of the ratios of the series."""

    lead: int
    count: int
    to_persistence: float
    to_best: float
    best: str
    inside_80: float
    inside_95: float


def figures(lines: Iterable[Line]) -> list[Figures]:
    by_lead: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.simple["persistence"] > 0:  # a series that never moves has no ratio
            by_lead[line.lead].append(line)
    return [_figures(lead, of_lead) for lead, of_lead in sorted(by_lead.items())]


def _figures(lead: int, lines: list[Line]) -> Figures:
    """`best` is the simple forecast with the lowest mean ratio to persistence, chosen in hindsight."""
    simple = {
        name: float(np.mean([line.simple[name] / line.simple["persistence"] for line in lines]))
        for name in lines[0].simple
    }
    best = min(simple, key=lambda name: simple[name])
    ratio = float(np.mean([line.mae / line.simple["persistence"] for line in lines]))
    count = sum(line.count for line in lines)
    weights = [line.count / count for line in lines]
    return Figures(
        lead, count, ratio, ratio / simple[best] if simple[best] else math.inf, best,
        float(np.dot(weights, [line.inside_80 for line in lines])),
        float(np.dot(weights, [line.inside_95 for line in lines])),
    )  # fmt: skip


class Scores:
    """Collects what a backtest made."""

    def __init__(self) -> None:
        self.series: dict[int, SeriesScore] = {}

    def add(self, made: Made) -> None:
        issue, prediction = made
        score = self.series.setdefault(id(issue.history), SeriesScore(issue.history))
        score.add(issue.position, prediction.quantiles)


def _between(quantiles: Array, truths: Array, low: int) -> Array:
    high = quantiles.shape[-1] - 1 - low
    return np.asarray((truths >= quantiles[..., low]) & (truths <= quantiles[..., high]))


def _mae(expected: Array, truths: Array) -> float:
    return float(np.abs(expected - truths).mean())
