"""One model for all places and pollutants: gradient-boosted trees for each quantile and band of leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from forecasts.prediction.features import ALL_NAMES, NAMES, Scene, features
from forecasts.prediction.horizon import LEADS, MEDIAN, TAUS, Array, curve
from forecasts.prediction.intervals import ERROR
from forecasts.prediction.weather import WEATHER_NAMES

if TYPE_CHECKING:
    from lightgbm import Booster

TREE_BANDS = ((1, 3), (4, 12), (13, 36), (37, 120))
# Bounds change slowly with the lead, so those of these hours do for all.
BOUND_LEADS = np.array([1, 2, 3, 4, 6, 9, 12, 13, 18, 24, 30, 36, 37, 48, 60, 72, 84, 96, 108, 120])
_LAST, _DAMPED = NAMES.index("last"), NAMES.index("damped")
# How far the point that errors are counted from is on the way from persistence to damped persistence.
_SHARE_DAMPED = curve({1: 0.2, 3: 1.0}, np.arange(len(LEADS) + 1))
_UNIT = curve(ERROR, np.arange(len(LEADS) + 1))


@dataclass(frozen=True, eq=False)
class GlobalModel:
    """Boosters by (band, quantile), and the columns of the features that they were trained with."""

    boosters: Mapping[tuple[int, float], "Booster"]
    names: Sequence[str] = NAMES

    @classmethod
    def parse(cls, texts: Mapping[str, str], names: Sequence[str]) -> "GlobalModel":
        """Raises ValueError where one is missing or damaged, or LightGBM cannot be loaded."""
        try:
            from lightgbm import Booster
            from lightgbm.basic import LightGBMError
        except (ImportError, OSError) as error:
            raise ValueError(f"LightGBM cannot be loaded: {error}") from error
        try:
            return cls({key: Booster(model_str=texts[_title(*key)]) for key in keys()}, names)
        except (KeyError, LightGBMError) as error:
            raise ValueError(f"a part of the model is missing or damaged: {error}") from error

    def texts(self) -> dict[str, str]:
        return {_title(*key): booster.model_to_string() for key, booster in self.boosters.items()}

    @cached_property
    def columns(self) -> list[int]:
        return [ALL_NAMES.index(name) for name in self.names]

    @property
    def uses_weather(self) -> bool:
        return not set(WEATHER_NAMES).isdisjoint(self.names)

    def quantiles(self, scene: Scene) -> Array:
        """Series × 120 × 5 in log scale, rising."""
        seen = features(scene, LEADS, with_weather=self.uses_weather)
        medians = self._at(seen, LEADS, TAUS[MEDIAN])
        here = medians[:, BOUND_LEADS - 1]
        result = np.repeat(medians[:, :, None], len(TAUS), axis=2)
        for number, tau in enumerate(TAUS):
            if number != MEDIAN:
                result[:, :, number] += _between(self._at(seen, BOUND_LEADS, tau) - here)
        return np.sort(result, axis=2)

    def _at(self, every: Array, leads: Array, tau: float) -> Array:
        seen = every[:, leads - 1]
        result = _anchor(seen, leads)
        for band, (first, last) in enumerate(TREE_BANDS):
            chosen = (leads >= first) & (leads <= last)
            rows = seen[:, chosen][..., self.columns].reshape(-1, len(self.columns))
            expected = self.boosters[band, tau].predict(rows, num_threads=1)
            result[:, chosen] += np.asarray(expected).reshape(len(seen), -1) * _UNIT[leads[chosen]]
        return result


def _between(offsets: Array) -> Array:
    """From BOUND_LEADS to all leads."""
    right = np.minimum(np.searchsorted(BOUND_LEADS, LEADS), len(BOUND_LEADS) - 1)
    left = np.maximum(right - 1, 0)
    share = (LEADS - BOUND_LEADS[left]) / np.maximum(BOUND_LEADS[right] - BOUND_LEADS[left], 1)
    return np.asarray(offsets[:, left] * (1 - share) + offsets[:, right] * share)


def targets(xs: Array, seen: Array, leads: Array) -> Array:
    """What a booster learns: how far the truth is from the anchor, in typical errors of that lead."""
    return np.asarray((xs - _anchor(seen, leads)) / _UNIT[leads])


def _anchor(seen: Array, leads: Array) -> Array:
    """`damped` is counted from `last`."""
    return np.asarray(seen[..., _LAST] + _SHARE_DAMPED[leads] * seen[..., _DAMPED].astype(float))


def keys() -> list[tuple[int, float]]:
    return [(band, tau) for band in range(len(TREE_BANDS)) for tau in TAUS]


def _title(band: int, tau: float) -> str:
    first, last = TREE_BANDS[band]
    return f"hours-{first}-{last}-quantile-{tau}"
