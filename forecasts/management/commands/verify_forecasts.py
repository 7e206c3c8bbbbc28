from typing import Any

from django.core.management.base import BaseCommand

from forecasts.verification import verify_step


class Command(BaseCommand):
    help = "Compare past forecasts with what came: learn from it, and keep score. The beat does it once an hour."

    def handle(self, **options: Any) -> None:
        done = list(iter(verify_step, None))
        hours = len({one.hour for one in done})
        comparisons = sum(one.comparisons for one in done)
        self.stdout.write(f"Compared {comparisons} forecasts of {hours} hours with what came.")
