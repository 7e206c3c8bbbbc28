"""Whoever asks: a person with a token, a program with a key, or anybody."""

from dataclasses import dataclass
from datetime import datetime

from .models import Scope


@dataclass(frozen=True, slots=True)
class Visitor:
    """`subject` is what limits count by; `session` and `stamp` are what may end before `expires_at`."""

    subject: str
    name: str
    scopes: frozenset[str]
    expires_at: datetime | None = None
    session: str = ""
    stamp: str = ""

    # What the REST framework asks of a user.
    is_authenticated = True
    is_active = True

    def __str__(self) -> str:
        return self.name


PERSON = frozenset({Scope.READ.value, Scope.REFRESH.value})
ANYBODY = Visitor("", "", PERSON)
