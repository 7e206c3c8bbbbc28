import asyncio
import math
import signal
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime

from forecasts.gazetteer import LocationError, parse_for_operator
from realtime.replay import NothingToReplayError, PlaceTakenError, Replay


class Command(BaseCommand):
    help = "Plays imported history into the sockets of a location, as if it happened now; the status says replay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("location", help="whatever names it: slug, name, alias or coordinates")
        parser.add_argument("--from", dest="start", type=moment, help="first hour, such as 2016-11-01T00:00Z")
        parser.add_argument("--to", dest="end", type=moment, help="last hour")
        parser.add_argument("--speed", type=float, default=3600, help="times faster than life (3600: an hour a second)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["speed"] < math.inf:
            raise CommandError("--speed must be above 0, such as 3600 for an hour a second.")
        try:
            replay = Replay(parse_for_operator(options["location"]), options["start"], options["end"], options["speed"])
        except (LocationError, NothingToReplayError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Replaying {replay.location} from {replay.start:%Y-%m-%d %H:%M} to {replay.end:%Y-%m-%d %H:%M} UTC"
        )
        try:
            published = asyncio.run(until_signal(replay))
        except PlaceTakenError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{published} snapshots published; {replay.location} shows its true state again")


def moment(text: str) -> datetime:
    day = parse_date(text) if len(text) == len("2016-11-01") else None
    at = parse_datetime(text) if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
    if at is None:
        raise ArgumentTypeError(f"{text!r} is no time; write it as 2016-11-01 or 2016-11-01T00:00Z (UTC).")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


async def until_signal(replay: Replay) -> int:
    playing = asyncio.ensure_future(replay.play())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, replay.stop.set)
    return await playing
