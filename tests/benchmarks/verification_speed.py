"""How long it takes to verify an hour: `python -m tests.benchmarks.verification_speed [LOCATIONS]`.

On SQLite in a temporary folder, or on the empty database that DATABASE_URL names, which is filled.
"""

import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta

PARAMETERS = ("pm25", "pm10", "o3", "no2", "so2")
HOUR = timedelta(hours=1)
AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def main(number: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from forecasts.verification import verify_step

    call_command("migrate", verbosity=0)
    fill(number)
    for name in ("first hour, all rows new", "next hour of that day"):
        clock = AT + 6 * HOUR if name.startswith("first") else AT + 7 * HOUR
        started, cpu = time.perf_counter(), time.process_time()
        steps = list(iter(lambda clock=clock: verify_step(clock), None))
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        comparisons, longest = sum(step.comparisons for step in steps), seconds / len(steps)
        print(f"{name}: {comparisons:,} comparisons in {seconds:.1f} s ({cpu:.1f} s of CPU), {longest:.2f} s a step")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB of memory")


def fill(number: int) -> None:
    from forecasts.models import Forecast, Location, Observation, Source
    from forecasts.prediction import CHECKED_LEADS

    places = Location.objects.bulk_create(
        Location(slug=f"place-{i}", name=f"Place {i}", latitude=0, longitude=0, verified_until=AT - HOUR)
        for i in range(number)
    )
    sources = Source.objects.bulk_create(Source(location=one, provider="files") for one in places)
    for source in sources:
        Observation.objects.bulk_create(
            Observation(
                source=source,
                parameter=parameter,
                observed_at=AT + hour * HOUR,
                value_ug_m3=20 + hour % 7,
                original_value=20 + hour % 7,
                original_unit="µg/m³",
            )
            for parameter in PARAMETERS
            for hour in range(-24, 2)
        )
        Forecast.objects.bulk_create(
            forecast(source, parameter, AT - ahead * HOUR)
            for parameter in (*PARAMETERS, "aqi")
            for ahead in {lead - hour for lead in CHECKED_LEADS for hour in range(2)}
        )


def forecast(source: object, parameter: str, base: datetime) -> object:
    from forecasts.models import Forecast
    from forecasts.prediction import CHECKED_LEADS

    values = [float(f"{20 + lead / 7:.4g}") for lead in CHECKED_LEADS]
    experts = ("persistence", "yesterday", "week", "month", "damped_persistence", "global_model", "provider")
    shares = PARAMETERS if parameter == "aqi" else (parameter,)
    return Forecast(
        location=source.location,  # type: ignore[attr-defined]
        parameter=parameter,
        issued_at=base + timedelta(minutes=10),
        model="blend",
        unit="us_epa_2024" if parameter == "aqi" else "µg/m³",
        starts_at=base + HOUR,
        hours={"median": []},
        record={
            "level": 20.0,
            "experts": dict.fromkeys(experts, values),
            "quantiles": [[value / 2, value / 1.5, value, value * 1.5, value * 2] for value in values],
            "sources": dict.fromkeys(shares, source.pk),  # type: ignore[attr-defined]
            "persistence": 20.0,
            "climatology": values,
        },
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
    with tempfile.TemporaryDirectory(prefix="aqi-verification-speed-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/speed.sqlite3")
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
