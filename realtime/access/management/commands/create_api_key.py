from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from realtime.access import keys
from realtime.access.models import Scope


class Command(BaseCommand):
    help = "Makes an API key for a program, and shows it this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="whose it is")
        parser.add_argument(
            "--scope", action="append", choices=Scope.values, help="what it may; may be repeated, read if it lacks"
        )
        parser.add_argument("--days", type=int, help="after so many days it ends; never if it lacks")

    def handle(self, *, name: str, scope: list[str] | None, days: int | None, **options: Any) -> None:
        expires_at = None if days is None else now() + timedelta(days=days)
        self.stdout.write(keys.create(name, scope or [Scope.READ.value], expires_at))
