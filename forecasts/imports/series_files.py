"""Files of hourly values and weather, read for training and for backtests: nothing is stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rich.progress import Progress

from forecasts.aqi.series import hour_number
from forecasts.long_series import Told
from forecasts.quality import REMARKS

from .cells import PARAMETER_OF_COLUMN
from .job import Job
from .manifest import Manifest, read_manifest
from .tables import FileError
from .weather_files import read_weather

SIGNS_OF_A_MODEL = ("CAMS", "MODEL data")
DOUBTS = ~REMARKS


def read_series(
    files: Sequence[Path],
    units: Mapping[str, str],
    clock: datetime,
    progress: Progress,
    *,
    with_weather: bool = True,
) -> list[Told]:
    """Raises FileError, which names the file."""
    told: list[Told] = []
    for file in files:
        try:
            told += _read(file, units, clock, progress)
            if with_weather:
                told += read_weather(file, units, read_manifest(file), progress)
        except (FileError, OSError) as error:
            raise FileError(f"{file}: {error}") from error
    return told


def _read(file: Path, units: Mapping[str, str], clock: datetime, progress: Progress) -> list[Told]:
    manifest = read_manifest(file)
    found: dict[tuple[str, str], Told] = {}
    with Job(file, units, None, manifest, clock).open(progress, file.name) as rows:
        columns = {PARAMETER_OF_COLUMN[name]: name for name in rows.header if name in PARAMETER_OF_COLUMN}
        for value in rows:
            if value.flags and value.flags & DOUBTS:
                continue
            key = value.station, value.measure.parameter
            if key not in found:
                found[key] = Told(
                    *key,
                    coordinate=manifest.coordinates.get(value.station),
                    is_modelled=is_modelled(manifest),
                    name=columns.get(value.measure.parameter, value.measure.parameter),
                    factor=value.measure.factor,
                    title=manifest.title or file.name,
                    licence=manifest.licence,
                )
            found[key].hours.append(hour_number(value.observed_at))
            found[key].values.append(value.ug_m3)
    return list(found.values())


def is_modelled(manifest: Manifest) -> bool:
    return any(sign in f"{manifest.title} {manifest.licence} {manifest.note}" for sign in SIGNS_OF_A_MODEL)
