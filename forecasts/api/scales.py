"""The scales with their categories, colours and advice, in the reader's language."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from forecasts.aqi import SCALES, Scale
from forecasts.aqi.advice import ADVICE, GROUPS
from forecasts.aqi.tables import Category

from .conditional import conditional
from .languages import in_language_of, mark
from .streaming import dumps
from .views import PROBLEMS, View
from .words import POLLUTANTS, STATUSES


class AdviceSerializer(serializers.Serializer[dict[str, object]]):
    """`id` is what a snapshot says; `groups` says what each group of people should do, `steps` how far it goes."""

    id = serializers.CharField()
    text = serializers.CharField()
    steps = serializers.DictField(child=serializers.CharField())
    groups = serializers.DictField(child=serializers.CharField())


class CategorySerializer(serializers.Serializer[dict[str, object]]):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field named label, not the option
    color = serializers.CharField()
    lowest = serializers.IntegerField()
    advice = AdviceSerializer()


class ScaleSerializer(serializers.Serializer[dict[str, object]]):
    id = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField()
    authority = serializers.CharField()
    effective_from = serializers.DateField(allow_null=True)
    effective_until = serializers.DateField(allow_null=True)
    pollutants = serializers.ListField(child=serializers.CharField())
    beyond = serializers.CharField()
    level_colors = serializers.ListField(child=serializers.CharField())
    advised_groups = serializers.ListField(child=serializers.CharField())
    unchecked = serializers.CharField()
    categories = CategorySerializer(many=True)


class ScalesSerializer(serializers.Serializer[dict[str, object]]):
    language = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    statuses = serializers.DictField(child=serializers.CharField())
    pollutants = serializers.DictField(child=serializers.CharField())
    groups = serializers.DictField(child=serializers.CharField())
    scales = ScaleSerializer(many=True)


class ScalesView(View):
    """Every scale, and the words for statuses, pollutants and groups, in the language of `Accept-Language`."""

    renderer_classes = [JSONRenderer]

    @extend_schema(operation_id="scales", responses={200: ScalesSerializer, 304: None, **PROBLEMS})
    def get(self, request: Request) -> HttpResponse:
        return in_words(request, SCALES)


class ScaleView(ScalesView):
    """The same of one scale."""

    @extend_schema(operation_id="scale", responses={200: ScalesSerializer, 304: None, **PROBLEMS})
    def get(self, request: Request, scale: str) -> HttpResponse:  # type: ignore[override]  # of its address
        if scale not in SCALES:
            with in_language_of(request):
                raise NotFound(gettext("No scale has this id; there are: %(ids)s.") % {"ids": ", ".join(SCALES)})
        return in_words(request, {scale: SCALES[scale]})


def in_words(request: HttpRequest, scales: Mapping[str, Scale]) -> HttpResponse:
    with in_language_of(request) as language:
        answer = {
            "language": language,
            "languages": [code for code, _ in settings.LANGUAGES],
            "statuses": translated(STATUSES),
            "pollutants": translated(POLLUTANTS),
            "groups": translated(GROUPS),
            "scales": [described(scale) for scale in scales.values()],
        }
    content: Any = answer
    text = dumps(ScalesSerializer(content).data)
    response = conditional(request, text, f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"')
    mark(response, language)
    return response


def translated(words: Mapping[str, str]) -> dict[str, str]:
    return {name: gettext(word) for name, word in words.items()}


def described(scale: Scale) -> dict[str, Any]:
    names = [name for name in ScaleSerializer().get_fields() if name != "categories"]
    categories = [
        {"lowest": lowest, **in_this_language(category)}
        for lowest, category in zip(scale.lowest, scale.categories, strict=True)
    ]
    return {**{name: getattr(scale, name) for name in names}, "categories": categories}


def in_this_language(category: Category) -> dict[str, Any]:
    return {
        "id": category.id,
        "label": gettext(category.label),
        "color": category.color,
        "advice": {
            "id": category.advice,
            "text": gettext(ADVICE[category.advice]),
            "steps": category.steps,
            "groups": {group: gettext(text) for group, text in category.texts.items()},
        },
    }
