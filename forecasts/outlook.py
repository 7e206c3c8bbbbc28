"""What we expect: the coming hours of each pollutant, and the index that they make."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache

from .aqi import PARAMETERS, Concentration, Unit, convert, hourly_indices
from .first_scale import first_scale
from .history import Heard
from .models import Forecast, Location
from .prediction.forecaster import Prediction, predict
from .providers.hours import HOUR, on_the_hour

HOURS = 120
QUANTILES = ("lo80", "median", "hi80")

ModelHours = Mapping[str, Mapping[datetime, float]]  # per parameter, µg/m³


def expect(location: Location, heard: Heard, clock: datetime, model: ModelHours, model_name: str) -> list[Forecast]:
    """Unsaved forecasts of every pollutant and of the index, issued at `clock`; none where nothing is known."""
    base = on_the_hour(clock)
    predictions: dict[str, Prediction] = {}
    for parameter in PARAMETERS:
        history = {hour: micrograms(value, parameter) for hour, value in heard.history.get(parameter, {}).items()}
        prediction = predict(history, base, HOURS, model.get(parameter))
        if prediction is not None:
            predictions[parameter] = prediction
    names = {name_of(prediction, model_name) for prediction in predictions.values()}
    rows = [
        _row(location, clock, parameter, Unit.MICROGRAMS, name_of(prediction, model_name), _values(prediction, base))
        for parameter, prediction in predictions.items()
    ]
    if rows:
        rows.append(_index_row(location, clock, heard, rows, "+".join(sorted(names))))
    return rows


def name_of(prediction: Prediction, model_name: str) -> str:
    return model_name if prediction.model == "provider_model" else prediction.model


def micrograms(value: Concentration, parameter: str) -> float:
    return value.value * _factor(value.unit, parameter)


@cache
def _factor(unit: Unit, parameter: str) -> float:
    return float(convert(1.0, unit, Unit.MICROGRAMS, parameter))


def _values(prediction: Prediction, base: datetime) -> dict[str, list[float | None]]:
    by_hour = {hour.valid_at: hour for hour in prediction.hours}
    hours = [by_hour.get(base + lead * HOUR) for lead in range(1, HOURS + 1)]
    return {
        "lo80": [None if hour is None else _short(hour.q10) for hour in hours],
        "median": [None if hour is None else _short(hour.q50) for hour in hours],
        "hi80": [None if hour is None else _short(hour.q90) for hour in hours],
    }


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _row(
    location: Location, clock: datetime, parameter: str, unit: str, model: str, hours: dict[str, list[float | None]]
) -> Forecast:
    return Forecast(
        location=location,
        parameter=parameter,
        issued_at=clock,
        model=model,
        unit=unit,
        starts_at=on_the_hour(clock) + HOUR,
        hours=hours,
    )


def _index_row(location: Location, clock: datetime, heard: Heard, rows: Iterable[Forecast], model: str) -> Forecast:
    """The index of each coming hour over observed and expected hours together, once a quantile."""
    hours = [on_the_hour(clock) + lead * HOUR for lead in range(1, HOURS + 1)]
    recent = heard.recent(hours[0] - 24 * HOUR)
    scale = first_scale(location, heard.history, clock)
    indices: dict[str, list[float | None]] = {}
    for quantile in QUANTILES:
        future = {row.parameter: _coming(row, quantile) for row in rows}
        history = {parameter: {**recent.get(parameter, {}), **coming} for parameter, coming in future.items()}
        indices[quantile] = [value for value, _ in hourly_indices(history, hours, scale)]
    return _row(location, clock, "aqi", scale, model, _in_order(indices))


def _coming(row: Forecast, quantile: str) -> dict[datetime, Concentration]:
    return {
        row.starts_at + lead * HOUR: Concentration(value, Unit.MICROGRAMS)
        for lead, value in enumerate(row.hours[quantile])
        if value is not None
    }


def _in_order(indices: dict[str, list[float | None]]) -> dict[str, list[float | None]]:
    """NowCast weighs by variability, so an index of low quantiles can come out above one of medians: sort the three."""
    ordered: dict[str, list[float | None]] = {quantile: [] for quantile in QUANTILES}
    for three in zip(*indices.values(), strict=True):
        known = sorted(value for value in three if value is not None)
        for quantile, value in zip(QUANTILES, known if len(known) == len(QUANTILES) else [None] * 3, strict=True):
            ordered[quantile].append(value)
    return ordered
