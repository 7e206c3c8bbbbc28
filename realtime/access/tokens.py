"""JSON Web Tokens: what a log-in gives, and whom a token that comes back belongs to."""

import secrets
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.timezone import now
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken
from rest_framework_simplejwt.utils import datetime_from_epoch

from .models import Session
from .visitors import PERSON, Visitor

SESSION, STAMP = "sid", "pwd"


class InvalidCredential(Exception):  # noqa: N818  # what it says
    """Forged, expired, ended, of another kind: whoever shows it does not learn which."""

    def __init__(self) -> None:
        super().__init__("The token or key is not valid, or no longer.")


def log_in(user: Any) -> RefreshToken:
    """A refresh token with a session of its own; `access_token` of it carries the same session."""
    Session.objects.filter(expires_at__lt=now()).delete()
    token: RefreshToken = RefreshToken.for_user(user)
    token[SESSION], token[STAMP] = token["jti"], stamp(user)
    Session.objects.create(id=token["jti"], user=user, expires_at=datetime_from_epoch(token["exp"]))
    return token


def stamp(user: AbstractBaseUser) -> str:
    """Another one once the password has changed; Django ends its own sessions by the same hash."""
    return user.get_session_auth_hash()[:32]


def visitor_of_token(text: str) -> Visitor:
    token = verified(AccessToken, text)
    session = live_session(token)
    return Visitor(
        subject=f"user:{session.user_id}",
        name=session.user.get_username(),
        scopes=PERSON,
        expires_at=datetime_from_epoch(token["exp"]),
        session=session.id,
        stamp=token[STAMP],
    )


def verified(kind: Any, text: str) -> Any:
    """A token of that kind, ours and not expired."""
    try:
        return kind(text)
    except (TokenError, ValueError, TypeError, OverflowError) as error:
        raise InvalidCredential from error


def live_session(token: Any) -> Session:
    session = live_sessions([str(token.get(SESSION, ""))]).get(str(token.get(SESSION, "")))
    if session is None or not secrets.compare_digest(stamp(session.user), str(token.get(STAMP, ""))):
        raise InvalidCredential
    return session


def live_sessions(ids: list[str]) -> dict[str, Session]:
    """Those that nobody ended, of people who may still come in; one query."""
    sessions = Session.objects.filter(pk__in=ids, ended_at=None, user__is_active=True).select_related("user")
    return {session.pk: session for session in sessions}


def log_out(refresh: str) -> None:
    Session.objects.filter(pk=live_session(verified(RefreshToken, refresh)).pk).update(ended_at=now())
