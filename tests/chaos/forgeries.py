"""Prints, as JSON, tokens that must open nothing, and as `good` one that does: run it with the settings of a site."""

import json
import secrets
import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402  (models can be imported only now)

from realtime.access import tokens  # noqa: E402
from tests.realtime.access import forged  # noqa: E402


def somebody_new(name: str = "ana", password: str | None = None) -> User:
    """Nothing is rolled back here, so every forgery is of somebody else."""
    return User.objects.create_user(f"{name}-{secrets.token_hex(4)}", password=password)


forged.user = somebody_new
shown = {name: forge() for name, forge in forged.FORGED.items()}
good = str(tokens.log_in(somebody_new()).access_token)  # the last, since one of the others ends all sessions
json.dump({**shown, "good": good}, sys.stdout)
