"""A rolling backtest: forecasts from many past hours, each made only of what was known then."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from forecasts.prediction.global_model import GlobalModel
from forecasts.prediction.history import History
from forecasts.prediction.horizon import CHECKED_LEADS, Array
from forecasts.prediction.ladder import Proposal, propose
from forecasts.prediction.series import Prediction, State, monthly_climatology
from forecasts.prediction.verification import POOL, SERIES, fresh, learn

HOURS_OF_CLIMATOLOGY = 28 * 24  # it changes slowly, so it is made anew every four weeks


@dataclass(frozen=True, eq=False)
class Issue:
    """A forecast to be made: of which history, from which of its hours."""

    history: History
    position: int

    @property
    def hour(self) -> int:
        return self.history.first_hour + self.position


Made = tuple[Issue, Prediction]


def issues_of(histories: Sequence[History], first_hour: int, every: int) -> list[Issue]:
    """Every so many hours from the first on, where a recent value is known and any truth is still to come."""
    issues = []
    for history in histories:
        start = max(0, first_hour - history.first_hour)
        start += (first_hour - history.first_hour - start) % every
        usable = set(history.positions().tolist())
        coming = range(start, len(history.hourly) - 1, every)
        issues += [Issue(history, position) for position in coming if position in usable]
    return sorted(issues, key=attrgetter("hour"))


def backtest(
    issues: Sequence[Issue], every: int, model: GlobalModel | None, advance: Callable[[int], None]
) -> Iterator[Made]:
    """In order of time; what is learnt from a truth enters only forecasts issued later. `advance` counts issues."""
    learning = _Learning(every / 24)
    for issue, proposal in _proposals(issues, model, advance):
        learning.until(issue.hour)
        if proposal is not None:
            prediction = learning.settle(issue, proposal)
            yield issue, prediction
            learning.expect(issue, prediction)


def _proposals(
    issues: Sequence[Issue], model: GlobalModel | None, advance: Callable[[int], None]
) -> Iterator[tuple[Issue, Proposal | None]]:
    usual = _Climatologies()
    for start in range(0, len(issues), 256):
        some = issues[start : start + 256]
        series = [issue.history.until(issue.position, usual.at(issue)) for issue in some]
        yield from zip(some, propose(series, model), strict=True)
        advance(len(some))


class _Climatologies:
    def __init__(self) -> None:
        self._made: dict[tuple[int, int], Array | None] = {}

    def at(self, issue: Issue) -> Array | None:
        until = issue.position // HOURS_OF_CLIMATOLOGY * HOURS_OF_CLIMATOLOGY
        key = id(issue.history), until
        if key not in self._made:
            history = issue.history
            self._made[key] = monthly_climatology(history.hourly[:until], history.first_hour + until - 1)
        return self._made[key]


class _Learning:
    """The memories of all series and of the pool, and the truths that are still to come, by the hour they do."""

    def __init__(self, days_apart: float) -> None:
        self._days = days_apart
        self._states: defaultdict[int, State] = defaultdict(fresh)
        self._pool: defaultdict[str, State] = defaultdict(fresh)
        self._due: list[tuple[int, int, Issue, Mapping[str, object], int]] = []
        self._count = 0

    def settle(self, issue: Issue, proposal: Proposal) -> Prediction:
        return proposal.settle(self._states[id(issue.history)], self._pool[issue.history.parameter])

    def expect(self, issue: Issue, prediction: Prediction) -> None:
        for lead in CHECKED_LEADS:
            self._count += 1  # so that the heap never compares what follows
            heapq.heappush(self._due, (issue.hour + lead, self._count, issue, prediction.record, lead))

    def until(self, hour: int) -> None:
        while self._due and self._due[0][0] <= hour:
            _, _, issue, record, lead = heapq.heappop(self._due)
            truth = issue.history.at(issue.position + lead)
            for memory, pace in (
                (self._states[id(issue.history)], SERIES),
                (self._pool[issue.history.parameter], POOL),
            ):
                learn(memory, record, lead, truth, pace, self._days)
