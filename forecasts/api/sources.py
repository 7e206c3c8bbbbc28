"""What every source of a location says now, which of them is shown of each pollutant, and why."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from forecasts.composition import terms
from forecasts.gazetteer import parse_location
from forecasts.history import Because, listen
from forecasts.models import Location, Observation, Source
from forecasts.quality import names

from .views import PROBLEMS, View

SPOKE_WITHIN = timedelta(hours=36)


class SaidSerializer(serializers.Serializer[dict[str, object]]):
    """The newest hour of one source; doubted values are here too, with their `flags`."""

    source = serializers.CharField()  # type: ignore[assignment]  # a field named source, not the option
    attribution = serializers.CharField()
    licence = serializers.CharField()
    is_shown = serializers.BooleanField()
    observed_at = serializers.DateTimeField()
    value_ug_m3 = serializers.FloatField()
    original_value = serializers.FloatField()
    original_unit = serializers.CharField()
    flags = serializers.ListField(child=serializers.CharField())


class ChoiceSerializer(serializers.Serializer[dict[str, object]]):
    """`chosen_because` is null where nothing is shown."""

    chosen_because = serializers.ChoiceField(choices=[each.value for each in Because], allow_null=True)
    sources_disagree = serializers.BooleanField()
    said = SaidSerializer(many=True)


class SourcesSerializer(serializers.Serializer[dict[str, object]]):
    location = serializers.CharField()
    pollutants = serializers.DictField(child=ChoiceSerializer())


class SourcesView(View):
    """Of each pollutant, what the sources said last within 36 hours, in the order in which they are asked."""

    renderer_classes = [JSONRenderer]

    @extend_schema(responses={200: SourcesSerializer, **PROBLEMS})
    def get(self, request: Request, location: str) -> Response:
        content: Any = choices(parse_location(location), now())
        return Response(SourcesSerializer(content).data)


def choices(location: Location, clock: datetime) -> dict[str, Any]:
    sources = list(location.sources.filter(is_enabled=True))
    heard = listen(sources, clock, SPOKE_WITHIN)
    pollutants = {}
    for parameter, rows in newest(sources, clock).items():
        choice, shown = heard.choices.get(parameter), heard.sources.get(parameter)
        pollutants[parameter] = {
            "chosen_because": choice and choice.because,
            "sources_disagree": choice is not None and choice.sources_disagree,
            "said": [said(row, source, is_shown=source is shown) for source, row in rows],
        }
    return {"location": location.slug, "pollutants": pollutants}


def newest(sources: list[Source], clock: datetime) -> dict[str, list[tuple[Source, Observation]]]:
    rows: dict[tuple[int, str], Observation] = {}
    spoken = Observation.objects.filter(source__in=sources, observed_at__range=(clock - SPOKE_WITHIN, clock))
    for row in spoken.order_by("observed_at"):
        rows[row.source_id, row.parameter] = row
    found: dict[str, list[tuple[Source, Observation]]] = defaultdict(list)
    for source in sources:
        for (source_id, parameter), row in rows.items():
            if source_id == source.pk:
                found[parameter].append((source, row))
    return found


def said(row: Observation, source: Source, *, is_shown: bool) -> dict[str, Any]:
    about = terms(source)
    return {
        "source": about["name"],
        "attribution": about["attribution"],
        "licence": about["licence"],
        "is_shown": is_shown,
        "observed_at": row.observed_at,
        "value_ug_m3": row.value_ug_m3,
        "original_value": row.original_value,
        "original_unit": row.original_unit,
        "flags": names(row.flags),
    }
