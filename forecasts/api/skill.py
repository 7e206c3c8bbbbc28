"""How good our forecasts were, for everybody to see."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from forecasts.air import AIRS
from forecasts.gazetteer import parse_location
from forecasts.scoreboard import skill_of, skill_of_all

from .conditional import conditional
from .streaming import dumps
from .views import PROBLEMS, View


class LeadSerializer(serializers.Serializer[dict[str, object]]):
    """Figures of the forecasts made so many hours ahead; null where fewer than `needed` were compared."""

    lead_hours = serializers.IntegerField()
    count = serializers.IntegerField()
    enough = serializers.BooleanField()
    mae = serializers.FloatField(allow_null=True)
    bias = serializers.FloatField(allow_null=True)
    mae_persistence = serializers.FloatField(allow_null=True)
    skill_persistence = serializers.FloatField(allow_null=True)
    mae_climatology = serializers.FloatField(allow_null=True)
    skill_climatology = serializers.FloatField(allow_null=True)
    coverage80 = serializers.FloatField(allow_null=True)
    coverage95 = serializers.FloatField(allow_null=True)
    category_hits = serializers.FloatField(allow_null=True)


class ParameterSkillSerializer(serializers.Serializer[dict[str, object]]):
    parameter = serializers.CharField()
    unit = serializers.CharField()
    leads = LeadSerializer(many=True)


class GroupSerializer(serializers.Serializer[dict[str, object]]):
    air = serializers.ChoiceField(choices=AIRS, allow_null=True)
    enough = serializers.BooleanField()
    reason = serializers.ChoiceField(choices=["nothing_compared", "too_few_hours"], allow_null=True)
    parameters = ParameterSkillSerializer(many=True)


class PeriodSerializer(serializers.Serializer[dict[str, object]]):
    to = serializers.DateField()
    needed = serializers.IntegerField()

    def get_fields(self) -> Any:
        # `from` is a word of Python, so it cannot stand in the class like the others.
        return {"from": serializers.DateField(), **super().get_fields()}


class LocationSkillSerializer(PeriodSerializer, GroupSerializer):
    location = serializers.CharField()

    def get_fields(self) -> Any:
        fields = super().get_fields()
        return {"location": fields.pop("location"), **fields}


class SkillSerializer(PeriodSerializer):
    groups = GroupSerializer(many=True)


class LocationSkillView(View):
    """How good the forecasts of a location were over the last 30 days, by hours ahead."""

    renderer_classes = [JSONRenderer]

    @extend_schema(responses={200: LocationSkillSerializer, 304: None, **PROBLEMS})
    def get(self, request: Request, location: str) -> HttpResponse:
        return answered(request, LocationSkillSerializer(skill_of(parse_location(location), now())).data)


class SkillView(View):
    """The same over all locations together; measured, modelled and simulated air apart."""

    renderer_classes = [JSONRenderer]

    @extend_schema(responses={200: SkillSerializer, 304: None, **PROBLEMS})
    def get(self, request: Request) -> HttpResponse:
        return answered(request, SkillSerializer(skill_of_all(now())).data)


def answered(request: Request, answer: object) -> HttpResponse:
    text = dumps(answer)
    return conditional(request, text, f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"')
