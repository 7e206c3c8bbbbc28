"""Whoever guesses passwords: after five for one name from one address, none is looked at for a while."""

import hashlib
import logging
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from . import buckets
from .addresses import address_of

logger = logging.getLogger(__name__)

ATTEMPTS = buckets.Bucket(capacity=5, refill=5, seconds=900)


class LockingBackend(ModelBackend):
    """The admin and the tokens log in here; a name that does not exist is locked like any other."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if request is None or username is None:
            return super().authenticate(request, username, password, **kwargs)
        address = address_of(request.META)
        key = f"login:{address}:{hashlib.sha256(username.lower().encode()).hexdigest()[:16]}"
        attempt = buckets.take(key, ATTEMPTS)
        if not attempt.granted:
            logger.warning("Too many log-ins of one name from %s: locked for %d s", address, attempt.wait)
            raise PermissionDenied  # which Django answers like a wrong password
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            buckets.refill(key)
        return user
