"""Forecasts of hourly concentrations with honest bounds. Pure: no Django, no clock.

`predict_many(series, pool)` takes any number of `Series` and returns a `Prediction` for each, or None where nothing is
known. A prediction holds 120 hours × 5 quantiles (`TAUS`) and means in µg/m³, the name of what made it (`model`:
persistence, damped_persistence, blend or provider_model), what it was `given`, and a `record`.

Forecasts learn from what came. Keep the `record` (JSON) with the forecast; when a truth arrives at one of the
CHECKED_LEADS hours after issue, call

    state = verify(state, record, {lead: truth}, SERIES)                        # the series' own, for its next Series
    pool[parameter] = verify(pool.get(parameter), record, {lead: truth}, POOL)  # of all series, for predict_many

once for each pair of forecast and lead. Both are small JSON objects, None at first. They hold the recent errors of each
expert, which weigh it in the blend, and the factors on the bounds. Forecasts that are not made every hour say how many
`days` apart they are. `category_probabilities` reads the probability of each category off the quantiles;
`monthly_climatology` makes what a Series wants as `climatology`, of months that an earlier year has shown.
"""

from forecasts.prediction.horizon import CHECKED_LEADS, LEADS, TAUS
from forecasts.prediction.intervals import category_probabilities
from forecasts.prediction.ladder import predict_many
from forecasts.prediction.series import Prediction, Series, monthly_climatology
from forecasts.prediction.verification import POOL, SERIES, verify

__all__ = [
    "CHECKED_LEADS",
    "LEADS",
    "POOL",
    "SERIES",
    "TAUS",
    "Prediction",
    "Series",
    "category_probabilities",
    "monthly_climatology",
    "predict_many",
    "verify",
]
