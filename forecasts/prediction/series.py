"""What a forecast is made of: one series of hourly concentrations, and whatever else is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forecasts.prediction.horizon import Array

# Of weather: temperature and dew point at 2 m, pressure at the ground, wind at 10 m (to the east, the north), and rain.
WEATHER = ("temperature_c", "dew_point_c", "pressure_hpa", "wind_u_ms", "wind_v_ms", "rain_mm", "boundary_layer_m")

EARLIER_YEAR_HOURS = 300 * 24  # the coming weeks were longer ago than this, in the year before
LEAST_DAYS_OF_MONTH = 3  # of which one odd day is not the median

State = dict[str, Any]  # what a series or a pool has learnt: JSON, meant to be stored and given back


@dataclass(frozen=True, eq=False)
class Series:
    """Hourly µg/m³ up to the hour of issue, which is the last value; NaN is missing. Negative values count as missing.

    `issued_hour` counts hours since 1970 (UTC). All other arrays are aligned with `hourly`: they end at the same hour
    and may be shorter.

    - `others`: other pollutants of the same place, by parameter; `neighbours`: the same pollutant at places nearby.
    - `provider`: 120 hours of a provider's model, from one hour after issue; NaN where it has none.
    - `provider_past`: what that model said of the past hours, to know its bias and how far to believe it.
    - `climatology`: usual concentrations by month and hour of UTC, 12 × 24, see `monthly_climatology`.
    - `weather`: hours × WEATHER that end 120 hours after issue: the past as it was, the coming hours as forecast.
    - `state`: what `verify` made of earlier forecasts of this series, None at first.
    """

    parameter: str
    hourly: Array
    issued_hour: int
    others: Mapping[str, Array] = field(default_factory=dict)
    neighbours: Sequence[Array] = ()
    provider: Array | None = None
    provider_past: Array | None = None
    climatology: Array | None = None
    weather: Array | None = None
    state: State | None = None


@dataclass(frozen=True, eq=False)
class Prediction:
    """`quantiles` is 120 × 5 (2.5, 10, 50, 90 and 97.5 %) and `mean` 120, in µg/m³; NaN where nothing is forecast.

    `model` names what made it; `given` what it was made from. `record` is JSON: store it, and give it to `verify`
    with the truth when that is known.
    """

    model: str
    given: tuple[str, ...]
    quantiles: Array
    mean: Array
    record: dict[str, Any]


def monthly_climatology(hourly: Array, last_hour: int) -> Array | None:
    """Medians by month and hour of UTC, 12 × 24, of hourly values that end at `last_hour`.

    NaN for a month of which no earlier year has shown some days; None where that is every month. Of a month that is
    known, all values count, also this year's.
    """
    known = np.isfinite(hourly) & (hourly >= 0)
    hours = np.arange(last_hour - len(hourly) + 1, last_hour + 1)[known]
    days_earlier = np.unique(hours[hours <= last_hour - EARLIER_YEAR_HOURS] // 24)
    unseen = np.bincount(month_of(days_earlier * 24), minlength=12) < LEAST_DAYS_OF_MONTH
    if unseen.all():
        return None
    medians = medians_of(hourly[known], month_of(hours) * 24 + hours % 24, 12 * 24).reshape(12, 24)
    medians[unseen] = np.nan
    return medians


def medians_of(values: Array, cells: Array, count: int) -> Array:
    """The median of each of so many cells; NaN of an empty one."""
    order = np.lexsort((values, cells))
    cells, values = cells[order], values[order]
    found, starts, sizes = np.unique(cells, return_index=True, return_counts=True)
    result = np.full(count, np.nan)
    result[found] = (values[starts + (sizes - 1) // 2] + values[starts + sizes // 2]) / 2
    return result


def month_of(hours: Any) -> Any:
    """0 to 11, of hours since 1970."""
    return np.asarray(hours, "datetime64[h]").astype("datetime64[M]").astype(int) % 12
