"""What we expect of the index: the coming hours of all pollutants, pushed through the scale of the location."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .aqi import Concentration, Unit, hourly_indices
from .first_scale import first_scale
from .history import Heard
from .models import Forecast, Location
from .models.forecast import QUANTILES
from .prediction import CHECKED_LEADS
from .prediction.horizon import Array
from .providers.hours import HOUR

HOURS = 120

Column = list[float | None]
Usual = Mapping[str, Array | None]  # by parameter, what is usual at each of the coming hours


def index_forecast(location: Location, heard: Heard, rows: Sequence[Forecast], usual: Usual) -> Forecast:
    """Of each coming hour, over what was observed and what is expected together, once a quantile and once the mean.

    A low bound of the index is that of low bounds: as if all hours and pollutants went wrong together, which makes
    the interval rather too wide. `mean` is the index of mean concentrations, because averages are made of means.
    """
    through = Through(heard, rows, first_scale(location, heard.history, rows[0].issued_at))
    forecast = through.forecast()
    forecast.record = through.record(forecast.hours, usual)
    return forecast


def column(rows: Sequence[Forecast], name: str) -> dict[str, Column]:
    return {row.parameter: row.hours[name] for row in rows}


class Through:
    """The way of concentrations through the index of a location, from one moment on."""

    def __init__(self, heard: Heard, rows: Sequence[Forecast], scale: str) -> None:
        self.rows, self.starts_at, self.scale = rows, rows[0].starts_at, scale
        self.hours = [self.starts_at + lead * HOUR for lead in range(HOURS)]
        self.recent = heard.recent(self.starts_at - 24 * HOUR)
        self.observed_at = heard.newest_at()

    def forecast(self) -> Forecast:
        bounds = in_order([self.index(column(self.rows, name)) for name in QUANTILES])
        return Forecast(
            location=self.rows[0].location,
            parameter="aqi",
            issued_at=self.rows[0].issued_at,
            model="+".join(sorted({row.model for row in self.rows})),
            unit=self.scale,
            starts_at=self.starts_at,
            hours={**bounds, "mean": self.index(column(self.rows, "mean"))},
            given=sorted({name for row in self.rows for name in row.given}),
        )

    def index(self, coming: Mapping[str, Sequence[float | None]], hours: Sequence[datetime] = ()) -> Column:
        history = {parameter: self._history(parameter, values) for parameter, values in coming.items()}
        return [value for value, _ in hourly_indices(history, hours or self.hours, self.scale)]

    def _history(self, parameter: str, coming: Sequence[float | None]) -> dict[datetime, Concentration]:
        expected = {
            self.starts_at + lead * HOUR: Concentration(value, Unit.MICROGRAMS)
            for lead, value in enumerate(coming)
            if value is not None
        }
        return {**self.recent.get(parameter, {}), **expected}

    def record(self, bounds: dict[str, Column], usual: Usual) -> dict[str, Any]:
        """What is compared with the truth, in the form of a pollutant's."""
        return {
            "quantiles": [[bounds[name][lead - 1] for name in QUANTILES] for lead in CHECKED_LEADS],
            "sources": self._sources(),
            "persistence": self._now(),
            "climatology": self._usual(usual),
        }

    def _sources(self) -> dict[str, int]:
        records = [row.record or {} for row in self.rows]
        return {parameter: source for record in records for parameter, source in record["sources"].items()}

    def _now(self) -> float | None:
        if self.observed_at is None:
            return None
        return hourly_indices(self.recent, [self.observed_at], self.scale)[0][0]

    def _usual(self, usual: Usual) -> Column | None:
        known = {parameter: list(values) for parameter, values in usual.items() if values is not None}
        if len(known) < len(usual):
            return None
        return self.index(known, [self.hours[lead - 1] for lead in CHECKED_LEADS])


def in_order(columns: list[Column]) -> dict[str, Column]:
    """NowCast weighs by variability, so an index of low quantiles can come out above one of medians: sort them."""
    sorted_hours = [sorted(hour) if None not in hour else [None] * len(hour) for hour in zip(*columns, strict=True)]
    return dict(zip(QUANTILES, map(list, zip(*sorted_hours, strict=True)), strict=True))
