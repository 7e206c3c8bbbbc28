"""A new model and the one in use forecast the same days, which neither may have seen; the better one is to be used."""

from collections.abc import Callable, Sequence
from operator import attrgetter

import numpy as np

from forecasts.prediction.global_model import GlobalModel
from forecasts.prediction.history import History
from forecasts.prediction.rolling import Issue, backtest, issues_of
from forecasts.prediction.scoring import Scores, figures

HOURS = 14 * 24  # at the end of each history
EVERY = 7  # hours from issue to issue


def seen(histories: Sequence[History]) -> list[History]:
    """What may be trained on: all but the days of the contest."""
    return [history.before(max(0, len(history.hourly) - HOURS)) for history in histories]


def issues(histories: Sequence[History]) -> list[Issue]:
    found = [
        issue
        for history in histories
        for issue in issues_of([history], history.first_hour + len(history.hourly) - HOURS, EVERY)
    ]
    return sorted(found, key=attrgetter("hour"))


def mean_ratio(issues: Sequence[Issue], model: GlobalModel | None, advance: Callable[[int], None]) -> float:
    """Mean absolute error over that of persistence, the mean over series and leads; NaN where nothing can be scored."""
    scores = Scores()
    for made in backtest(issues, EVERY, model, advance):
        scores.add(made)
    lines = [line for series in scores.series.values() for line in series.lines(0)]
    found = [one.to_persistence for one in figures(lines)]
    return float(np.mean(found)) if found else float("nan")
