from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from forecasts.retention import prune


class Command(BaseCommand):
    help = "Thin out old snapshots and delete old forecasts; observations stay. The beat does it once a day."

    def handle(self, **options: Any) -> None:
        pruned = prune()
        self.stdout.write(
            f"Deleted {pruned.snapshots} snapshots (after {settings.AQI_SNAPSHOT_DAYS} days one an hour is kept) and "
            f"{pruned.forecasts} forecasts (older than {settings.AQI_FORECAST_DAYS} days)."
        )
