"""An outage is one line in the log and its end another, however many places it has."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from .models import Source

logger = logging.getLogger(__name__)

Outage = tuple[str, str]  # a provider, and why it fails


class Change(NamedTuple):
    """A source that began to fail in this round, or works again; `rounds` is how often it had failed before."""

    source: Source
    reason: str
    rounds: int


def log_changes(changes: Iterable[Change], answered: set[str]) -> None:
    """To be called when the round is stored; `answered` are the providers that had something for somebody."""
    begun: dict[Outage, list[Change]] = defaultdict(list)
    ended: dict[Outage, list[Change]] = defaultdict(list)
    for change in changes:
        (ended if change.rounds else begun)[outage(change.source.provider, change.reason)].append(change)
    if not begun and not ended:
        return
    known = others_that_fail([change.source.pk for found in begun.values() for change in found])
    for (provider, reason), found in begun.items():
        # While a provider answers others, a station that fails is news, whatever else fails.
        if provider in answered or (provider, reason) not in known:
            logger.warning("%s: %s", who(found, "fails", "fail"), found[0].reason)
    for key, found in ended.items():
        if key not in known and key not in begun:
            rounds = max(change.rounds for change in found)
            logger.info("%s after %d failed rounds", who(found, "is back", "are back"), rounds)


def outage(provider: str, reason: str) -> Outage:
    """What follows a colon is different each time: the time of day, the number of a request."""
    return provider, reason.partition(":")[0]


def others_that_fail(sources: list[int]) -> set[Outage]:
    failing = Source.objects.filter(failures__gt=0, is_enabled=True, location__is_active=True)
    rows = failing.exclude(pk__in=sources).order_by().values_list("provider", "last_error").distinct()
    return {outage(provider, reason) for provider, reason in rows}


def who(changes: list[Change], one: str, many: str) -> str:
    source = changes[0].source
    if len(changes) == 1:
        return f"{source} for {source.location} {one}"
    return f"{len(changes)} sources of {source.provider}, such as {source} for {source.location}, {many}"
