"""What the forecasts would have been in the past, and how good."""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.timezone import now
from rich.progress import Progress

from forecasts.aqi.series import hour_number
from forecasts.backtests.forecast_file import ForecastFile, write_observations
from forecasts.backtests.table import table
from forecasts.imports.series_files import read_series
from forecasts.long_series import Told, histories
from forecasts.management.series_command import SeriesCommand
from forecasts.prediction.history import History
from forecasts.prediction.model_choice import current_model
from forecasts.prediction.rolling import Made, backtest, issues_of
from forecasts.prediction.scoring import Scores
from forecasts.stored_series import stored_series

Subjects = list[tuple[Told, History]]


def moment(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a time such as 2016-03-01 or 2016-03-01T00:00Z.") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def hours(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of hours from 1 on.")
    return int(text)


class Command(SeriesCommand):
    help = "Forecast from many past hours, knowing only what was known then, and compare with what came."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--test-from", required=True, type=moment, metavar="TIME", help="The first hour of issue.")
        parser.add_argument("--every", default=29, type=hours, metavar="HOURS", help="Hours from issue to issue.")
        parser.add_argument("--output", type=Path, metavar="CSV", help="Write every forecast, in the files' units.")
        parser.add_argument("--observations", type=Path, metavar="CSV", help="Write what was observed, to score with.")
        parser.add_argument("--plot", type=Path, metavar="PNG", help="Draw the table, as PNG or SVG.")

    def run(self, options: dict[str, Any], progress: Progress) -> None:
        test_from = hour_number(options["test_from"])
        told = self._told(options, progress)
        subjects = histories(told, test_from)
        scores = Scores()
        with ExitStack() as files:
            output = options["output"] and files.enter_context(ForecastFile(options["output"], subjects))
            for made in self._made(subjects, test_from, options["every"], progress):
                scores.add(made)
                if output:
                    output.write(made)
        if not scores.series:
            raise CommandError(
                "Nothing to forecast: no series has a value at or after --test-from, and one later; "
                "simulated air is left out."
            )
        if options["observations"]:
            write_observations(options["observations"], [one for one, _ in subjects])
        self.stdout.write(table(scores, test_from))
        if options["plot"]:
            self._plot(options["plot"], scores, test_from)

    def _told(self, options: dict[str, Any], progress: Progress) -> list[Told]:
        if options["files"]:
            return read_series(options["files"], dict(options["unit"]), now(), progress)
        return stored_series()

    def _made(self, subjects: Subjects, test_from: int, every: int, progress: Progress) -> Iterator[Made]:
        issues = issues_of([history for _, history in subjects], test_from, every)
        task = progress.add_task("Forecasting", total=len(issues))
        return backtest(issues, every, current_model(), lambda count: progress.advance(task, count))

    def _plot(self, path: Path, scores: Scores, test_from: int) -> None:
        from forecasts.backtests.chart import plot  # only who wants a chart waits for matplotlib

        plot(path, scores, test_from)
