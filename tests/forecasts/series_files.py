"""Files of hourly values as tests want them."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAYS = 60


def air(level: float, seed: int, days: int = DAYS) -> list[float]:
    """A daily pattern, weather that lasts a day or two, and noise."""
    generator, hours = np.random.default_rng(seed), np.arange(days * 24)
    weather = np.zeros(len(hours))
    for hour in hours[1:]:
        weather[hour] = 0.95 * weather[hour - 1] + 0.25 * generator.standard_normal()
    return [round(value, 3) for value in level * np.exp(0.4 * np.sin(hours * np.pi / 12) + weather)]


def write_series(
    path: Path, places: Mapping[str, Mapping[str, Sequence[float | str | None]]], **manifest: object
) -> Path:
    """A wide file; `manifest` is what the manifest beside it says of it."""
    columns = sorted({name for values in places.values() for name in values})
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["location_id", "time_utc", *columns])
        for place, values in places.items():
            for hour, row in enumerate(zip(*(values[name] for name in columns), strict=True)):
                time = (START + hour * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
                rows.writerow([place, time, *("" if value is None else value for value in row)])
    if manifest:
        described = path.with_name("manifest.json")
        known = json.loads(described.read_text())["datasets"] if described.exists() else []
        described.write_text(json.dumps({"datasets": [*known, {"file": path.name, **manifest}]}))
    return path
