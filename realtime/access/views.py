"""Log in, go on, log out."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.utils import datetime_from_epoch

from . import tokens


class CredentialsSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, style={"input_type": "password"})


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class AccessSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    expires_at = serializers.DateTimeField()


class PairSerializer(AccessSerializer):
    refresh = serializers.CharField()


class TokenView(APIView):
    """Nobody needs a token to get one."""

    authentication_classes = []
    permission_classes = []
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    def get_authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def read(self, kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        serializer = kind(data=request.data)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values


class ObtainView(TokenView):
    """A log-in: an access token for some minutes, and a refresh token to get the next one with."""

    @extend_schema(request=CredentialsSerializer, responses=PairSerializer)
    def post(self, request: Request) -> Response:
        user = authenticate(request._request, **self.read(CredentialsSerializer, request))
        if user is None:
            # The same for a wrong name, a wrong password, a disabled user and too many attempts.
            raise AuthenticationFailed("The name or the password is wrong, or it was tried too often.", "wrong_login")
        refresh = tokens.log_in(user)
        return no_store({**access(refresh), "refresh": str(refresh)})


class RefreshView(TokenView):
    @extend_schema(request=RefreshSerializer, responses=AccessSerializer)
    def post(self, request: Request) -> Response:
        try:
            refresh = tokens.verified(RefreshToken, self.read(RefreshSerializer, request)["refresh"])
            tokens.live_session(refresh)
        except tokens.InvalidCredential as error:
            raise AuthenticationFailed(str(error), "not_authenticated") from error
        return no_store(access(refresh))


class LogOutView(TokenView):
    """Ends the log-in: every token of it, and within a minute every connection that came with one."""

    @extend_schema(request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        try:
            tokens.log_out(self.read(RefreshSerializer, request)["refresh"])
        except tokens.InvalidCredential as error:
            raise AuthenticationFailed(str(error), "not_authenticated") from error
        return Response(status=204)


def access(refresh: RefreshToken) -> dict[str, Any]:
    token = refresh.access_token
    return {"access": str(token), "expires_at": datetime_from_epoch(token["exp"])}


def no_store(answer: dict[str, Any]) -> Response:
    return Response(answer, headers={"Cache-Control": "no-store"})
