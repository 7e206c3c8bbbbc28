"""The figures of a backtest as a chart."""

from pathlib import Path

from matplotlib.figure import Figure

from forecasts.prediction.scoring import Scores, figures


def plot(path: Path, scores: Scores, train_end: int) -> None:
    """Errors beside persistence, and what was inside the bounds, by lead; the ending of the name says the format."""
    lines = [line for series in scores.series.values() for line in series.lines(train_end)]
    found = figures(lines)
    leads = [str(one.lead) for one in found]
    chart = Figure(figsize=(7, 6), layout="constrained")
    errors, inside = chart.subplots(2, 1, sharex=True)
    errors.plot(leads, [one.to_persistence for one in found], marker="o", label="forecast")
    errors.plot(leads, [one.to_persistence / one.to_best for one in found], marker=".", label="best simple forecast")
    errors.axhline(1, color="grey", linewidth=0.8)
    errors.set_ylabel("MAE / persistence")
    errors.legend()
    for share, values in ((80, [one.inside_80 for one in found]), (95, [one.inside_95 for one in found])):
        inside.plot(leads, [100 * value for value in values], marker="o", label=f"{share} % bounds")
        inside.axhline(share, color="grey", linewidth=0.8)
    inside.set_ylabel("inside, %")
    inside.set_xlabel("hours ahead")
    inside.legend()
    chart.savefig(path)
