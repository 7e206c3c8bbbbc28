"""What AirNow answers about the monitoring sites of an area, and how it becomes readings of one place."""

from datetime import UTC, datetime
from math import cos, hypot, radians

import msgspec

from forecasts.aqi import parse_unit
from forecasts.providers.contract import Batch, Place, ProviderError, Reading, Terms
from forecasts.providers.download import excerpt
from forecasts.providers.hours import HOUR
from forecasts.quality import is_no_value

PARAMETERS = {"OZONE": "o3", "PM2.5": "pm25", "PM10": "pm10", "CO": "co", "NO2": "no2", "SO2": "so2"}
TIME = "%Y-%m-%dT%H:%M"


class Row(msgspec.Struct, rename="pascal"):
    """One site, pollutant and hour; `raw_concentration` is the hour's own mean, where `Value` may be a NowCast."""

    latitude: float
    longitude: float
    parameter: str
    utc: str = msgspec.field(name="UTC")
    unit: str = ""
    raw_concentration: float | msgspec.UnsetType | None = msgspec.UNSET
    site_name: str = ""
    agency_name: str = ""
    full_code: str = msgspec.field(name="FullAQSCode", default="")
    international_code: str = msgspec.field(name="IntlAQSCode", default="")


def parse(place: Place, since: datetime, body: bytes) -> Batch:
    """Each pollutant of the nearest site that has it, or of the place's own station; raises ProviderError."""
    rows = [row for row in decode(body) if place.station in ("", row.full_code, row.international_code)]
    rows.sort(key=lambda row: (distance(place, row), row.full_code))
    readings: dict[tuple[str, datetime], Reading] = {}
    sites: dict[str, Row] = {}
    for row in rows:
        reading = as_reading(place, row)
        if reading is None or reading.observed_at < since:
            continue
        site = sites.setdefault(reading.parameter, row)
        if (site.latitude, site.longitude, site.full_code) == (row.latitude, row.longitude, row.full_code):
            readings.setdefault((reading.parameter, reading.observed_at), reading)
    if not readings:
        raise ProviderError("AirNow has no concentrations near this place for the hours that are missing.")
    return Batch(list(readings.values()), terms={place.id: terms(list(sites.values()))})


def decode(body: bytes) -> list[Row]:
    try:
        answers = msgspec.json.decode(body, type=list[dict[str, msgspec.Raw]])
        if any("AQI" in one or "nowcastAQI" in one for one in answers if "RawConcentration" not in one):
            raise ProviderError("AirNow sent an index without a concentration, and an index is none: it is refused.")
        rows = msgspec.json.decode(body, type=list[Row])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderError(f"AirNow's answer is not understood ({error}): {excerpt(body)}") from error
    if any(row.raw_concentration is msgspec.UNSET for row in rows):
        raise ProviderError("AirNow sent no raw concentrations, although they were asked for.")
    return rows


def as_reading(place: Place, row: Row) -> Reading | None:
    value, parameter = row.raw_concentration, PARAMETERS.get(row.parameter)
    if not isinstance(value, float) or is_no_value(value) or parameter is None:
        return None
    try:
        # AirNow names an hour by its beginning.
        observed_at = datetime.strptime(row.utc, TIME).replace(tzinfo=UTC, minute=0) + HOUR
        return Reading(place.id, parameter, observed_at, value, parse_unit(row.unit))
    except (ValueError, OverflowError) as error:
        raise ProviderError(f"AirNow sent a time or unit that is not known: {excerpt(str(error))}") from error


def distance(place: Place, row: Row) -> float:
    """In degrees of latitude; near enough within one small area."""
    east = (row.longitude - place.longitude + 180) % 360 - 180
    return hypot(row.latitude - place.latitude, east * cos(radians(place.latitude)))


def terms(sites: list[Row]) -> Terms:
    agencies = dict.fromkeys(excerpt(site.agency_name) for site in sites if site.agency_name)
    names = dict.fromkeys(excerpt(site.site_name) for site in sites if site.site_name)
    return Terms(
        name=f"{', '.join(names)} via AirNow" if names else "AirNow",
        attribution=", ".join([*agencies, "U.S. EPA AirNow"]),
        licence="AirNow data use guidelines; preliminary, not verified",
        url="https://www.airnow.gov/",
    )
