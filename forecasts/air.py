"""What kind of air a source tells of; forecasts of different kinds are never judged together."""

from .models import Source
from .providers import PROVIDERS

AIRS = ("measured", "modelled", "simulated")


def air_of(source: Source) -> str:
    about = PROVIDERS[source.provider].about
    return "simulated" if about.is_simulated else "modelled" if about.is_modelled else "measured"
