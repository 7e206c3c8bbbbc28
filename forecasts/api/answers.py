"""The JSON of every REST answer that is more or less than a snapshot, made of the same parts."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from .serializers import STATUSES, ForecastHourSerializer, LocationSerializer, SourceSerializer


class IndexSummarySerializer(serializers.Serializer[dict[str, object]]):
    value = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_null=True, default=None)  # snapshots of before have none
    category = serializers.CharField(allow_null=True)
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field named label, not the option
    color = serializers.CharField(allow_null=True)
    dominant_pollutant = serializers.CharField(allow_null=True)
    scale = serializers.CharField(allow_null=True)


class LocationURLsSerializer(serializers.Serializer[dict[str, str]]):
    current = serializers.CharField()
    forecast = serializers.CharField()
    history = serializers.CharField()
    websocket = serializers.CharField()


class LocationRowSerializer(LocationSerializer):
    """A location and its newest snapshot in short: a row of the list, and the whole of …/locations/{location}/."""

    status = serializers.ChoiceField(choices=STATUSES)
    observed_at = serializers.DateTimeField(allow_null=True)
    stale_at = serializers.DateTimeField(allow_null=True)
    aqi = IndexSummarySerializer()
    urls = LocationURLsSerializer()
    distance_km = serializers.FloatField(required=False, help_text="Only in answers to `near`.")

    class Meta(LocationSerializer.Meta):
        fields = [*LocationSerializer.Meta.fields, "status", "observed_at", "stale_at", "aqi", "urls", "distance_km"]


class IndexHourSerializer(ForecastHourSerializer):
    """An hour as in the snapshot, with more; null during a replay, which has no more."""

    lo95 = serializers.IntegerField(allow_null=True)
    hi95 = serializers.IntegerField(allow_null=True)
    mean = serializers.IntegerField(allow_null=True)
    probabilities = serializers.DictField(child=serializers.FloatField(), allow_null=True)


class PollutantHourSerializer(serializers.Serializer[dict[str, object]]):
    valid_at = serializers.DateTimeField()
    value = serializers.FloatField()
    lo80 = serializers.FloatField(allow_null=True)
    hi80 = serializers.FloatField(allow_null=True)
    lo95 = serializers.FloatField(allow_null=True)
    hi95 = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)


class PollutantForecastSerializer(serializers.Serializer[dict[str, object]]):
    unit = serializers.CharField()
    model = serializers.CharField()
    given = serializers.ListField(child=serializers.CharField())
    hours = PollutantHourSerializer(many=True)


class ForecastSerializer(serializers.Serializer[dict[str, object]]):
    """The answer of …/forecast/; `status` is `unavailable`, and all lists are empty, where nothing can be said."""

    location = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    model = serializers.CharField(allow_null=True)
    scale = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    given = serializers.ListField(child=serializers.CharField())
    aqi = IndexHourSerializer(many=True)
    pollutants = serializers.DictField(child=PollutantForecastSerializer())


class HistoryHourSerializer(serializers.Serializer[dict[str, object]]):
    observed_at = serializers.DateTimeField()
    parameter = serializers.CharField()
    value_ug_m3 = serializers.FloatField()
    original_value = serializers.FloatField()
    original_unit = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field named source, not the option
    licence = serializers.CharField()
    is_simulated = serializers.BooleanField()
    flags = serializers.ListField(child=serializers.CharField(), help_text="What there is to say against the value.")


class HistoryDaySerializer(serializers.Serializer[dict[str, object]]):
    """A local day; the mean is null if fewer than 18 of its hours are known."""

    day = serializers.DateField()
    parameter = serializers.CharField()
    mean_ug_m3 = serializers.FloatField(allow_null=True)
    min_ug_m3 = serializers.FloatField()
    max_ug_m3 = serializers.FloatField()
    hours = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field named source, not the option
    licence = serializers.CharField()
    is_simulated = serializers.BooleanField()


class IndexHistoryHourSerializer(serializers.Serializer[dict[str, object]]):
    """With `scale`: the index that is made of the hours up to this one."""

    observed_at = serializers.DateTimeField()
    value = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    color = serializers.CharField(allow_null=True)
    scale = serializers.CharField()
    scale_version = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field named source, not the option
    licence = serializers.CharField()
    is_simulated = serializers.BooleanField()


class IndexHistoryDaySerializer(serializers.Serializer[dict[str, object]]):
    """With `scale`: the worst and the best hour of a local day; `hours` have an index, `category` is that of `max`."""

    day = serializers.DateField()
    max = serializers.IntegerField(allow_null=True)
    min = serializers.IntegerField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    color = serializers.CharField(allow_null=True)
    hours = serializers.IntegerField()
    scale = serializers.CharField()
    scale_version = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field named source, not the option
    licence = serializers.CharField()
    is_simulated = serializers.BooleanField()


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="HistoryRow",
        serializers=[
            HistoryHourSerializer,
            HistoryDaySerializer,
            IndexHistoryHourSerializer,
            IndexHistoryDaySerializer,
        ],
        resource_type_field_name=None,
        many=True,
    )
)
class HistoryRowsField(serializers.ListField):
    """Hours or days."""


class HistorySerializer(serializers.Serializer[dict[str, object]]):
    """`rows` are days where `resolution` is daily; `attribution` names whoever is in them."""

    location = serializers.CharField()
    to = serializers.DateTimeField()
    resolution = serializers.CharField()
    units = serializers.CharField()
    scale = serializers.CharField(required=False, help_text="Only where an index was asked for.")
    scale_version = serializers.CharField(required=False)
    rows = HistoryRowsField()
    attribution = SourceSerializer(many=True)

    def get_fields(self) -> Any:
        # `from` is a word of Python, so it cannot stand in the class like the others.
        return {"from": serializers.DateTimeField(), **super().get_fields()}


class CitySerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    country = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    timezone = serializers.CharField()
    population = serializers.IntegerField()


class ParameterErrorSerializer(serializers.Serializer[dict[str, str]]):
    parameter = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[dict[str, object]]):
    """RFC 9457; `suggestions` where a location was not understood, `errors` where parameters were not."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()  # type: ignore[assignment]  # a field named instance, not the object
    code = serializers.CharField()
    suggestions = serializers.ListField(child=serializers.CharField(), required=False)
    errors = ParameterErrorSerializer(many=True, required=False)  # type: ignore[assignment]  # a field, not the result
