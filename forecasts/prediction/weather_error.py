"""Weather of the past as a forecast would have had it: who learns from what came must not trust forecasts as much."""

import numpy as np

from forecasts.prediction.horizon import LEADS, Array
from forecasts.prediction.series import WEATHER

SHARED = 0.8  # of the variance of an error is that of the whole run
# Typical errors of a forecast, now and after 120 hours; those of wind, rain and boundary layer are relative.
TEMPERATURE, DEW_POINT, PRESSURE = (1.2, 3.0), (1.5, 3.5), (0.7, 4.0)
WIND_SPEED, WIND_DIRECTION = (0.4, 0.7), (0.45, 1.05)  # the direction in radians
RAIN, BOUNDARY_LAYER = (0.4, 0.8), (0.3, 0.5)
RAIN_MISSED = (0.05, 0.35)
_GROWTH = LEADS / len(LEADS)


def as_forecast(weather: Array, issued_hour: int) -> Array:
    """120 hours × WEATHER that came, with errors that grow with the lead; the same for all places of an hour."""
    generator = np.random.default_rng(issued_hour)
    count = len(WEATHER)
    own, shared = generator.standard_normal((count, len(LEADS))), generator.standard_normal((count, 1))
    error = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own
    temperature, dew_point, pressure, u, v, rain, boundary_layer = weather.T
    is_rain_seen = generator.random(len(LEADS)) >= _grown(RAIN_MISSED)
    turned = np.exp(1j * _grown(WIND_DIRECTION) * error[3])
    wind = (u + 1j * v) * turned * _factor(WIND_SPEED, error[4])
    columns = [
        temperature + _grown(TEMPERATURE) * error[0],
        dew_point + _grown(DEW_POINT) * error[1],
        pressure + _grown(PRESSURE) * error[2],
        wind.real,
        wind.imag,
        rain * is_rain_seen * _factor(RAIN, error[5]),
        boundary_layer * _factor(BOUNDARY_LAYER, error[6]),
    ]
    return np.column_stack(columns)


def _grown(size: tuple[float, float]) -> Array:
    return np.asarray(size[0] + (size[1] - size[0]) * _GROWTH)


def _factor(size: tuple[float, float], error: Array) -> Array:
    """One on average."""
    sigma = _grown(size)
    return np.asarray(np.exp(sigma * error - sigma**2 / 2))
