"""Hourly concentrations as integers over one denominator, so that averages are exact and still fast."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from forecasts.aqi.units import Concentration, Unit, factor

History = Mapping[str, Mapping[datetime, Concentration]]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LOWEST = -10  # around zero a monitor's noise goes below it; the US EPA averages such hours as they are
IMPOSSIBLE = 1e15  # pure gas is 10⁹ ppb; a float beyond this is a fault, and would not survive a change of unit


@dataclass(frozen=True)
class Series:
    """One parameter in the unit of a scale: hour since the epoch -> numerator."""

    numerators: Mapping[int, int]
    denominator: int

    def window(self, at: int, hours: int) -> list[int | None]:
        """The hours that end at `at`, newest first."""
        return list(map(self.numerators.get, range(at, at - hours, -1)))


def hour_number(time: datetime) -> int:
    return (time - EPOCH) // HOUR


def series_in(unit: Unit, parameter: str, observed: Mapping[datetime, Concentration], hours: range) -> Series:
    """The believable values of those hours; others, and non-finite ones, are missing. Raises UnitError."""
    ratios = {
        hour: _ratio(concentration, unit, parameter)
        for time, concentration in observed.items()
        if (hour := hour_number(time)) in hours and LOWEST <= concentration.value < IMPOSSIBLE
    }
    denominator = math.lcm(*(below for _, below in ratios.values()))
    return Series({hour: above * (denominator // below) for hour, (above, below) in ratios.items()}, denominator)


def _ratio(concentration: Concentration, unit: Unit, parameter: str) -> tuple[int, int]:
    above, below = Decimal(str(concentration.value)).as_integer_ratio()
    if concentration.unit is unit:
        return above, below
    by = factor(concentration.unit, unit, parameter)
    return above * by.numerator, below * by.denominator
