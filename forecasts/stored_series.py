"""What the database keeps, as long series: each source's own, never a mixture."""

from collections.abc import Collection

from .aqi.series import hour_number
from .long_series import Told
from .models import Location, Observation, Source
from .providers import PROVIDERS


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
    return list(told.values())


def _told(source: Source, parameter: str) -> Told:
    location = source.location
    latitude, longitude = location.latitude, location.longitude
    coordinate = None if latitude is None or longitude is None else (latitude, longitude)
    is_modelled = PROVIDERS[source.provider].about.is_modelled
    return Told(
        f"{location.slug}/{source.pk}",
        parameter,
        coordinate,
        is_modelled,
        name=parameter,
        title=f"{location.name}: {source}",
        licence=source.licence,
    )
