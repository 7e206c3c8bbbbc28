"""WAQI's live answer, passed through: asked anew for every reader, and kept nowhere."""

from dataclasses import asdict

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from forecasts.gazetteer import parse_location
from forecasts.providers import ProviderError
from forecasts.providers.quota import governed_by
from forecasts.providers.waqi import Shown, look
from forecasts.quota import SharedGovernor

from .answers import ProblemSerializer
from .problems import MEDIA_TYPE, problem

OFF = (
    "WAQI is not enabled on this server: its operator gets a token at https://aqicn.org/data-platform/token/ "
    "and sets AQI_WAQI_TOKEN."
)
NOTICE = "Live from WAQI, whose terms forbid to cache, archive or resell it. Indices, not concentrations."


class AttributionSerializer(serializers.Serializer[dict[str, str]]):
    name = serializers.CharField()
    url = serializers.CharField()


class WAQISerializer(serializers.Serializer[dict[str, object]]):
    """`aqi` and `indices` are indices as WAQI computes them, on the US scale; never concentrations."""

    location = serializers.CharField()
    scale = serializers.CharField()
    unit = serializers.CharField()
    station = serializers.CharField()
    observed_at = serializers.CharField(allow_null=True)
    aqi = serializers.FloatField(allow_null=True)
    dominant_pollutant = serializers.CharField(allow_null=True)
    indices = serializers.DictField(child=serializers.FloatField(allow_null=True))
    attributions = AttributionSerializer(many=True)
    notice = serializers.CharField()


class WAQIView(APIView):
    """What the nearest station of WAQI shows now; `no-store`, because its terms want it so."""

    renderer_classes = [JSONRenderer]

    @extend_schema(
        responses={
            200: WAQISerializer,
            **{(status, MEDIA_TYPE): ProblemSerializer for status in (404, 406, 409, 429, 502)},
        }
    )
    def get(self, request: Request, location: str) -> HttpResponse:
        place = parse_location(location)
        if not settings.AQI_WAQI_TOKEN:
            return problem(request, 404, "waqi_not_enabled", OFF)
        if place.latitude is None or place.longitude is None:
            return problem(request, 404, "no_coordinates", f"{place.name} has no coordinates.")
        try:
            shown = async_to_sync(ask)(place.latitude, place.longitude)
        except ProviderError as error:
            answer: HttpResponse = problem(request, 502, "waqi_failed", str(error))
        else:
            answer = Response(
                {
                    "location": place.slug,
                    "scale": "us_epa_as_shown_by_waqi",
                    "unit": "index",
                    **asdict(shown),
                    "notice": NOTICE,
                }
            )
        answer["Cache-Control"] = "no-store"
        return answer


async def ask(latitude: float, longitude: float) -> Shown:
    with governed_by(SharedGovernor()):
        return await look(latitude, longitude)
