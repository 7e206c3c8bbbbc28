"""Mutated answers for every parser of a provider: each must give something sound, or the one named error.

`DJANGO_SETTINGS_MODULE=aqiproject.settings python -m tests.benchmarks.fuzz_providers [CASES]` (100,000 in all unless
said otherwise) prints how many were run by parser; it ends with the first answer that breaks one.
"""

import json
import math
import sys
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples

from forecasts.aqi import PARAMETERS, UNITS
from forecasts.providers import Batch, Place, ProviderError, Reading, waqi
from forecasts.providers import airnow_answer as airnow
from forecasts.providers import open_meteo_answer as open_meteo
from forecasts.providers import openaq_answer as openaq
from forecasts.quality import is_no_value
from tests.forecasts.mangled import damages, everywhere

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
START = NOON - timedelta(hours=48)
LOS_ANGELES = Place(3, 34.05, -118.24)
SENSOR = openaq.Sensor(901, openaq.Parameter("pm25", "µg/m³"))
STATION = openaq.Station(4711, [SENSOR])


def recorded(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def open_meteo_places(body: bytes) -> list[Batch]:
    window = open_meteo.Window(START, NOON, NOON + timedelta(hours=120))
    return [open_meteo.parse(window, place, place, raw) for place, raw in enumerate(open_meteo.split(body, 2))]


def openaq_stations(body: bytes) -> list[Batch]:
    station = openaq.choose(openaq.decode(body, openaq.Station), START)
    return [Batch(terms={1: openaq.terms(station, "2026-03-04")})]


def openaq_latest(body: bytes) -> list[Batch]:
    openaq.newest_sensors(STATION, openaq.decode(body, openaq.Latest), START)
    return []


def openaq_hours(body: bytes) -> list[Batch]:
    return [Batch(openaq.readings(1, SENSOR, openaq.decode(body, openaq.Hour), START))]


def airnow_sites(body: bytes) -> list[Batch]:
    return [airnow.parse(LOS_ANGELES, START, body)]


def waqi_feed(body: bytes) -> list[Batch]:
    shown = waqi.parse(body)
    indices = [value for value in (shown.aqi, *shown.indices.values()) if value is not None]
    assert all(math.isfinite(value) and value >= 0 for value in indices)
    return []


PARSERS: dict[str, tuple[Callable[[bytes], list[Batch]], Any]] = {
    "open_meteo": (open_meteo_places, recorded("open_meteo/two_places")),
    "openaq stations": (openaq_stations, recorded("openaq/locations_nearby")),
    "openaq latest": (openaq_latest, recorded("openaq/latest")),
    "openaq hours": (openaq_hours, recorded("openaq/hours_pm25")),
    "airnow": (airnow_sites, recorded("airnow/data")),
    "waqi": (waqi_feed, recorded("waqi/feed")),
}


def check(parse: Callable[[bytes], list[Batch]], body: bytes) -> None:
    try:
        batches = parse(body)
    except ProviderError:
        return
    for batch in batches:
        assert all(is_sound(reading) for reading in batch.readings)
        keys = [(reading.parameter, reading.observed_at) for reading in batch.readings]
        assert len(keys) == len(set(keys))
        assert all(len(terms.url) <= 200 for terms in batch.terms.values())


def is_sound(reading: Reading) -> bool:
    is_number = math.isfinite(reading.value) and not is_no_value(reading.value)
    return is_number and reading.parameter in PARAMETERS and reading.unit in UNITS and reading.observed_at.minute == 0


def run(name: str, cases: int) -> int:
    """How many cases were run, at least as many as are asked for; the first failure is raised."""
    parse, recorded_answer = PARSERS[name]
    count = 0

    @examples(
        max_examples=math.ceil(cases / len(list(everywhere(recorded_answer, (None, 0.0, None))))),
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(damage=damages())
    def every_case(damage: tuple[Any, float, int | None]) -> None:
        nonlocal count
        for body in everywhere(deepcopy(recorded_answer), damage):
            count += 1
            check(parse, body)

    while count < cases:  # hypothesis ends early where it has drawn everything
        every_case()
    return count


if __name__ == "__main__":
    django.setup()
    share = math.ceil(int(sys.argv[1] if len(sys.argv) > 1 else "100000") / len(PARSERS))
    counts = {name: run(name, share) for name in PARSERS}
    print(counts)
    print(f"{sum(counts.values())} cases, no exception other than ProviderError")
