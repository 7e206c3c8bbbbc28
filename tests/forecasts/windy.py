"""A city where storms clear the air, for the tests of what a model learns from the weather."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management import call_command

from tests.forecasts.series_files import write_series

HOURS = 90 * 24
CALM, STORM = 1.0, 9.0


def write_windy_city(path: Path) -> Path:
    """When a storm blows, which nobody can know who looks at the air alone, a quarter of it is left."""
    sites: dict[str, dict[str, list[Any]]] = {}
    for seed in range(6):
        generator = np.random.default_rng(seed)
        is_storm = np.repeat(generator.random(HOURS // 18) < 0.4, 18)
        pm25 = 40 * np.exp(0.1 * generator.standard_normal(HOURS)) * np.where(is_storm, 0.25, 1)
        sites[f"site-{seed}"] = {
            "pm25": pm25.round(2).tolist(),
            "wind_ms": np.where(is_storm, STORM, CALM).tolist(),
            "wind_dir_16": ["W"] * HOURS,
            "temp_c": [-20.5] * HOURS,
        }
    return write_series(path, sites, title="A city", licence="CC BY 4.0")


def train(*words: Any) -> None:
    call_command("train_forecaster", *words, "--rows=12000", stdout=io.StringIO())
