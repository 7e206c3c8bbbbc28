"""Where a model comes from: kept beside it."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from itertools import groupby
from typing import Any

from forecasts.aqi.series import EPOCH, HOUR
from forecasts.long_series import Told


def provenance(told: Iterable[Told], training: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **training,
        "lightgbm": version("lightgbm"),
        "trained_on": [_dataset(title, list(some)) for title, some in groupby(sorted(told, key=_title), key=_title)],
    }


def _title(told: Told) -> str:
    return told.title


def _dataset(title: str, told: list[Told]) -> dict[str, Any]:
    return {
        "title": title,
        "licence": told[0].licence or "not stated",
        "places": sorted({one.place for one in told}),
        "parameters": sorted({one.parameter for one in told}),
        "from": _day(min(min(one.hours) for one in told)),
        "to": _day(max(max(one.hours) for one in told)),
    }


def _day(hour: int) -> str:
    return f"{EPOCH + hour * HOUR:%Y-%m-%d}"
