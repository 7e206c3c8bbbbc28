"""Which values are believed, and why not; one judge for files and for providers."""

import math
from datetime import datetime

# Above these no hour outdoors was ever measured (dust storms, wildfires, volcanoes included) or no instrument reads:
# such a number is a fault or a wrong unit, not pollution.
HIGHEST_POSSIBLE_UG_M3 = {
    "pm25": 10_000,
    "pm10": 30_000,
    "pm1": 10_000,
    "o3": 2_000,
    "no2": 5_000,
    "so2": 50_000,
    "co": 150_000,
    "no": 5_000,
    "nox": 10_000,
    "nh3": 10_000,
    "bc": 2_000,
}


def reason_to_reject(parameter: str, value_ug_m3: float, observed_at: datetime, now: datetime) -> str | None:
    """Why a concentration of a stored parameter is not kept; None: it is believed."""
    if not math.isfinite(value_ug_m3):
        return "not a finite number"
    if value_ug_m3 < 0:
        return "negative"
    if value_ug_m3 > HIGHEST_POSSIBLE_UG_M3[parameter]:
        return "impossibly high"
    if observed_at > now:
        return "in the future"
    return None
