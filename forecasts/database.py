"""Whether the database itself is away, which is waited for, or something is wrong with what is in it."""

import logging

from django.db import InterfaceError, OperationalError

AWAY = (OperationalError, InterfaceError)


class Trouble:
    """Of one task that goes on whatever happens: each kind of trouble is logged once, until the task succeeds again."""

    def __init__(self, logger: logging.Logger, meanwhile: str) -> None:
        self.logger, self.meanwhile = logger, meanwhile
        self.known: type[Exception] | None = None

    def tell(self, error: Exception) -> None:
        if type(error) is self.known:
            return
        self.known = type(error)
        if isinstance(error, AWAY):
            self.logger.error("The database is out of reach; %s: %s", self.meanwhile, error)
        else:
            self.logger.error("A fault, which stops nothing else and is tried again", exc_info=error)

    def end(self) -> None:
        if self.known is not None:
            self.logger.info("The database answers again")
        self.known = None


def tell_fault(logger: logging.Logger, error: Exception) -> None:
    """Where somebody who asks is told to come back later: why, unless the database is only away."""
    if not isinstance(error, AWAY):
        logger.error("The database refuses what it is asked", exc_info=error)
