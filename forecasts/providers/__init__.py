"""Where readings come from: one file a provider, all behind `fetch(places, since) -> Batch`."""

from forecasts.providers.airnow import AirNow
from forecasts.providers.contract import About, Batch, ModelHour, Place, Provider, ProviderError, Reading, Terms
from forecasts.providers.files import Files
from forecasts.providers.open_meteo import OpenMeteo
from forecasts.providers.openaq import OpenAQ
from forecasts.providers.simulated import Simulated

PROVIDERS: dict[str, Provider] = {
    "open_meteo": OpenMeteo(),
    "openaq": OpenAQ(),
    "airnow": AirNow(),
    "simulated": Simulated(),
    "files": Files(),
}

__all__ = ["PROVIDERS", "About", "Batch", "ModelHour", "Place", "Provider", "ProviderError", "Reading", "Terms"]
