"""A long series, from which one can look back from any hour: for training and for backtests."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from forecasts.prediction.horizon import LEADS, Array
from forecasts.prediction.series import WEATHER, Series
from forecasts.prediction.weather import PAST
from forecasts.prediction.weather_error import as_forecast
from forecasts.prediction.windows import LONGEST_GAP, WIDTH


@dataclass(frozen=True, eq=False)
class History:
    """Hourly µg/m³ from `first_hour` (hours since 1970) on; the other arrays have the same hours.

    `provider` is what a model said of each hour, `weather` what came (hours × WEATHER); both may reach further.
    """

    place: str
    parameter: str
    hourly: Array
    first_hour: int
    others: Mapping[str, Array] = field(default_factory=dict)
    neighbours: Sequence[Array] = ()
    provider: Array | None = None
    weather: Array | None = None

    def until(self, position: int, climatology: Array | None = None) -> Series:
        """What was known at that hour, with the hours of the provider that lie ahead."""
        seen = slice(max(0, position + 1 - WIDTH), position + 1)
        return Series(
            self.parameter,
            self.hourly[seen],
            self.first_hour + position,
            {name: values[seen] for name, values in self.others.items()},
            [values[seen] for values in self.neighbours],
            None if self.provider is None else self._ahead(self.provider, position),
            None if self.provider is None else self.provider[seen],
            climatology,
            None if self.weather is None else self._weather(self.weather, position),
        )

    def before(self, position: int) -> "History":
        """The history as it was when that hour began."""
        return History(
            self.place,
            self.parameter,
            self.hourly[:position],
            self.first_hour,
            {name: values[:position] for name, values in self.others.items()},
            [values[:position] for values in self.neighbours],
            self.provider,
            self.weather,
        )

    def truths(self, position: int) -> Array:
        """What came in the 120 hours after that one; NaN where it is missing."""
        return self._ahead(self.hourly, position)

    def at(self, position: int) -> float:
        return float(self.hourly[position]) if position < len(self.hourly) else math.nan

    @staticmethod
    def _ahead(values: Array, position: int) -> Array:
        coming = values[position + 1 : position + 1 + len(LEADS)]
        return np.concatenate([coming, np.full(len(LEADS) - len(coming), np.nan)])

    def _weather(self, weather: Array, position: int) -> Array:
        seen = weather[max(0, position + 1 - PAST) : position + 1]
        coming = weather[position + 1 : position + 1 + len(LEADS)]
        missing = np.full((len(LEADS) - len(coming), len(WEATHER)), np.nan)
        return np.concatenate([seen, as_forecast(np.concatenate([coming, missing]), self.first_hour + position)])

    def positions(self, least_hours: int = 1) -> Array:
        """The hours from which a forecast can be made: a recent value, and so many before it."""
        known = np.isfinite(self.hourly) & (self.hourly >= 0)
        hours = np.arange(len(known))
        newest = np.maximum.accumulate(np.where(known, hours, -LONGEST_GAP - 1))
        return np.flatnonzero((hours - newest <= LONGEST_GAP) & (np.cumsum(known) >= least_hours))
