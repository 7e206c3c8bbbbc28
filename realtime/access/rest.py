"""The same visitors for the REST framework."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from .addresses import address_of
from .buckets import Bucket, spend, window
from .credentials import InvalidCredential, credential_in, identify, names_a_token
from .models import Scope
from .visitors import Visitor

IN_HEADER = "Send a token or key in the header Authorization and never in the address, which is logged on its way."


class TokenInURL(APIException):
    status_code, default_code, default_detail = 400, "token_in_url", IN_HEADER


class HeaderAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` or `Authorization: Api-Key …`."""

    def authenticate(self, request: Request) -> tuple[Visitor, Visitor] | None:
        if names_a_token(request.META.get("QUERY_STRING", "")):
            raise TokenInURL
        credential = credential_in(request.META.get("HTTP_AUTHORIZATION", ""))
        if credential is None:
            return None
        try:
            visitor = identify(credential)
        except InvalidCredential as error:
            raise AuthenticationFailed(str(error), "not_authenticated") from error
        return visitor, visitor

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HeaderScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API shows it."""

    target_class = HeaderAuthentication
    name = ["token", "key"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        token = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        key = {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Api-Key aqi_…"}
        return [token, key]


class MayRead(BasePermission):
    """Anybody where the operator lets them; else whoever is logged in, or has a key that reads."""

    message, code = "This key lacks the scope `read`.", "forbidden"

    def has_permission(self, request: Request, view: Any) -> bool:
        visitor: Any = request.user
        if isinstance(visitor, Visitor):
            return Scope.READ in visitor.scopes
        return settings.AQI_ANONYMOUS or bool(visitor and visitor.is_authenticated)


class Throttle(BaseThrottle):
    """So many requests a minute of a person, a program or an address, in all processes together."""

    seconds_to_wait = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        visitor: Any = request.user
        limit = limit_of_anybody(request.META)
        if visitor is not None and visitor.is_authenticated:
            limit = limit_of(visitor.subject if isinstance(visitor, Visitor) else f"user:{visitor.pk}", "user")
        self.seconds_to_wait = spend(*limit)
        return self.seconds_to_wait == 0

    def wait(self) -> float:
        return self.seconds_to_wait


def limit_of_anybody(meta: Mapping[str, Any]) -> tuple[str, Bucket]:
    return limit_of(f"address:{address_of(meta)}", "anon")


def limit_of(subject: str, kind: str) -> tuple[str, Bucket]:
    return f"rest:{subject}", window(api_settings.DEFAULT_THROTTLE_RATES[kind])
