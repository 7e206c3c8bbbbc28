"""What `backtest` and `train_forecaster` have in common: series from files or the database, and a progress bar."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from forecasts.imports.tables import FileError

from .commands.import_observations import unit_of_parameter


class SeriesCommand(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="CSV files; without any, the database.")
        parser.add_argument("--unit", action="append", default=[], type=unit_of_parameter, metavar="o3=ppb")
        parser.add_argument("--no-progress", action="store_true", help="No progress bar on a terminal either.")

    def handle(self, **options: Any) -> None:
        is_plain = options["no_progress"] or not sys.stderr.isatty()
        try:
            with Progress(console=Console(stderr=True), disable=is_plain) as progress:
                self.run(options, progress)
        except (FileError, OSError) as error:
            raise CommandError(str(error)) from error

    def run(self, options: dict[str, Any], progress: Progress) -> None:
        raise NotImplementedError
