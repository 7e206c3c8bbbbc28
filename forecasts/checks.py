"""Mistakes of configuration, each as a sentence and what to do about it; `manage.py check` runs them."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import Error as DatabaseFailure
from django.db.models import Exists, OuterRef

from .models import Location, Source
from .prediction.model_choice import damaged_models
from .providers import PROVIDERS


def simulated_providers() -> set[str]:
    return {provider for provider, source in PROVIDERS.items() if source.about.is_simulated}


def is_mixed(providers: Iterable[str]) -> bool:
    """Whether made-up numbers would stand next to those of somebody else."""
    simulated = [provider in simulated_providers() for provider in providers]
    return any(simulated) and not all(simulated)


def mixed_simulation() -> list[Location]:
    enabled = Source.objects.filter(location=OuterRef("pk"), is_enabled=True)
    simulated = simulated_providers()
    return list(
        Location.objects.filter(
            Exists(enabled.filter(provider__in=simulated)), Exists(enabled.exclude(provider__in=simulated))
        )
    )


@register(Tags.database)
def no_location_mixes_simulation(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    if not databases:
        return []
    try:
        mixed = mixed_simulation()
    except DatabaseFailure:
        return []  # Not migrated yet, or out of reach: there is nothing to judge.
    return [
        Error(
            f"{location.name} ({location.slug}) has a simulated source next to another one.",
            hint="In the admin, switch off or delete the simulated source of the location, or all the others.",
            obj=location,
            id="forecasts.E001",
        )
        for location in mixed
    ]


@register()
def the_provider_exists(**options: Any) -> list[CheckMessage]:
    if settings.AQI_PROVIDER in PROVIDERS:
        return []
    return [
        Error(
            f"AQI_PROVIDER names no provider: {settings.AQI_PROVIDER!r}.",
            hint=f"Set it to one of {', '.join(sorted(PROVIDERS))}.",
            id="forecasts.E002",
        )
    ]


@register()
def the_open_meteo_addresses_are_some(**options: Any) -> list[CheckMessage]:
    examples = {
        "AQI_OPEN_METEO_URL": "https://air-quality-api.open-meteo.com/v1/air-quality",
        "AQI_OPEN_METEO_WEATHER_URL": "https://api.open-meteo.com/v1/forecast",
    }
    return [
        Error(
            f"{name} is no http or https address.",
            hint=f"Write it in full, such as {example}.",
            id="forecasts.E003",
        )
        for name, example in examples.items()
        if not is_web_address(getattr(settings, name))
    ]


def is_web_address(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in {"http", "https"} and bool(address.hostname)


@register()
def stale_comes_before_unavailable(**options: Any) -> list[CheckMessage]:
    if settings.AQI_STALE_AFTER_HOURS < settings.AQI_UNAVAILABLE_AFTER_HOURS:
        return []
    return [
        checks.Warning(
            "AQI_UNAVAILABLE_AFTER_HOURS is not above AQI_STALE_AFTER_HOURS: nothing is ever shown as stale.",
            hint="Raise AQI_UNAVAILABLE_AFTER_HOURS, or lower AQI_STALE_AFTER_HOURS.",
            id="forecasts.W001",
        )
    ]


@register()
def the_forecasting_model_is_whole(**options: Any) -> list[CheckMessage]:
    return [
        checks.Warning(
            f"{problem} Forecasts are made without it, by simpler methods.",
            hint="Install the program anew for the model that comes with it; train_forecaster replaces your own.",
            id="forecasts.W002",
        )
        for problem in damaged_models()
    ]
