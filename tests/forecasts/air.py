"""Air for the tests of the scales."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from forecasts.aqi import Concentration, Index, Unit, index

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
Hours = dict[datetime, Concentration]


def hours(newest_first: Sequence[float | None], unit: Unit = Unit.MICROGRAMS) -> Hours:
    return {
        AT - timedelta(hours=i): Concentration(value, unit) for i, value in enumerate(newest_first) if value is not None
    }


def unstuck(value: float, hours: int) -> list[float]:
    """About the same for hours, but never so long exactly the same that it looks like a stuck sensor."""
    return [value + 0.1 if i % 12 == 11 else value for i in range(hours)]


def clean(**instead: Hours) -> dict[str, Hours]:
    """Air that is good in every scale, but for some parameters."""
    micrograms = {"pm25": 2, "pm10": 5, "o3": 20, "no2": 5, "so2": 3, "co": 100}
    return {parameter: hours([value] * 24) for parameter, value in micrograms.items()} | instead


def of(scale: str, history: dict[str, Hours]) -> Index:
    return index(history, AT, scale)
