"""What the global model sees of the weather: the air clears with wind, rain and a high boundary layer."""

from collections.abc import Sequence

import numpy as np

from forecasts.prediction.horizon import LEADS, Array
from forecasts.prediction.series import WEATHER, Series
from forecasts.prediction.windows import mean

PAST = 7 * 24  # hours up to that of issue, against which the coming ones are held
SPAN = PAST + len(LEADS)
STEADY = ("temperature", "dryness", "pressure", "wind u", "wind v", "wind speed", "boundary layer")
OF_ANY_PLACE = (1, 3, 4, 5, 6)  # of STEADY; how warm it is and how high the barometer, each place has its own usual
RAIN = len(STEADY)
MEANS = (6, 24)
WEATHER_NAMES = (
    *(f"{name} change" for name in STEADY),
    *(f"{name} then" for name in np.array(STEADY)[list(OF_ANY_PLACE)].tolist()),
    *(f"{name} {hours} h" for hours in MEANS for name in STEADY),
    *(f"rain {hours} h" for hours in MEANS),
)


def stack_weather(series: Sequence[Series]) -> Array | None:
    """Series × SPAN × WEATHER, the last PAST hours and the coming ones; None where nobody has any."""
    if all(one.weather is None for one in series):
        return None
    result = np.full((len(series), SPAN, len(WEATHER)), np.nan)
    for row, one in enumerate(series):
        if one.weather is not None:
            known = one.weather[-SPAN:]
            result[row, SPAN - len(known) :] = known
    return result


def has_coming(weather: Array | None) -> bool:
    return weather is not None and bool(np.isfinite(weather[-len(LEADS) :]).any())


def weather_features(weather: Array, leads: Array) -> Array:
    """Series × leads × WEATHER_NAMES, of what `stack_weather` made and the leads of each series."""
    hourly = _quantities(weather)
    steady, rain = hourly[..., :RAIN], hourly[..., RAIN:]
    usual, ends = mean(steady[:, :PAST], axis=1)[:, None], PAST + leads
    then = _at(steady, ends - 1)
    return np.concatenate(
        [
            then - steady[:, [PAST - 1]],
            then[..., OF_ANY_PLACE],
            *(_running_mean(steady, ends, hours) - usual for hours in MEANS),
            *(np.log1p(hours * _running_mean(rain, ends, hours)) for hours in MEANS),
        ],
        axis=2,
    )


def _quantities(weather: Array) -> Array:
    """STEADY, and the rain."""
    temperature, dew_point, pressure, u, v, rain, boundary_layer = np.moveaxis(weather, 2, 0)
    columns = [temperature, temperature - dew_point, pressure, u, v, np.hypot(u, v), np.log1p(boundary_layer), rain]
    return np.stack(columns, axis=2)


def _at(values: Array, hours: Array) -> Array:
    return np.asarray(values[np.arange(len(values))[:, None], hours])


def _running_mean(values: Array, ends: Array, hours: int) -> Array:
    """Of what is known of so many hours before each end; NaN where nothing is."""
    known = np.isfinite(values)
    totals, counts = _sums(np.where(known, values, 0)), _sums(known)
    total, count = (_at(sums, ends) - _at(sums, ends - hours) for sums in (totals, counts))
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _sums(values: Array) -> Array:
    """Up to each hour, and none before the first."""
    return np.pad(np.cumsum(values, axis=1, dtype=float), ((0, 0), (1, 0), (0, 0)))
