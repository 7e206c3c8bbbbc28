from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forecasts.gazetteer import LocationError, parse_location
from forecasts.models import Location
from forecasts.snapshots import republish


class Command(BaseCommand):
    help = (
        "After a backup was restored: number the snapshots from 1 again, under a new epoch, so that readers who saw "
        "more than the backup holds take the restored state for what it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("location", nargs="*", help="slug, name, alias or latitude,longitude")
        parser.add_argument("--all", action="store_true", help="every location, inactive ones too")

    def handle(self, *, location: list[str], **options: Any) -> None:
        if options["all"] == bool(location):
            raise CommandError("Name locations, or give --all.")
        for place in Location.objects.all() if options["all"] else chosen(location):
            current = republish(place)
            self.stdout.write(f"{current.slug}: epoch {current.epoch}, seq {current.seq}")


def chosen(texts: list[str]) -> list[Location]:
    try:
        return [parse_location(text) for text in texts]
    except LocationError as error:
        raise CommandError(str(error)) from error
