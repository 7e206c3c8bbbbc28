"""The figures of a backtest as a table of text."""

from collections import defaultdict
from collections.abc import Iterable

from forecasts.prediction.scoring import Figures, Line, Scores, figures

HEAD = "  lead      n  MAE/persistence  skill vs best simple         in 80 %  in 95 %"


def table(scores: Scores, train_end: int) -> str:
    """All series together, then each parameter."""
    by_parameter: dict[str, list[Line]] = defaultdict(list)
    for series in scores.series.values():
        by_parameter[series.history.parameter] += series.lines(train_end)
    every = [line for lines in by_parameter.values() for line in lines]
    sections = [_section("all, mean over series", every)]
    if len(by_parameter) > 1:
        sections += [_section(parameter, lines) for parameter, lines in sorted(by_parameter.items())]
    return "\n\n".join([*sections, _coverage(scores)])


def _section(title: str, lines: Iterable[Line]) -> str:
    return "\n".join([f"== {title}", HEAD, *map(_line, figures(lines))])


def _line(one: Figures) -> str:
    skill = f"{100 * (1 - one.to_best):+.1f} % ({one.best})"
    shares = f"{100 * one.inside_80:7.1f}  {100 * one.inside_95:7.1f}"
    return f"{one.lead:4} h {one.count:6}  {one.to_persistence:15.3f}  {skill:27}  {shares}"


def _coverage(scores: Scores) -> str:
    known, inside_80, inside_95 = (
        sum(getattr(series, name) for series in scores.series.values()) for name in ("known", "inside_80", "inside_95")
    )
    shares = [f"{100 * inside / max(known, 1):.1f} %" for inside in (inside_80, inside_95)]
    return f"All 120 leads: {shares[0]} inside the 80 % bounds, {shares[1]} inside the 95 % bounds."
