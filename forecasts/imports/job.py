"""One file and how to read it: it is read twice, to check it before anything is stored."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from rich.progress import Progress

from forecasts.models import Location, Source

from .formats import read_header
from .manifest import Manifest
from .rows import Rows
from .stations import Station
from .storage import store
from .tables import FileError, Table

# So few that a running server, waiting for its turn to write, does not notice.
VALUES_PER_TRANSACTION = 2000
IDS_SHOWN = 10


@dataclass(frozen=True)
class Job:
    file: Path
    units: Mapping[str, str]
    site: str | None
    manifest: Manifest
    clock: datetime

    @contextmanager
    def open(self, progress: Progress, description: str) -> Iterator[Rows]:
        with progress.open(self.file, "rb", description=description) as file:
            table = Table(file)
            yield Rows(table, read_header(table.header, self.units, self.manifest.units), self.clock, self.site)

    def check(self, progress: Progress) -> Rows:
        """The rows as they were found, already read; raises FileError where anything is damaged."""
        with self.open(progress, "Checking ") as rows:
            for _ in rows:
                pass
        return rows

    def store(self, progress: Progress, sources: Mapping[str, Source]) -> int:
        """Returns how many observations were new."""
        new = 0
        with self.open(progress, "Importing") as rows:
            values = iter(rows)
            while batch := list(islice(values, VALUES_PER_TRANSACTION)):
                new += store(batch, sources)
        return new


def stations_to_store(rows: Rows, site: str | None, location: Location | None) -> list[Station]:
    """Those with believed values; raises FileError where the operator has to choose first, or nothing is believed."""
    stations = rows.tally.stations
    if site is not None and site not in stations:
        raise FileError(f"no location_id {site!r}; there are {_listed(stations)}.")
    if location is not None and site is None and len(stations) > 1:
        raise FileError(f"--location is one place, but the file has {_listed(stations)}: pick one with --site.")
    believed = [station for station in stations.values() if station.values]
    if not believed:
        raise FileError("no value of it can be kept, so nothing was imported.")
    return believed


def _listed(stations: Mapping[str, Station]) -> str:
    more = len(stations) - IDS_SHOWN
    return ", ".join(map(ascii, list(stations)[:IDS_SHOWN])) + (f" and {more} more" if more > 0 else "")
