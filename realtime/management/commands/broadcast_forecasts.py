import asyncio
import os
import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from forecasts.gazetteer import LocationError, parse_location
from realtime.beat import Beat


class Command(BaseCommand):
    help = "The beat: refreshes every location in its time and pushes what is new to the sockets."

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        checks: Any = super().get_check_kwargs(options)
        return {**checks, "databases": [DEFAULT_DB_ALIAS]}

    def add_arguments(self, parser: ArgumentParser) -> None:
        interval = settings.AQI_UPDATE_INTERVAL_SECONDS
        parser.add_argument("--interval", type=float, default=interval, help=f"seconds between rounds ({interval})")
        parser.add_argument("--jitter", type=float, default=10, help="up to so many seconds more, at random (10)")
        parser.add_argument("--location", action="append", help="only this place; may be given several times")
        parser.add_argument("--once", action="store_true", help="one round of what had none within a minute, then end")
        parser.add_argument("--exit-with-parent", action="store_true", help="end when standard input is closed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["interval"] < 1 or options["jitter"] < 0:
            raise CommandError("--interval takes 1 second or more, --jitter 0 or more.")
        beat = Beat(options["interval"], options["jitter"], chosen(options["location"]))
        if options["once"]:
            self.report(beat)
        else:
            asyncio.run(run_until_signal(beat, options["exit_with_parent"]))

    def report(self, beat: Beat) -> None:
        done = asyncio.run(beat.once())
        self.stdout.write(f"{len(done.published)} refreshed, {len(done.failed)} failed; the others were lately")
        if beat.is_cut_off:
            raise CommandError("The snapshots are stored, but the channel layer is out of reach: no socket was told.")
        if done.failed:
            names = ", ".join(location.slug for location in done.failed)
            raise CommandError(f"Failed: {names}. The log and, per source, the admin say why.")


def chosen(texts: list[str] | None) -> list[int] | None:
    try:
        return None if texts is None else [parse_location(text).pk for text in texts]
    except LocationError as error:
        raise CommandError(str(error)) from error


async def run_until_signal(beat: Beat, exit_with_parent: bool) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if exit_with_parent:
        threading.Thread(target=wait_for_parent, args=(loop, stop), daemon=True).start()
    await beat.run(stop)


def wait_for_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """A pipe from the parent ends when the parent does, however it ends."""
    os.read(sys.stdin.fileno(), 1)
    loop.call_soon_threadsafe(stop.set)
