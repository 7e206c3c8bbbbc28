"""How far a forecast reaches, at which leads it is checked, and which leads learn together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LEADS: Array = np.arange(1, 121)
TAUS = (0.025, 0.1, 0.5, 0.9, 0.975)
MEDIAN = TAUS.index(0.5)
CHECKED_LEADS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 72, 96, 120)
BANDS = ("1", "2-3", "4-12", "13-36", "37-120")
_BAND_STARTS = (2, 4, 13, 37)


def bands_of(leads: Any) -> Array:
    """The number of the band that each lead is in."""
    return np.asarray(np.digitize(leads, _BAND_STARTS))


BAND_OF_LEAD = bands_of(LEADS)


def curve(knots: Mapping[int, float], leads: Any) -> Array:
    """Straight lines between the given leads; beyond either end the nearest value holds."""
    return np.asarray(np.interp(leads, list(knots), list(knots.values())))
