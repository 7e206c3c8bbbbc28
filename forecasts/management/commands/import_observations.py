"""Hourly observations from a CSV file into the history of locations."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now
from rich.console import Console
from rich.progress import Progress

from forecasts.aqi import STORED_PARAMETERS, UnitError, parse_unit
from forecasts.gazetteer import LocationError, parse_for_operator
from forecasts.imports.job import Job, stations_to_store
from forecasts.imports.manifest import read_manifest
from forecasts.imports.storage import Terms, find_sources, set_terms
from forecasts.imports.summary import (
    missing_terms,
    summary_of_flags,
    summary_of_rows,
    summary_of_stations,
    summary_of_terms,
)
from forecasts.imports.tables import FileError
from forecasts.judgement import judge_stored
from forecasts.refresh import make_due


def unit_of_parameter(text: str) -> tuple[str, str]:
    parameter, _, unit = text.partition("=")
    if parameter not in STORED_PARAMETERS:
        raise ArgumentTypeError(f"{text!r} should be like o3=ppb; known are {', '.join(STORED_PARAMETERS)}.")
    try:
        return parameter, str(parse_unit(unit))
    except UnitError as error:
        raise ArgumentTypeError(str(error)) from error


class Command(BaseCommand):
    help = "Import hourly observations from a CSV file (plain or gzip): all of it or, where it is damaged, nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--location", help="The configured place that the values belong to.")
        parser.add_argument("--site", help="Only this location_id of the file.")
        parser.add_argument(
            "--unit",
            action="append",
            default=[],
            type=unit_of_parameter,
            metavar="o3=ppb",
            help="The unit of a column, where the file does not say it; may be repeated.",
        )
        parser.add_argument("--licence", default="", help="The terms on which the values may be used.")
        parser.add_argument("--attribution", default="", help="Who is to be named wherever the values are shown.")
        parser.add_argument("--no-progress", action="store_true", help="No progress bar on a terminal either.")

    def handle(self, **options: Any) -> None:
        is_plain = options["no_progress"] or not sys.stderr.isatty()
        try:
            with Progress(console=Console(stderr=True), disable=is_plain) as progress:
                self._import(options, progress)
        except LocationError as error:
            raise CommandError(str(error)) from error
        except (FileError, OSError) as error:
            raise CommandError(f"{options['file']}: {error}") from error

    def _import(self, options: dict[str, Any], progress: Progress) -> None:
        location = None if options["location"] is None else parse_for_operator(options["location"])
        manifest = read_manifest(options["file"])
        job = Job(options["file"], dict(options["unit"]), options["site"], manifest, now())
        rows = job.check(progress)
        self._say(summary_of_rows(rows))
        stations = stations_to_store(rows, options["site"], location)
        terms = Terms(options["licence"], options["attribution"], manifest)
        sources = find_sources(stations, location, terms)
        changed = set_terms(sources.values(), terms)
        new = job.store(progress, sources)
        there = sum(station.values for station in stations) - new
        for station in stations:
            judge_stored(sources[station.id], station.first, station.last)
        make_due(source.location_id for source in sources.values())
        self._say([f"Observations: {new:,} new, {there:,} already there."])
        self._say(summary_of_flags(stations, sources))
        self._say(summary_of_stations(stations, sources))
        self._say(summary_of_terms(changed))
        for line in missing_terms(sources.values()):
            self.stderr.write(self.style.WARNING(line))

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)
