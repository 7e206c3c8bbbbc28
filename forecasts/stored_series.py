"""What the database keeps, as long series: each source's own, never a mixture."""

from collections.abc import Collection, Iterator

import numpy as np

from .aqi.series import hour_number
from .long_series import Told
from .models import Location, Observation, Source
from .prediction.series import WEATHER
from .providers import PROVIDERS
from .providers.weather import TERMS
from .weather import is_used, long_weather


def stored_series(locations: Collection[Location] | None = None) -> list[Told]:
    """Of these locations, or of all; simulated air teaches nothing and is left out."""
    simulated = [name for name, provider in PROVIDERS.items() if provider.about.is_simulated]
    sources = Source.objects.exclude(provider__in=simulated).select_related("location")
    if locations is not None:
        sources = sources.filter(location__in=locations)
    by_id = {source.pk: source for source in sources}
    rows = (
        Observation.objects.believed()
        .filter(source__in=by_id)
        .values_list("source_id", "parameter", "observed_at", "value_ug_m3")
    )
    told: dict[tuple[int, str], Told] = {}
    for source_id, parameter, observed_at, value in rows.iterator():
        key = source_id, parameter
        if key not in told:
            told[key] = _told(by_id[source_id], parameter)
        told[key].hours.append(hour_number(observed_at))
        told[key].values.append(value)
    return [*told.values(), *weather_beside([by_id[pk] for pk in {pk for pk, _ in told}])]


def weather_beside(sources: Collection[Source]) -> Iterator[Told]:
    """What is kept of the weather at their locations; nothing where forecasts get none."""
    kept = long_weather({source.location_id for source in sources}) if is_used() else {}
    for source in sources:
        if source.location_id in kept:
            hours, values = kept[source.location_id]
            for name, column in zip(WEATHER, values.T, strict=True):
                known = np.isfinite(column)
                if known.any():
                    told = Told(_place(source), name, title=TERMS.attribution, licence=TERMS.licence)
                    told.hours, told.values = hours[known].tolist(), column[known].tolist()
                    yield told


def _place(source: Source) -> str:
    return f"{source.location.slug}/{source.pk}"


def _told(source: Source, parameter: str) -> Told:
    location = source.location
    latitude, longitude = location.latitude, location.longitude
    coordinate = None if latitude is None or longitude is None else (latitude, longitude)
    is_modelled = PROVIDERS[source.provider].about.is_modelled
    return Told(
        _place(source),
        parameter,
        coordinate,
        is_modelled,
        name=parameter,
        title=f"{location.name}: {source}",
        licence=source.licence,
    )
