"""The only definition of the outward JSON: snapshots, REST answers, the API's schema and the fixtures follow it."""

from rest_framework import serializers

from forecasts.history import Because
from forecasts.models import Location

STATUSES = ["live", "modelled", "stale", "simulated", "replay", "unavailable"]


class LocationSerializer(serializers.ModelSerializer[Location]):
    class Meta:
        model = Location
        fields = ["slug", "name", "country", "latitude", "longitude", "timezone"]
        read_only_fields = fields  # so the schema says that all of them are always there


class AQISerializer(serializers.Serializer[dict[str, object]]):
    value = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field named label, not the option
    color = serializers.CharField(allow_null=True)
    dominant_pollutant = serializers.CharField(allow_null=True)
    scale = serializers.CharField()
    scale_version = serializers.CharField()
    averaging = serializers.CharField(allow_null=True)
    advice = serializers.CharField(allow_null=True)


class PollutantSerializer(serializers.Serializer[dict[str, object]]):
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    averaging = serializers.CharField()
    index = serializers.IntegerField(allow_null=True)
    observed_at = serializers.DateTimeField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # a field named source, not the option
    # Only where several sources of the location have it.
    chosen_because = serializers.ChoiceField(choices=[each.value for each in Because], required=False)
    sources_disagree = serializers.BooleanField(required=False)


class ForecastHourSerializer(serializers.Serializer[dict[str, object]]):
    valid_at = serializers.DateTimeField()
    value = serializers.IntegerField()
    lo80 = serializers.IntegerField()
    hi80 = serializers.IntegerField()
    category = serializers.CharField()


class IndexForecastSerializer(serializers.Serializer[dict[str, object]]):
    issued_at = serializers.DateTimeField(allow_null=True)
    model = serializers.CharField(allow_null=True)
    hours = ForecastHourSerializer(many=True)


class SourceSerializer(serializers.Serializer[dict[str, object]]):
    name = serializers.CharField()
    attribution = serializers.CharField()
    licence = serializers.CharField()
    url = serializers.CharField(allow_blank=True)


class SnapshotSerializer(serializers.Serializer[dict[str, object]]):
    """`data` of an update on the socket, and the whole answer of …/current/."""

    location = LocationSerializer()
    status = serializers.ChoiceField(choices=STATUSES)
    observed_at = serializers.DateTimeField(allow_null=True)
    stale_at = serializers.DateTimeField(allow_null=True)
    aqi = AQISerializer()
    scales = serializers.DictField(child=AQISerializer())
    pollutants = serializers.DictField(child=PollutantSerializer())
    forecast = IndexForecastSerializer()
    sources = SourceSerializer(many=True)
