"""Series in, predictions out: the best method that the given numbers allow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecasts.prediction import scaling
from forecasts.prediction.blend import blend
from forecasts.prediction.experts import ENOUGH_HOURS, cautious, expectations
from forecasts.prediction.features import scene
from forecasts.prediction.global_model import GlobalModel
from forecasts.prediction.horizon import CHECKED_LEADS, LEADS, MEDIAN, Array
from forecasts.prediction.intervals import USUAL, WIDE, mean_of, usual_offsets, widths_of
from forecasts.prediction.model_choice import current_model
from forecasts.prediction.provider import correction, provider_hours
from forecasts.prediction.series import Prediction, Series, State
from forecasts.prediction.weather import has_coming
from forecasts.prediction.windows import DAYS, LONGEST_GAP, bridged, last_values, stack

AT_ONCE = 256  # series: their matrices fit into the cache
CHECKED = np.array(CHECKED_LEADS) - 1


@dataclass(frozen=True, eq=False)
class Proposal:
    """What the experts say of one series, before it is known how far each is to be trusted.

    `doubt` is a factor on the error that is to be expected of the corrected provider.
    """

    model: str
    given: tuple[str, ...]
    level: float
    experts: Mapping[str, Array]
    offsets: Array
    doubt: float

    def settle(self, state: State | None, pool: State | None) -> Prediction:
        """`pool` is that of the parameter."""
        median = scaling.enter(blend(self.experts, state, pool, {"provider_corrected": self.doubt}), self.level)
        scaled = median[:, None] + self.offsets * widths_of(state, pool)
        quantiles = np.sort(scaling.leave(scaled, self.level), axis=1)
        return Prediction(self.model, self.given, quantiles, mean_of(quantiles), self._record(quantiles))

    def _record(self, quantiles: Array) -> dict[str, Any]:
        checked = short(np.vstack([*(values[CHECKED] for values in self.experts.values()), *quantiles[CHECKED].T]))
        return {
            "level": short(np.array([self.level]))[0],
            "experts": dict(zip(self.experts, checked, strict=False)),
            "quantiles": [list(hour) for hour in zip(*checked[len(self.experts) :], strict=True)],
        }


def predict_many(series: Sequence[Series], pool: Mapping[str, State] | None = None) -> list[Prediction | None]:
    """One prediction a series, None where nothing recent is known and there is no provider.

    `pool` holds what was learnt from all series of a parameter, by parameter.
    """
    pool = pool or {}
    return [
        proposal.settle(one.state, pool.get(one.parameter)) if proposal else None
        for one, proposal in zip(series, propose(series, current_model()), strict=True)
    ]


def propose(series: Sequence[Series], model: GlobalModel | None) -> list[Proposal | None]:
    """What the experts say of each series; the costly part, alike for any state."""
    parts = (series[start : start + AT_ONCE] for start in range(0, len(series), AT_ONCE))
    return [proposal for part in parts for proposal in _propose(part, model)]


def _propose(series: Sequence[Series], model: GlobalModel | None) -> list[Proposal | None]:
    windows = stack(one.hourly for one in series)
    age = last_values(windows)[1]
    windows[age > LONGEST_GAP] = np.nan
    known = np.isfinite(windows)
    known_hours = known.sum(axis=1)
    windows = bridged(windows)
    own, provider = scaling.usual_level(windows), provider_hours(series)
    level = np.where(np.isfinite(own), own, scaling.usual_level(provider))
    xs = scaling.enter(windows, level[:, None])
    corrected = correction(series, np.where(known, xs, np.nan), level[:, None])
    experts = expectations(series, windows, level, known)
    experts |= {"provider": provider, "provider_corrected": corrected.hours}
    has_few = known_hours < ENOUGH_HOURS
    offsets = usual_offsets(np.where(age <= LONGEST_GAP, age, 0), np.where(has_few[:, None], WIDE, USUAL))
    if model is not None:
        experts["global_model"] = _ask(model, series, xs, known, np.flatnonzero(~has_few), offsets)
        experts["global_model"] = scaling.leave(experts["global_model"], level[:, None])
    experts |= cautious(experts, np.isfinite(windows).sum(axis=1))
    heard = [_present(experts, row) for row in range(len(series))]
    return [
        Proposal(rung(said), _given(one, said, model), level[row], said, offsets[row], corrected.doubt[row])
        if said
        else None
        for row, (one, said) in enumerate(zip(series, heard, strict=True))
    ]


def _ask(model: GlobalModel, series: Sequence[Series], xs: Array, known: Array, rows: Array, offsets: Array) -> Array:
    """The medians of these rows in log scale; their offsets are replaced by the model's."""
    medians = np.full((len(series), len(LEADS)), np.nan)
    if len(rows):
        quantiles = model.quantiles(scene([series[row] for row in rows], xs[rows], known[rows]))
        medians[rows] = quantiles[:, :, MEDIAN]
        offsets[rows] = quantiles - quantiles[:, :, [MEDIAN]]
    return medians


def _present(experts: Mapping[str, Array], row: int) -> dict[str, Array]:
    return {name: values[row] for name, values in experts.items() if np.isfinite(values[row]).any()}


def rung(experts: Collection[str]) -> str:
    """The name of the method that these experts make together."""
    own = [name for name in experts if not name.startswith("provider")]
    if not own:
        return "provider_model"
    if len(experts) == 1:
        return "persistence"
    return "damped_persistence" if set(experts) <= {"persistence", "damped_persistence"} else "blend"


def _given(series: Series, experts: Collection[str], model: GlobalModel | None) -> tuple[str, ...]:
    known = int((np.isfinite(series.hourly[-DAYS * 24 :])).sum())
    history = f"{known} h of history" if known else "no history"
    hears_weather = (
        model is not None and "global_model" in experts and model.uses_weather and has_coming(series.weather)
    )
    return (history, *experts, *(["weather"] if hears_weather else []))


def short(values: Array) -> list[Any]:
    """Four digits, which is more than is ever known; None for NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10.0 ** (3 - np.floor(np.log10(np.abs(values))))
        rounded: Array = np.where(values == 0, 0.0, np.round(values * scale) / scale).astype(object)
    rounded[~np.isfinite(values)] = None
    return list(rounded.tolist())
