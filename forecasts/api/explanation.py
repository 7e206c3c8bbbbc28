"""How the index that readers see came about, hour by hour."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from forecasts.explanations import explained
from forecasts.gazetteer import parse_location
from forecasts.snapshots import get_current_forecast

from .conditional import conditional
from .parameters import ExplanationQuery, read
from .serializers import STATUSES, SourceSerializer
from .streaming import dumps
from .views import PROBLEMS, View


class UsedHourSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    value = serializers.FloatField()
    weight = serializers.FloatField()


class StepSerializer(serializers.Serializer[Any]):
    """One table: the average is the sum of `value` × `weight`; `value` is the average as it was looked up."""

    period = serializers.CharField()
    averaging = serializers.CharField()
    hours = UsedHourSerializer(many=True)
    missing = serializers.ListField(child=serializers.DateTimeField())
    average = serializers.FloatField(allow_null=True)
    value = serializers.FloatField(allow_null=True)
    index = serializers.IntegerField(allow_null=True)
    risk_percent = serializers.FloatField(allow_null=True)
    counts = serializers.BooleanField()
    arithmetic = serializers.ListField(child=serializers.CharField())


class ExplainedPollutantSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    index = serializers.IntegerField(allow_null=True)
    source = SourceSerializer()  # type: ignore[assignment]  # a field named source, not the option
    steps = StepSerializer(many=True)


class ExplanationSerializer(serializers.Serializer[Any]):
    """The answer of …/explain/: `value` is the index of the snapshot `epoch`-`seq`, all else says how it came about."""

    location = serializers.CharField()
    epoch = serializers.CharField()
    seq = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STATUSES)
    scale = serializers.CharField()
    scale_version = serializers.CharField()
    authority = serializers.CharField()
    at = serializers.DateTimeField()
    value = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    category = serializers.CharField(allow_null=True)
    dominant_pollutant = serializers.CharField(allow_null=True)
    arithmetic = serializers.CharField()
    pollutants = serializers.DictField(child=ExplainedPollutantSerializer())
    missing_pollutants = serializers.ListField(child=serializers.CharField())
    unchecked = serializers.CharField()


class ExplanationView(View):
    """How the index of the newest snapshot came about: hours, weights, averages, the row of the table, the source."""

    renderer_classes = [JSONRenderer]

    @extend_schema(parameters=[ExplanationQuery], responses={200: ExplanationSerializer, 304: None, **PROBLEMS})
    def get(self, request: Request, location: str) -> HttpResponse:
        scale = read(ExplanationQuery, request).get("scale")
        answer = explained(get_current_forecast(parse_location(location)), scale)
        text = dumps(ExplanationSerializer(answer).data)
        return conditional(request, text, f'"{answer["epoch"]}-{answer["seq"]}-{answer["scale"]}-explained"')
