"""What the beat does between its rounds, a little at a time; they go on whatever happens here."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseFailure

from forecasts.climatology import renew_some
from forecasts.weather_round import renew_weather

logger = logging.getLogger(__name__)


def renew_climatologies() -> bool:
    """True, as of the other, if there may be more."""
    with going_on("What is usual at an hour cannot be made anew"):
        return renew_some() > 0
    return False


async def renew_some_weather() -> bool:
    with going_on("The weather cannot be asked for"):
        return await renew_weather()
    return False


@contextmanager
def going_on(trouble: str) -> Iterator[None]:
    try:
        yield
    except DatabaseFailure:
        raise
    except Exception:
        logger.exception("%s; it is tried again later", trouble)
