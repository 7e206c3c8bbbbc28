"""Composes the snapshot of a location: what is known of it at one moment, as plain data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from .aqi import SCALES, Index, category, indices
from .first_scale import first_scale
from .history import SHOWN, Because, Choice, Heard
from .models import Forecast, Location, Source
from .providers import PROVIDERS
from .providers.hours import on_the_hour
from .providers.weather import TERMS as WEATHER_TERMS

# Of thirteen the current version, and the one before where a standard was replaced lately. The two others are for
# history: breakpoints of 2012, and a variant of one province.
SHOWN_SCALES = sorted(
    (scale for scale in SCALES if scale not in ("us_epa_2012", "ca_aqhi_plus")),
    key=lambda scale: SCALES[scale].effective_until is not None,
)
HOURS_SHOWN = 24


@dataclass(frozen=True)
class Outlook:
    """What is shown of the newest forecast; `index` is its row of the index, None where nothing can be said."""

    index: Forecast | None = None
    source: Source | None = None
    hears_weather: bool = False


NOTHING_EXPECTED = Outlook()


def compose(
    location: Location, heard: Heard, outlook: Outlook, clock: datetime, *, is_replay: bool = False
) -> dict[str, Any]:
    """The snapshot as plain data, as it stands at `clock`."""
    observed_at = heard.newest_at()
    # Live, a value may be late and the last one stands in; of the past it is known that there was none.
    is_known = not is_replay or observed_at == on_the_hour(clock)
    first = first_scale(location, heard.history, clock)
    recent = heard.recent(clock - SHOWN) if is_known else {}
    scales = indices(recent, observed_at or clock, dict.fromkeys([first, *SHOWN_SCALES]))
    forecast = forecast_of(outlook, clock)
    used = _sources(heard, outlook if forecast["hours"] else NOTHING_EXPECTED)
    stale_at = observed_at + timedelta(hours=settings.AQI_STALE_AFTER_HOURS) if observed_at else None
    # A model that only helped to foresee does not make modelled what was measured.
    status = _status(list(heard.sources.values()) or used, stale_at, clock, bool(forecast["hours"]))
    if is_replay and status != "unavailable":
        status = "replay"
    return {
        "location": location,
        "status": status,
        "observed_at": observed_at,
        "stale_at": stale_at,
        "aqi": scales[first],
        "scales": scales,
        "pollutants": pollutants_of(scales[first], heard),
        "forecast": forecast,
        "sources": [*(terms(source) for source in used), *weather_terms(outlook, forecast)],
    }


def _status(used: list[Source], stale_at: datetime | None, clock: datetime, has_forecast: bool) -> str:
    if stale_at is None and not has_forecast:
        return "unavailable"
    about = [PROVIDERS[source.provider].about for source in used]
    if any(provider.is_simulated for provider in about):
        return "simulated"
    if stale_at is None or stale_at <= clock:
        return "stale"
    return "modelled" if any(provider.is_modelled for provider in about) else "live"


def _sources(heard: Heard, outlook: Outlook) -> list[Source]:
    used = {source.pk: source for source in heard.sources.values()}
    if outlook.source is not None:
        used[outlook.source.pk] = outlook.source
    return sorted(used.values(), key=lambda source: (source.position, source.pk))


def terms(source: Source) -> dict[str, str]:
    about = PROVIDERS[source.provider].about
    return {
        "name": source.name or about.name,
        "attribution": source.attribution or about.attribution,
        "licence": source.licence or about.licence,
        "url": source.url or about.url,
    }


def weather_terms(outlook: Outlook, forecast: Mapping[str, Any]) -> list[dict[str, str]]:
    return [asdict(WEATHER_TERMS)] if outlook.hears_weather and forecast["hours"] else []


def pollutants_of(result: Index, heard: Heard) -> dict[str, Any]:
    return {
        parameter: {
            **vars(part),
            "source": terms(heard.sources[parameter])["name"],
            **_why(heard.choices.get(parameter)),
        }
        for parameter, part in result.pollutants.items()
    }


def _why(choice: Choice | None) -> dict[str, Any]:
    """Nothing where there was no choice: a snapshot has little room."""
    if choice is None or choice.because is Because.ONLY_SOURCE:
        return {}
    return {"chosen_because": choice.because, "sources_disagree": choice.sources_disagree}


def forecast_of(outlook: Outlook, clock: datetime) -> dict[str, Any]:
    row = outlook.index
    if row is None:
        return {"issued_at": None, "model": None, "hours": []}
    hours = index_hours(row, clock, HOURS_SHOWN)
    return {"issued_at": row.issued_at if hours else None, "model": row.model if hours else None, "hours": hours}


def index_hours(row: Forecast, clock: datetime, count: int) -> list[dict[str, Any]]:
    """The next `count` hours after `clock` of a forecast of the index; hours that nobody forecast are left out."""
    return [
        {**hour._asdict(), "value": hour.median, "category": category(int(hour.median), row.unit).id}
        for hour in row.by_hour()
        if clock < hour.valid_at <= clock + timedelta(hours=count)
    ]
