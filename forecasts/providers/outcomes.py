"""What became of each place that a provider was asked about, and how long it may take."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from django.conf import settings

from forecasts.providers.contract import Batch, ProviderError

Outcomes = dict[int, Batch | ProviderError]
Answer = TypeVar("Answer")


def deadline_of_a_round() -> float:
    return asyncio.get_running_loop().time() + 1.5 * settings.AQI_PROVIDER_TIMEOUT_SECONDS


async def within(deadline: float, provider: str, work: Awaitable[Answer]) -> Answer:
    try:
        async with asyncio.timeout_at(deadline):
            return await work
    except TimeoutError as error:
        raise ProviderError(f"{provider} took too long to answer.") from error


def merge(outcomes: Outcomes) -> Batch:
    """One batch of all; raises the first error if no place got anything."""
    batch = Batch()
    errors = []
    for place_id, outcome in outcomes.items():
        if isinstance(outcome, ProviderError):
            batch.failures[place_id] = str(outcome)
            errors.append(outcome)
        else:
            batch.readings.extend(outcome.readings)
            batch.forecasts.extend(outcome.forecasts)
            batch.terms.update(outcome.terms)
    if errors and len(errors) == len(outcomes):
        raise errors[0]
    return batch
