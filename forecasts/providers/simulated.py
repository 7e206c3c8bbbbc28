"""Made-up air: plausible, the same on every machine, and never to be taken for a measurement."""

import hashlib
import math
import struct
from collections.abc import Sequence
from datetime import UTC, datetime

from forecasts.providers.contract import About, Batch, Place, Reading
from forecasts.providers.hours import HOUR, first_hour

UNIT = "µg/m³"
SATURDAY = 5


class Simulated:
    about = About(
        id="simulated",
        name="Simulation",
        attribution="Simulated values: calculated, not measured",
        licence="CC0 1.0",
        url="",
        is_simulated=True,
    )

    async def fetch(self, places: Sequence[Place], since: datetime | None) -> Batch:
        """Readings in µg/m³ up to now, without gaps; the same place and hour always have the same values."""
        now = datetime.now(UTC)
        start = first_hour(since, now)
        hours = [start + number * HOUR for number in range((now - start) // HOUR + 1)]
        return Batch(readings=[reading for place in places for reading in _readings(place, hours)])


def _readings(place: Place, hours: list[datetime]) -> list[Reading]:
    city = f"{place.latitude:.4f},{place.longitude:.4f}"
    return [
        Reading(place.id, parameter, hour, round(value, 1), UNIT)
        for hour in hours
        for parameter, value in _air(city, place, hour).items()
    ]


def _air(city: str, place: Place, hour: datetime) -> dict[str, float]:
    """Particles and exhaust gather in stagnant air; sunlight makes ozone, and fresh exhaust eats it."""
    level = 0.5 * 8 ** _chance(city, "level")
    stagnation = math.exp(0.8 * _weather(city, hour, 72) + 0.2 * _weather(city, hour, 9))
    dust = math.exp(0.5 * _weather(f"{city} dust", hour, 31))
    traffic = _traffic(hour + place.longitude / 15 * HOUR)
    summer = _summer(place.latitude, hour)
    sun = _sun(hour + place.longitude / 15 * HOUR) * (1 + 0.4 * summer)
    pm25 = 9 * level * stagnation * (0.7 + 0.6 * traffic) * (1 - 0.3 * summer)
    no2 = 11 * level**0.5 * stagnation * (0.35 + 1.3 * traffic) * (1 - 0.4 * min(sun, 1))
    return {
        "pm25": pm25,
        "pm10": 1.4 * pm25 + 7 * dust,
        "o3": max(2, 42 + 65 * sun * stagnation**0.3 - 0.6 * no2),
        "no2": no2,
        "so2": 2.5 * level * stagnation * dust**0.5,
        "co": 160 + 9 * no2 + 3 * pm25,
    }


def _traffic(local: datetime) -> float:
    """From 0 to about 1, with a rush hour in the morning and one in the evening; weekends are calmer."""
    clock = _clock(local)
    rush = math.exp(-(((clock - 8) / 1.6) ** 2)) + 0.9 * math.exp(-(((clock - 18.5) / 2.2) ** 2))
    by_day = 0.25 * math.exp(-(((clock - 13) / 5) ** 2))
    return (0.55 if local.weekday() >= SATURDAY else 1.0) * (rush + by_day)


def _sun(local: datetime) -> float:
    """What sunlight has made so far of ozone: highest in mid-afternoon, nothing at night."""
    return math.pow(max(0.0, math.cos((_clock(local) - 15) / 24 * math.tau)), 1.5)


def _summer(latitude: float, hour: datetime) -> float:
    """From -1 in midwinter to 1 in midsummer, and near 0 all year at the equator."""
    season = math.cos((hour.timetuple().tm_yday - 196) / 365 * math.tau)
    return season * math.sin(math.radians(latitude))


def _clock(local: datetime) -> float:
    return local.hour + local.minute / 60


def _weather(city: str, hour: datetime, period_hours: int) -> float:
    """Between -1 and 1; wanders smoothly from one hashed value to the next, `period_hours` apart."""
    position = hour.timestamp() / 3600 / period_hours
    number = math.floor(position)
    share = position - number
    before, after = (_chance(city, f"{period_hours} {each}") for each in (number, number + 1))
    return 2 * (before + (after - before) * share * share * (3 - 2 * share)) - 1


def _chance(city: str, what: str) -> float:
    """A number from 0 to 1; by a digest, since hash() differs from process to process."""
    digest = hashlib.sha256(f"{city} {what}".encode()).digest()
    return float(struct.unpack_from(">I", digest)[0] / 2**32)
