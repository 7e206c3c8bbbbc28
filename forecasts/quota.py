"""The quota of each provider, counted in the database, because every process spends from the same one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from channels.db import database_sync_to_async
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest
from django.utils.timezone import now

from .models import Quota
from .providers import ProviderError
from .providers.quota import Budget, budgets


class SharedGovernor:
    async def take(self, provider: str, calls: int) -> None:
        await database_sync_to_async(take)(provider, calls)

    async def lower(self, provider: str, remaining: int, seconds: float) -> None:
        await database_sync_to_async(lower)(provider, remaining, seconds)


@dataclass(frozen=True)
class Use:
    """What of a budget is spent, for the admin and for metrics."""

    provider: str
    window_seconds: int
    used: int
    allowed: int
    resets_at: datetime


def take(provider: str, calls: int = 1) -> None:
    """From every budget of the provider, or from none; raises ProviderError until when there is nothing left."""
    at = now()
    with transaction.atomic():
        short = next((budget for budget in budgets(provider) if not _take_from(provider, budget, calls, at)), None)
        transaction.set_rollback(short is not None)
    if short is not None:
        until = opens_at(_row(provider, short).get(), at)
        raise ProviderError(f"The quota of {provider} is used up until {until:%Y-%m-%d %H:%M:%S} UTC.")


def lower(provider: str, remaining: int, seconds: float) -> None:
    """What the provider itself counts wins where it is less than we thought; it is about its shortest window."""
    at = now()
    for budget in budgets(provider)[:1]:  # without a budget nothing is counted, and the next call may fail again
        row = _row(provider, budget)
        if remaining == 0:
            row.update(closed_until=at + timedelta(seconds=seconds))
        else:
            row.filter(resets_at__gt=at).update(used=Greatest(F("used"), Value(budget.calls - remaining)))


def quota_use() -> list[Use]:
    """Of every window that was ever used and that still has a budget."""
    at = now()
    return [use for row in Quota.objects.all() if (use := use_of(row, at))]


def use_of(row: Quota, at: datetime) -> Use | None:
    """None where no budget has such a window any more."""
    budget = next((one for one in budgets(row.provider) if one.seconds == row.window_seconds), None)
    used = row.used if row.resets_at > at else 0
    return Use(row.provider, row.window_seconds, used, budget.calls, opens_at(row, at)) if budget else None


def opens_at(row: Quota, at: datetime) -> datetime:
    return row.closed_until if row.closed_until and row.closed_until > at else row.resets_at


def _row(provider: str, budget: Budget) -> QuerySet[Quota]:
    return Quota.objects.filter(provider=provider, window_seconds=budget.seconds)


def _take_from(provider: str, budget: Budget, calls: int, at: datetime) -> bool:
    Quota.objects.get_or_create(provider=provider, window_seconds=budget.seconds, defaults={"resets_at": at})
    is_over = Q(resets_at__lte=at)
    is_open = Q(closed_until=None) | Q(closed_until__lte=at)
    # The condition and the change are one statement, so that two processes cannot both take the last call.
    return bool(
        _row(provider, budget)
        .filter(is_open, is_over | Q(used__lte=budget.calls - calls))
        .update(
            used=Case(When(is_over, then=Value(calls)), default=F("used") + calls),
            resets_at=Case(When(is_over, then=Value(_window_end(budget, at))), default=F("resets_at")),
        )
    )


def _window_end(budget: Budget, at: datetime) -> datetime:
    return datetime.fromtimestamp((at.timestamp() // budget.seconds + 1) * budget.seconds, UTC)
