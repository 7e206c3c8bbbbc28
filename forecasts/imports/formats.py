"""What the columns of a file mean, told by its header alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from .cells import Columns, Long, Wide
from .tables import FileError

UTC_TIMES = ("time_utc", "utc", "datetimeUtc", "date.utc")
SHAPES = (
    "a wide table (location_id, time_utc, then a column for each pollutant) "
    "or an OpenAQ export (location, time, parameter, value, unit)"
)


@dataclass(frozen=True)
class About:
    """Positions of what a file may say about a station (None: it does not)."""

    name: int | None
    latitude: int | None
    longitude: int | None
    attribution: int | None


@dataclass(frozen=True)
class Format:
    """Positions of the columns of a row, and the cells with its concentrations."""

    station: int
    time: int
    is_utc: bool
    qc: int | None
    about: About
    cells: Wide | Long
    skipped_columns: list[str]


def read_header(header: list[str], units: Mapping[str, str], manifest_units: Mapping[str, str]) -> Format:
    """`units` by parameter are the operator's word, `manifest_units` by column are a manifest's; raises FileError."""
    columns = {name: position for position, name in enumerate(header)}
    if len(columns) < len(header):
        raise FileError("line 1: two columns have the same name.")
    cells = Long(columns, units) if "parameter" in columns else Wide(columns, units, manifest_units)
    station = _first(columns, "location_id", "location", "sensor_index")
    time = _first(columns, *UTC_TIMES, "datetime", "time_stamp")
    if station is None or time is None or not cells.used:
        raise FileError(f"line 1: this header cannot be read; expected is {SHAPES}.")
    qc, about = _first(columns, "qc"), _about(columns)
    used = {station, time, qc, about.name, about.latitude, about.longitude, about.attribution}
    skipped = [name for name in header if name not in cells.used and columns[name] not in used]
    return Format(station, time, header[time] in UTC_TIMES, qc, about, cells, skipped)


def _about(columns: Columns) -> About:
    return About(
        name=_first(columns, "location_name", "location"),
        latitude=_first(columns, "latitude", "lat"),
        longitude=_first(columns, "longitude", "lon"),
        attribution=_first(columns, "attribution", "provider"),
    )


def _first(columns: Columns, *names: str) -> int | None:
    return next((columns[name] for name in names if name in columns), None)
