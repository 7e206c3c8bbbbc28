"""What the beat does between its rounds, a little at a time; they go on whatever happens here."""

import logging
from collections.abc import Callable

from django.db import DatabaseError

from forecasts.climatology import renew_some
from forecasts.verification import verify_step

logger = logging.getLogger(__name__)


def verify_some() -> bool:
    return some_of(verify_step, "Forecasts cannot be compared with what came")


def renew_climatologies() -> bool:
    return some_of(renew_some, "What is usual at an hour cannot be made anew")


def some_of(step: Callable[[], object], trouble: str) -> bool:
    """True if there may be more."""
    try:
        return bool(step())
    except DatabaseError:
        raise
    except Exception:
        logger.exception("%s; it is tried again in an hour", trouble)
        return False
