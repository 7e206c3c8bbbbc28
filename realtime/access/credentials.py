"""From what somebody shows to who it is, and whether that still holds."""

from collections.abc import Iterable, Mapping

from django.utils.timezone import now

from .keys import MARK, live_keys, visitor_of_key
from .models import Session
from .tokens import InvalidCredential, live_sessions, stamp, visitor_of_token
from .visitors import Visitor

__all__ = ["InvalidCredential", "credential_in", "ended", "identify", "names_a_token"]

SCHEMES = {"bearer", "api-key"}
SECRET_PARAMETERS = ("token", "access_token", "refresh_token", "jwt", "bearer", "api_key", "apikey", "authorization")


def credential_in(authorization: str) -> str | None:
    """The token or key in an Authorization header; None where there is none, or it is of another scheme."""
    scheme, _, credential = authorization.strip().partition(" ")
    return credential.strip() if scheme.lower() in SCHEMES else None


def names_a_token(query_string: str) -> bool:
    """Whether somebody put a secret into an address, where logs, caches and the history of browsers keep it."""
    names = (part.partition("=")[0].lower() for part in query_string.split("&"))
    return any(name in SECRET_PARAMETERS for name in names)


def identify(credential: str) -> Visitor:
    """Raises InvalidCredential, which says the same whatever is wrong."""
    return visitor_of_key(credential) if credential.startswith(MARK) else visitor_of_token(credential)


def ended(visitors: Iterable[Visitor]) -> set[Visitor]:
    """Those who may no longer come in: one query for people and one for programs, however many there are."""
    people = {visitor for visitor in visitors if visitor.session}
    programs = set(visitors) - people
    sessions = live_sessions([visitor.session for visitor in people]) if people else {}
    keys = {f"key:{pk}" for pk in live_keys().values_list("pk", flat=True)} if programs else set()
    return {
        *(one for one in people if is_over(one) or not holds(one, sessions)),
        *(one for one in programs if is_over(one) or one.subject not in keys),
    }


def is_over(visitor: Visitor) -> bool:
    return visitor.expires_at is not None and visitor.expires_at <= now()


def holds(visitor: Visitor, sessions: Mapping[str, Session]) -> bool:
    session = sessions.get(visitor.session)
    return session is not None and stamp(session.user) == visitor.stamp
