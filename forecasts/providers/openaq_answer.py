"""What OpenAQ v3 answers, and how it becomes stations and readings."""

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

import msgspec

from forecasts.aqi import STORED_PARAMETERS, parse_unit
from forecasts.providers.contract import ProviderError, Reading, Terms
from forecasts.providers.download import excerpt
from forecasts.providers.hours import HOUR, on_the_hour
from forecasts.quality import is_no_value

Found = TypeVar("Found")
WEB = ("https://", "http://")


class Moment(msgspec.Struct):
    utc: Annotated[datetime, msgspec.Meta(tz=True)]


class Parameter(msgspec.Struct):
    name: str
    units: str


class Sensor(msgspec.Struct):
    id: int
    parameter: Parameter


class Attribution(msgspec.Struct):
    name: str | None = None
    url: str | None = None


class Licence(msgspec.Struct, rename="camel"):
    name: str | None = None
    attribution: Attribution | None = None
    date_to: str | None = None


class Station(msgspec.Struct, rename="camel"):
    """What OpenAQ calls a location."""

    id: int
    sensors: list[Sensor]
    name: str | None = None
    licenses: list[Licence] | None = None
    distance: float | None = None
    is_mobile: bool = False
    datetime_last: Moment | None = None


class Latest(msgspec.Struct, rename="camel"):
    sensors_id: int
    datetime: Moment


class Period(msgspec.Struct, rename="camel"):
    datetime_from: Moment
    datetime_to: Moment


class Hour(msgspec.Struct):
    value: float | None
    parameter: Parameter
    period: Period


class Page(msgspec.Struct, Generic[Found]):
    """`meta` is not needed: its count may be the text ">1000"."""

    results: list[Found]


def decode(body: bytes, kind: type[Found]) -> list[Found]:
    try:
        return msgspec.json.decode(body, type=Page[kind]).results  # type: ignore[valid-type]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderError(f"OpenAQ's answer is not understood ({error}): {excerpt(body)}") from error


def in_utc(moment: Moment) -> datetime:
    try:
        return moment.utc.astimezone(UTC)
    except OverflowError as error:
        raise ProviderError(f"OpenAQ gave an impossible time: {moment.utc}.") from error


def sensors(station: Station) -> list[Sensor]:
    """Those that measure something we keep, in a unit that is known."""
    return [sensor for sensor in station.sensors if is_kept(sensor.parameter)]


def is_kept(parameter: Parameter) -> bool:
    try:
        parse_unit(parameter.units)
    except ValueError:
        return False
    return parameter.name in STORED_PARAMETERS


def choose(stations: list[Station], since: datetime) -> Station:
    """The nearest that stands still, measures something, and has reported since then."""
    alive = [
        station
        for station in stations
        if not station.is_mobile
        and sensors(station)
        and station.datetime_last is not None
        and in_utc(station.datetime_last) >= since
    ]
    if not alive:
        raise ProviderError("OpenAQ has no station within 25 km that reports; name one as the station of the source.")
    return min(alive, key=lambda station: (station.distance is None, station.distance or 0.0, station.id))


def newest_sensors(station: Station, latest: list[Latest], since: datetime) -> list[tuple[Sensor, datetime]]:
    """One sensor a parameter, the one that reported last, and when it did; those silent since then are left out."""
    reported = {row.sensors_id: in_utc(row.datetime) for row in latest}
    chosen: dict[str, tuple[Sensor, datetime]] = {}
    for sensor in sensors(station):
        at = reported.get(sensor.id)
        if at is None or at < since:
            continue
        if sensor.parameter.name not in chosen or at > chosen[sensor.parameter.name][1]:
            chosen[sensor.parameter.name] = sensor, at
    if not chosen:
        raise ProviderError(
            f"OpenAQ's station {station.id} has been silent since {since:%Y-%m-%d %H:%M} UTC or longer."
        )
    return list(chosen.values())


def readings(place_id: int, sensor: Sensor, hours: list[Hour], since: datetime) -> list[Reading]:
    """Each hour once, by its end; a mean of anything else than an hour is left out."""
    found: dict[datetime, Reading] = {}
    for hour in hours:
        start, end = in_utc(hour.period.datetime_from), in_utc(hour.period.datetime_to)
        if hour.parameter.name != sensor.parameter.name:
            raise ProviderError(
                f"OpenAQ gave {excerpt(hour.parameter.name)!r} for a sensor of {sensor.parameter.name}."
            )
        if (
            hour.value is None
            or is_no_value(hour.value)
            or end - start != HOUR
            or end < since
            or not is_kept(hour.parameter)
        ):
            continue
        at = on_the_hour(end)
        found.setdefault(at, Reading(place_id, sensor.parameter.name, at, hour.value, parse_unit(hour.parameter.units)))
    return list(found.values())


def terms(station: Station, today: str) -> Terms:
    """Whoever owns the station, and the licence that holds today; several owners are all named."""
    valid = [licence for licence in station.licenses or [] if licence.date_to is None or licence.date_to >= today]
    owners = [licence.attribution for licence in valid if licence.attribution is not None]
    names = ", ".join(dict.fromkeys(excerpt(owner.name) for owner in owners if owner.name))
    addresses = [owner.url for owner in owners if owner.url and owner.url.startswith(WEB) and len(owner.url) <= 200]
    return Terms(
        name=f"{excerpt(station.name or str(station.id))} via OpenAQ",
        attribution=f"{names} via OpenAQ" if names else "OpenAQ",
        licence=", ".join(dict.fromkeys(excerpt(licence.name) for licence in valid if licence.name)),
        url=addresses[0] if addresses else f"https://explore.openaq.org/locations/{station.id}",
    )
