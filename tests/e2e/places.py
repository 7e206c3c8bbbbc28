"""A database with a place for each way that air can be shown: `python -m tests.e2e.places FOLDER`."""

import csv
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  (models can be imported only now)

from forecasts.models import Location, Source  # noqa: E402

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
PLACES = [
    ("calm", "Calm", "NZ", -41.29, 174.78, "Pacific/Auckland"),
    ("smog", "Smog", "PK", 31.55, 74.34, "Asia/Karachi"),
    ("silent", "Silent", "US", 40.71, -74.01, "America/New_York"),
    ("past", "Past", "IN", 28.65, 77.23, "Asia/Kolkata"),
    ("empty", "Empty", "NG", 6.45, 3.39, "Africa/Lagos"),
    ("made-up", "Made up", "FR", 48.86, 2.35, "Europe/Paris"),
]


def create(folder: Path) -> None:
    call_command("migrate", verbosity=0)
    for slug, name, country, latitude, longitude, timezone in PLACES:
        coordinates = {"latitude": latitude, "longitude": longitude}
        Location.objects.create(slug=slug, name=name, country=country, timezone=timezone, **coordinates)
    Source.objects.create(location=Location.objects.get(slug="made-up"), provider="simulated")
    bring(folder, "calm", [4.0 + hour % 5 for hour in range(48)], NOW)
    bring(folder, "smog", [300.0 + 3 * hour for hour in range(48)], NOW)
    bring(folder, "silent", [18.0 + hour % 3 for hour in range(48)], NOW - 6 * HOUR)
    bring(folder, "past", [20.0 + hour % 200 for hour in range(4000)], NOW - 9000 * HOUR)


def bring(folder: Path, slug: str, pm25_ug_m3: list[float], newest: datetime) -> None:
    """Measurements of a place, hour after hour up to `newest`, by the front door."""
    file = folder / f"{slug}.csv"
    with file.open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["location_id", "time_utc", "pm25"])
        for age, value in enumerate(reversed(pm25_ug_m3)):
            rows.writerow([slug, f"{newest - age * HOUR:%Y-%m-%dT%H:%MZ}", value])
    terms = {"licence": "CC0 1.0", "attribution": "Made up for a test"}
    call_command("import_observations", str(file), location=slug, no_progress=True, **terms)


if __name__ == "__main__":
    create(Path(sys.argv[1]))
