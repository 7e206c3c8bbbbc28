"""What a provider is: something that turns places into readings, or fails with one named error."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

# Values of some parameters come late, and some are revised: so many hours before the newest known are asked for again.
OVERLAP = timedelta(hours=6)


class ProviderError(Exception):
    """A provider did not deliver; the message says why and is safe to show (no keys, no URLs with tokens)."""


@dataclass(frozen=True)
class Place:
    """A point to ask a provider about; `id` is ours and comes back in every reading."""

    id: int
    latitude: float
    longitude: float
    station: str = ""


@dataclass(frozen=True)
class Reading:
    """One hourly concentration at one place, in the provider's own unit.

    `observed_at` is UTC, on the hour; where a provider measures over an hour, it is the end of that hour.
    """

    place_id: int
    parameter: str
    observed_at: datetime
    value: float
    unit: str


@dataclass(frozen=True)
class ModelHour:
    """What a provider's own model expects for one coming hour, in the provider's own unit."""

    place_id: int
    parameter: str
    valid_at: datetime
    value: float
    unit: str


@dataclass(frozen=True)
class Terms:
    """Whose station answered for a place and on which terms, where that differs from place to place."""

    name: str
    attribution: str
    licence: str
    url: str


@dataclass(frozen=True)
class Batch:
    """One answer; `failures` maps the id of each place that got nothing to the reason, `terms` those it told."""

    readings: list[Reading] = field(default_factory=list)
    forecasts: list[ModelHour] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    terms: dict[int, Terms] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """Who made the numbers and on which terms; travels with every value."""

    id: str
    name: str
    attribution: str
    licence: str
    url: str
    model: str = ""
    is_modelled: bool = False
    is_simulated: bool = False


class Provider(Protocol):
    about: About

    async def fetch(self, places: Sequence[Place], since: datetime | None) -> Batch:
        """Readings at or after `since` (None: the last 48 hours), 92 days back at most, and model hours to come.

        `since` lies OVERLAP before the newest reading that is known of these places.

        Some that came late, of the hours just before `since`, may be among them.
        Each place, parameter and hour comes once. Raises ProviderError if no place got anything.
        """
