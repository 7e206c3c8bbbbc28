"""API keys: made once, shown once, recognized by a hash."""

import hashlib
import secrets
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from .models import ApiKey
from .tokens import InvalidCredential
from .visitors import Visitor

MARK = "aqi_"
NOBODY = "0" * 64


def make() -> tuple[str, str, str]:
    """The prefix, by which the row is found, the hash, and the key itself."""
    prefix = secrets.token_hex(4)
    text = f"{MARK}{prefix}_{secrets.token_urlsafe(32)}"
    return prefix, sha256(text), text


def create(name: str, scopes: list[str], expires_at: datetime | None = None) -> str:
    """The key, which is never to be had again."""
    prefix, digest, text = make()
    ApiKey.objects.create(name=name, prefix=prefix, sha256=digest, scopes=scopes, expires_at=expires_at)
    return text


def sha256(text: str) -> str:
    # The key is 256 random bits: a slow hash, as passwords need it, would only make requests slow.
    return hashlib.sha256(text.encode()).hexdigest()


def live_keys() -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now()), is_active=True)


def visitor_of_key(text: str) -> Visitor:
    prefix = text.removeprefix(MARK).partition("_")[0]
    key = live_keys().filter(prefix=prefix).first() if prefix.isalnum() else None
    if not secrets.compare_digest(sha256(text), key.sha256 if key else NOBODY) or key is None:
        raise InvalidCredential
    note_use(key)
    return Visitor(f"key:{key.pk}", key.name, frozenset(key.scopes), key.expires_at)


def note_use(key: ApiKey) -> None:
    """By day, so that a busy key costs one write a day."""
    today = now().date()
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
