"""AirNow's official numbers against ours."""

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forecasts.aqi.official import NOWCAST_SCALES, OfficialError, Share, compare, official_hours


class Command(BaseCommand):
    help = "Compute NowCast and AQI from the raw hours of an AirNow file, and say how many equal its official columns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--scale", choices=NOWCAST_SCALES, default="us_epa_2024")

    def handle(self, **options: Any) -> None:
        try:
            with opened(options["file"]) as file:
                comparison = compare(official_hours(csv.DictReader(file)), options["scale"])
        except (OfficialError, OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self._say("NowCast from raw hours", comparison.nowcast)
        self._say("AQI from the official NowCast", comparison.index_of_official_nowcast)
        self._say("AQI from raw hours", comparison.index)

    def _say(self, what: str, share: Share) -> None:
        if share.compared == 0:
            raise CommandError("The file has no official hours.")
        percent = 100 * share.equal / share.compared
        self.stdout.write(f"{what}: {share.equal:,} of {share.compared:,} equal ({percent:.2f} %)")


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield cast(TextIO, file)
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
