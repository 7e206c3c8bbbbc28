"""What may stand in a query string; anything else there is ignored."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.request import Request

from forecasts.aqi import SCALES, STORED_PARAMETERS
from forecasts.composition import SHOWN_SCALES
from forecasts.models import Location

DEFAULT_HOURS = timedelta(hours=48)
LONGEST = {"hourly": timedelta(days=366), "daily": timedelta(days=3653)}
DAY = timedelta(days=1)

Query = serializers.Serializer[Any]


def read(query: type[Query], request: Request) -> Mapping[str, Any]:
    """The parameters of a request; raises ValidationError, which names each bad one."""
    serializer = query(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    values: Mapping[str, Any] = serializer.validated_data
    return values


class DegreesField(serializers.CharField):
    """Comma-separated degrees, such as `lat,lon`."""

    limits = {"lat": 90.0, "lon": 180.0, "west": 180.0, "south": 90.0, "east": 180.0, "north": 90.0}

    def __init__(self, names: str, **options: Any) -> None:
        self.names = names.split(",")
        super().__init__(help_text=f"As {names}, in degrees.", **options)

    def to_internal_value(self, text: Any) -> tuple[float, ...]:  # type: ignore[override]  # text in, degrees out
        try:
            degrees = tuple(float(part) for part in str(text).split(","))
        except ValueError:
            degrees = ()
        limits = [self.limits[name] for name in self.names]
        if len(degrees) != len(limits) or not all(abs(d) <= limit for d, limit in zip(degrees, limits, strict=True)):
            wanted = ", ".join(f"{name} within ±{self.limits[name]:.0f}" for name in self.names)
            raise serializers.ValidationError(f"Give numbers separated by commas: {wanted}.")
        return degrees


class MomentField(serializers.DateTimeField):
    """A moment of this or a neighbouring century, as no other can be converted to every time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, default_timezone=UTC, **options)

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if not 1900 <= moment.year < 2200:
            raise serializers.ValidationError("Give a moment from 1900 to 2199.")
        return moment


class ScaleField(serializers.ChoiceField):
    """The id of a scale; an error names all that there are."""

    def __init__(self, scales: Iterable[str], **options: Any) -> None:
        known = list(scales)
        message = f"There is no such scale here; there are {', '.join(known)}."
        super().__init__(choices=known, required=False, error_messages={"invalid_choice": message}, **options)


class RowQuery(Query):
    scale = ScaleField(SHOWN_SCALES, help_text="The index to show; that of the location if it lacks.")


class LocationQuery(RowQuery):
    search = serializers.CharField(
        required=False, max_length=200, help_text="Part of a name, slug or alias, or a country code; accents may lack."
    )
    near = DegreesField("lat,lon", required=False)
    bbox = DegreesField("west,south,east,north", required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=200, default=50)

    def validate_bbox(self, bbox: tuple[float, ...]) -> tuple[float, ...]:
        _, south, _, north = bbox
        if south > north:
            raise serializers.ValidationError("South is above north; the order is west,south,east,north.")
        return bbox


class AsOfQuery(Query):
    as_of = MomentField(help_text="What was shown at this past moment, as far as it is kept; UTC if it names no zone.")

    def validate_as_of(self, moment: datetime) -> datetime:
        if moment > now():
            raise serializers.ValidationError("This moment is still to come.")
        return moment


class ExplanationQuery(Query):
    scale = ScaleField(SCALES, help_text="The index to explain; that of the location if it lacks.")


class CurrentQuery(AsOfQuery):
    scale = ScaleField(SCALES, help_text="The index to show; that of the location if it lacks.")


class ForecastQuery(CurrentQuery):
    hours = serializers.IntegerField(min_value=1, max_value=120, default=24)


class CityQuery(Query):
    search = serializers.CharField(max_length=200, help_text="The beginning of a name; accents may lack.")


class HistoryQuery(Query):
    to = MomentField(help_text="Up to and without this moment; now if it lacks.")
    parameter = serializers.MultipleChoiceField(
        choices=STORED_PARAMETERS, required=False, help_text="May be repeated; all if it lacks."
    )
    resolution = serializers.ChoiceField(choices=list(LONGEST), default="hourly")
    scale = ScaleField(SCALES, help_text="The index of this scale instead of the concentrations that it is made of.")
    flagged = serializers.BooleanField(
        default=False, help_text="Of hours: also the values that are not believed, each as a row of its own."
    )

    def get_fields(self) -> Any:
        # `from` is a word of Python, so it cannot stand in the class like the others.
        since = MomentField(help_text="From this moment on; 48 h before `to` if it lacks. UTC if it names no zone.")
        return {"from": since, **super().get_fields()}

    def validate(self, query: dict[str, Any]) -> dict[str, Any]:
        end = query.setdefault("to", now())
        start = query.setdefault("from", end - DEFAULT_HOURS)
        longest = LONGEST[query["resolution"]]
        if start >= end:
            raise serializers.ValidationError({"from": "This must be before `to`."})
        if query["flagged"] and query["resolution"] != "hourly":
            raise serializers.ValidationError({"flagged": "Days are made of believed hours only; ask for hours."})
        if query["flagged"] and "scale" in query:
            raise serializers.ValidationError({"flagged": "An index is made of believed hours only; leave out one."})
        if end - start > longest:
            raise serializers.ValidationError(
                {"from": f"At most {longest.days} days of {query['resolution']} values at once: ask in parts."}
            )
        return query


def whole_days(query: Mapping[str, Any], location: Location) -> dict[str, Any]:
    """The same period, widened to whole local days of the location."""
    zone = ZoneInfo(location.timezone)
    first = query["from"].astimezone(zone).date()
    last = (query["to"] - timedelta(microseconds=1)).astimezone(zone).date()
    return {**query, "from": _midnight(first, zone), "to": _midnight(last + DAY, zone)}


def _midnight(day: Any, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
