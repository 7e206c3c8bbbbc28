"""The global model, trained anew on one's own places; it is used only if it is better than the one in use."""

from argparse import ArgumentTypeError
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.timezone import now
from rich.progress import Progress

from forecasts.backtests.provenance import provenance
from forecasts.imports.series_files import read_series
from forecasts.long_series import Told, histories
from forecasts.management.series_command import SeriesCommand
from forecasts.prediction import contest
from forecasts.prediction.global_model import GlobalModel, keys
from forecasts.prediction.history import History
from forecasts.prediction.model_choice import current_model
from forecasts.prediction.model_file import save
from forecasts.prediction.series import WEATHER
from forecasts.prediction.training import LEAST_ROWS, draw, train
from forecasts.stored_series import stored_series


def order(told: Told) -> tuple[Any, ...]:
    """Of what is drawn from, so that it does not depend on that of the files."""
    return told.place, told.parameter, told.is_modelled, told.title, told.name, told.hours[:1]


def rows(text: str) -> int:
    if not text.isdecimal() or int(text) < LEAST_ROWS:
        raise ArgumentTypeError(f"{text!r} is not a number from {LEAST_ROWS} on.")
    return int(text)


class Command(SeriesCommand):
    help = "Train the forecasting model on what you have, and use it if it beats the present one over 14 days."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--rows", default=500_000, type=rows, help="How many examples to draw.")
        parser.add_argument("--seed", default=1, type=int, help="Another one draws other examples.")
        parser.add_argument(
            "--output", type=Path, metavar="FOLDER", help="Train on every day and write the model there."
        )
        parser.add_argument(
            "--without-weather", action="store_true", help="Leave weather out, for a model that is to serve elsewhere."
        )

    def run(self, options: dict[str, Any], progress: Progress) -> None:
        with_weather = not options["without_weather"]
        everything = self._read(options, progress, with_weather=with_weather) if options["files"] else stored_series()
        everything.sort(key=order)
        weather = [one for one in everything if one.parameter in WEATHER and with_weather]
        subjects = histories([*(one for one in everything if one.parameter not in WEATHER), *weather])
        told, known = [*(one for one, _ in subjects), *weather], [history for _, history in subjects]
        if options["output"]:
            model, training = self._train(known, options, progress)
            save(options["output"], model, provenance(told, training))
            self.stdout.write(f"Written to {options['output']}.")
            return
        model, training = self._train(contest.seen(known), options, progress)
        before, after = self._contest(known, model, progress)
        self.stdout.write(f"Last 14 days, MAE / persistence: {after:.4f} by the new model, {before:.4f} as it is.")
        if not after < before:
            self.stdout.write("The new model is no better, and was thrown away.")
            return
        folder = Path(settings.AQI_MODEL_DIR)
        save(folder, model, provenance(told, {**training, "last_14_days": {"before": before, "after": after}}))
        self.stdout.write(f"The new model is in use from now on; it is in {folder}.")

    def _read(self, options: dict[str, Any], progress: Progress, *, with_weather: bool) -> list[Told]:
        return read_series(options["files"], dict(options["unit"]), now(), progress, with_weather=with_weather)

    def _train(
        self, known: Sequence[History], options: dict[str, Any], progress: Progress
    ) -> tuple[GlobalModel, dict[str, Any]]:
        task = progress.add_task("Training", total=len(keys()))
        examples = draw(known, options["rows"], options["seed"])
        if len(examples.leads) < LEAST_ROWS:
            raise CommandError(
                f"{len(examples.leads)} examples are too few to learn from; {LEAST_ROWS} are needed, "
                "which is about three months of one place and pollutant."
            )
        model = train(examples, options["seed"], lambda: progress.advance(task))
        return model, {"made_at": f"{now():%Y-%m-%dT%H:%MZ}", "rows": len(examples.leads), "seed": options["seed"]}

    def _contest(self, known: Sequence[History], model: GlobalModel, progress: Progress) -> tuple[float, float]:
        issues = contest.issues(known)
        task = progress.add_task("Comparing", total=2 * len(issues))
        with ThreadPoolExecutor() as pool:  # trees are asked without Python's lock
            before, after = pool.map(
                lambda one: contest.mean_ratio(issues, one, lambda count: progress.advance(task, count)),
                (current_model(), model),
            )
        return before, after
