"""Tokens that must not open anything, made at the moment when a test wants them."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.timezone import now

from realtime.access import tokens
from realtime.access.models import Session

KEY = settings.SIMPLE_JWT["SIGNING_KEY"]
Claims = dict[str, Any]


def user(name: str = "ana", password: str | None = None) -> User:
    return User.objects.create_user(name, password=password)  # to hash a password takes a while, and few tests need one


def claims(**changes: Any) -> Claims:
    """Those of a token that is good, changed; None takes one away."""
    refresh = tokens.log_in(user())
    good = jwt.decode(str(refresh.access_token), KEY, ["HS256"], audience="aqi-server")
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(headers: Claims | None = None, key: Any = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm, headers)


def by_hand(header: Claims, payload: Claims, signature: str = "") -> str:
    parts = [base64url(json.dumps(part).encode()) for part in (header, payload)]
    return ".".join([*parts, signature])


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def ago(**period: float) -> int:
    return int((now() - timedelta(**period)).timestamp())


def tampered() -> str:
    head, _, signature = signed().split(".")
    return f"{head}.{by_hand({}, claims_of_another()).split('.')[1]}.{signature}"


def claims_of_another() -> Claims:
    other = tokens.log_in(user("another"))
    return {**other.access_token.payload, "aud": "aqi-server", "iss": "aqi-server"}


def with_public_key_as_secret() -> str:
    """Signed by HMAC with what a server that confuses algorithms would take as the key of RS256."""
    public = rsa.generate_private_key(65537, 2048).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    unsigned = by_hand({"alg": "HS256", "typ": "JWT"}, claims()).rpartition(".")[0]
    return f"{unsigned}.{base64url(hmac.digest(pem, unsigned.encode(), 'sha256'))}"


def with_own_key_inside() -> str:
    key = rsa.generate_private_key(65537, 2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return signed({"jwk": public}, key, "RS256")


def of_a_user(change: Callable[[User], None]) -> str:
    one = user()
    token = str(tokens.log_in(one).access_token)
    change(one)
    one.save()
    return token


def of_an_ended_session() -> str:
    refresh = tokens.log_in(user())
    tokens.log_out(str(refresh))
    return str(refresh.access_token)


def of_a_deleted_session() -> str:
    token = signed()
    Session.objects.all().delete()
    return token


def disable(one: User) -> None:
    one.is_active = False


def change_password(one: User) -> None:
    one.set_password("another horse")


FORGED: dict[str, Callable[[], str]] = {
    "nonsense": lambda: "nonsense",
    "three empty parts": lambda: "..",
    "an API key that nobody made": lambda: "aqi_00000000_nobody",
    "no algorithm": lambda: by_hand({"alg": "none", "typ": "JWT"}, claims()),
    "no algorithm, spelled otherwise": lambda: by_hand({"alg": "nOnE"}, claims()),
    "no signature": lambda: signed().rpartition(".")[0] + ".",
    "another payload": tampered,
    "another key": lambda: signed(key="k" * 64),
    "another hash": lambda: signed(algorithm="HS512"),
    "the key of whatever else is signed": lambda: signed(key=settings.SECRET_KEY.ljust(64)),
    "RSA with a key of its own": lambda: signed(key=rsa.generate_private_key(65537, 2048), algorithm="RS256"),
    "an elliptic curve": lambda: signed(key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"),
    "a public key as the secret": with_public_key_as_secret,
    "its own key in the head": with_own_key_inside,
    "a key id that is an empty file": lambda: signed({"kid": "../../../dev/null"}, "\0" * 32),
    "a key id that is SQL": lambda: signed({"kid": "x' UNION SELECT 'key"}, "key" * 16),
    "a key at another address": lambda: signed({"jku": "http://127.0.0.1:9/keys"}, "k" * 64),
    "expired": lambda: signed(exp=ago(seconds=1)),
    "no expiry": lambda: signed(exp=None),
    "not yet valid": lambda: signed(nbf=ago(hours=-1)),
    "another audience": lambda: signed(aud="another"),
    "no audience": lambda: signed(aud=None),
    "another issuer": lambda: signed(iss="another"),
    "no issuer": lambda: signed(iss=None),
    "no kind": lambda: signed(token_type=None),
    "a refresh token as access": lambda: str(tokens.log_in(user())),
    "no session": lambda: signed(sid=None),
    "a session that never was": lambda: signed(sid="f" * 32),
    "a session that is no text": lambda: signed(sid={"pk__gte": ""}),
    "no stamp of the password": lambda: signed(pwd=None),
    "a deleted session": of_a_deleted_session,
    "logged out": of_an_ended_session,
    "a disabled user": lambda: of_a_user(disable),
    "an old password": lambda: of_a_user(change_password),
}
