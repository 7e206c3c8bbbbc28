from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.text import slugify

from forecasts.checks import simulated_providers
from forecasts.gazetteer import City, search_cities
from forecasts.models import Location, Source
from forecasts.providers import PROVIDERS
from forecasts.refresh import make_due

# Names as in the gazetteer, countries, and what else people call them.
DEMO_CITIES = [
    ("Delhi", "IN", ["New Delhi", "दिल्ली"]),
    ("Mumbai", "IN", ["Bombay", "मुंबई"]),
    ("Beijing", "CN", ["Peking", "北京"]),
    ("Tokyo", "JP", ["東京"]),
    ("Seoul", "KR", ["서울"]),
    ("Bangkok", "TH", ["กรุงเทพ"]),
    ("Jakarta", "ID", []),
    ("Dhaka", "BD", ["ঢাকা"]),
    ("Lahore", "PK", ["لاہور"]),
    ("Istanbul", "TR", []),
    ("London", "GB", []),
    ("Paris", "FR", []),
    ("Berlin", "DE", []),
    ("Madrid", "ES", []),
    ("Rome", "IT", ["Roma"]),
    ("Kraków", "PL", ["Cracow", "Krakau"]),
    ("Lagos", "NG", []),
    ("Cairo", "EG", ["القاهرة"]),
    ("Nairobi", "KE", []),
    ("Johannesburg", "ZA", ["Joburg"]),
    ("Accra", "GH", []),
    ("Los Angeles", "US", []),
    ("New York City", "US", ["New York"]),
    ("Toronto", "CA", []),
    ("Mexico City", "MX", ["Ciudad de México", "CDMX"]),
    ("São Paulo", "BR", []),
    ("Bogotá", "CO", []),
    ("Lima", "PE", []),
    ("Sydney", "AU", []),
    ("Auckland", "NZ", []),
]


class Command(BaseCommand):
    help = (
        "Adds well-known cities of all continents, each with one source of the provider. What exists stays as it is, "
        "except that demo cities with simulated air only get a real provider if that is what is asked for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="add nothing where any location exists")
        parser.add_argument("--provider", default=settings.AQI_PROVIDER, help=f"one of {', '.join(PROVIDERS)}")

    @transaction.atomic
    def handle(self, *, provider: str, if_empty: bool, **options: Any) -> None:
        if provider not in PROVIDERS:
            raise CommandError(f'There is no provider "{provider}"; choose one of {", ".join(PROVIDERS)}.')
        switched = 0 if PROVIDERS[provider].about.is_simulated else switch_simulated(provider)
        added = 0 if if_empty and Location.objects.exists() else add_missing(provider)
        self.stdout.write(f"Demo locations of {provider}: {added} added, {switched} switched from simulated air.")


def add_missing(provider: str) -> int:
    existing = set(Location.objects.values_list("slug", flat=True))
    missing = [city for city in DEMO_CITIES if slugify(city[0]) not in existing]
    for name, country, aliases in missing:
        add_source(add_location(find_city(name, country), aliases), provider)
    return len(missing)


def find_city(name: str, country: str) -> City:
    return next(city for city in search_cities(name, limit=100) if (city.name, city.country) == (name, country))


def add_location(city: City, aliases: list[str]) -> Location:
    return Location.objects.create(
        slug=slugify(city.name),
        name=city.name,
        country=city.country,
        latitude=city.latitude,
        longitude=city.longitude,
        timezone=city.timezone,
        aliases=aliases,
    )


def add_source(location: Location, provider: str) -> None:
    about = PROVIDERS[provider].about
    terms = {"name": about.name, "attribution": about.attribution, "licence": about.licence, "url": about.url}
    # One that was switched off keeps its history and is switched on again.
    Source.objects.update_or_create({**terms, "is_enabled": True}, location=location, provider=provider, station="")


def switch_simulated(provider: str) -> int:
    """The demo cities that only had simulated air lose it with all that was made of it, and are due at once."""
    switched = [location for location in demo_locations() if is_simulated(location)]
    for location in switched:
        location.sources.filter(is_enabled=True).delete()
        location.forecasts.filter(source=None).delete()
        add_source(location, provider)
    make_due([location.pk for location in switched])
    return len(switched)


def demo_locations() -> list[Location]:
    return list(Location.objects.filter(slug__in=[slugify(name) for name, _, _ in DEMO_CITIES]))


def is_simulated(location: Location) -> bool:
    enabled = set(location.sources.filter(is_enabled=True).values_list("provider", flat=True))
    return bool(enabled) and enabled <= simulated_providers()
