"""The verdicts on what is stored, anew: after an upgrade that judges otherwise, or of what came before any judge."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Max, Min

from forecasts.gazetteer import LocationError, parse_location
from forecasts.judgement import judge_stored
from forecasts.models import Source


class Command(BaseCommand):
    help = "Judge stored observations anew; the same twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--location", help="Only this location.")

    def handle(self, **options: Any) -> None:
        sources = Source.objects.select_related("location")
        if options["location"] is not None:
            try:
                sources = sources.filter(location=parse_location(options["location"]))
            except LocationError as error:
                raise CommandError(str(error)) from error
        for source in sources:
            span = source.observations.aggregate(first=Min("observed_at"), last=Max("observed_at"))
            if span["first"] is not None:
                changed = judge_stored(source, span["first"], span["last"])
                self.stdout.write(f"{source.location.slug}, {source}: {changed:,} verdicts changed.")
