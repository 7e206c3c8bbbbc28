"""Rows into values: what is damaged stops the file, what is no value is counted and left out."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from forecasts.quality import NOTHING, Flag, flag_of, reason_to_reject

from .cells import Measure
from .formats import Format
from .hours import Hours
from .parsing import parse_number, parse_time
from .sensors import together
from .stations import Station, read_station
from .tables import FileError, Table

SECONDS_OF_HOUR = 3600
WHOLE_LOCAL_HOURS = (0, 15, 30)  # minutes, in UTC: Nepal's hours begin at a quarter past, India's at half past


class Value(NamedTuple):
    """A concentration: `original`, in the unit of `measure`, is `ug_m3` in µg/m³; `flags` are against it."""

    station: str
    measure: Measure
    observed_at: datetime
    original: float
    ug_m3: float
    flags: Flag


@dataclass
class Tally:
    rows: int = 0
    missing: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    stations: dict[str, Station] = field(default_factory=dict)


class Rows:
    """The values of a table, the first of each hour; `site` leaves the rows of other stations aside.

    Iterating fills the tally, and raises FileError at the first line that is damaged.
    """

    def __init__(self, table: Table, layout: Format, clock: datetime, site: str | None) -> None:
        self.tally = Tally()
        self.layout = layout
        self.header = table.header
        self._table, self._clock, self._site = table, clock, site
        self._hours = Hours()

    def __iter__(self) -> Iterator[Value]:
        for row in self._table:
            try:
                values = self._read(row)
            except ValueError as error:
                raise FileError(f"line {self._table.line}: {error}") from error
            yield from values

    def _read(self, row: list[str]) -> list[Value]:
        layout = self.layout
        station = self._station(row)
        observed_at = parse_time(row[layout.time], is_utc=layout.is_utc)
        numbers = [(measure, parse_number(text)) for measure, text in layout.cells.of(row)]
        pairs = [
            (measure, *together(row[first], row[second], measure.factor))
            for measure, first, second in layout.cells.pairs
        ]
        if self._site not in (None, station.id):
            return []
        self.tally.rows += 1
        on_hour = is_on_the_hour(observed_at)
        hour = observed_at.replace(minute=0)  # kept as the hour of UTC that it falls in
        flag = self._flag(row, hour)
        present = [self._present(station.id, hour, numbers, flag)]
        present += [self._present(station.id, hour, [(measure, mean)], flag | own) for measure, mean, own in pairs]
        values = [value for value in chain.from_iterable(present) if self._is_kept(value, on_hour)]
        if values:
            station.note(hour, len(values))
        return values

    def _station(self, row: list[str]) -> Station:
        name = row[self.layout.station]
        if name not in self.tally.stations:
            self.tally.stations[name] = read_station(name, row, self.layout.about)
        return self.tally.stations[name]

    def _flag(self, row: list[str], hour: datetime) -> Flag:
        """What there is to say against all values of this row."""
        qc = self.layout.qc
        is_marked = qc is not None and row[qc] != "Valid"
        return (Flag.PUBLISHER if is_marked else NOTHING) | (Flag.FUTURE if hour > self._clock else NOTHING)

    def _present(
        self, station: str, hour: datetime, numbers: list[tuple[Measure, float | None]], flag: Flag
    ) -> Iterator[Value]:
        for measure, number in numbers:
            if number is None:
                self.tally.missing += 1
            else:
                ug_m3 = number * measure.factor
                own = flag_of(measure.parameter, ug_m3)
                yield Value(station, measure, hour, number, ug_m3, flag | own if flag else own)

    def _is_kept(self, value: Value, on_hour: bool) -> bool:
        reason = self._reason(value) if on_hour else "not on the hour"
        if reason is not None:
            self.tally.rejected[reason] += 1
            return False
        hour = int(value.observed_at.timestamp()) // SECONDS_OF_HOUR
        is_first = self._hours.add(value.station, value.measure.parameter, hour)
        self.tally.duplicates += not is_first
        return is_first

    def _reason(self, value: Value) -> str | None:
        if math.isnan(value.original):
            return "stands for no value"
        return reason_to_reject(value.ug_m3, value.observed_at, self._clock)


def is_on_the_hour(moment: datetime) -> bool:
    return moment.minute in WHOLE_LOCAL_HOURS and not moment.second and not moment.microsecond
