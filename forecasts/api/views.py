import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from forecasts.gazetteer import parse_location, search_cities
from forecasts.models import Location
from forecasts.snapshots import get_current_forecast, read_as_of
from forecasts.variants import in_scale

from . import answers, listing
from .coming_hours import coming_hours
from .conditional import conditional
from .history import COLUMNS, History
from .index_history import COLUMNS as INDEX_COLUMNS
from .index_history import IndexHistory
from .pagination import LocationPagination
from .parameters import (
    CityQuery,
    CurrentQuery,
    ForecastQuery,
    HistoryQuery,
    LocationQuery,
    RowQuery,
    read,
    whole_days,
)
from .problems import MEDIA_TYPE
from .renderers import CSVRenderer, GeoJSONRenderer, Negotiation
from .serializers import SnapshotSerializer
from .streaming import as_csv, as_json, dumps, stream

PROBLEMS = {(status, MEDIA_TYPE): answers.ProblemSerializer for status in (400, 401, 403, 404, 406, 409, 429)}


class View(APIView):
    content_negotiation_class: type[BaseContentNegotiation] = Negotiation


class RootView(View):
    """Where everything is."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        names = ("locations", "scales", "skill", "cities", "schema", "docs")
        return Response({name: request.build_absolute_uri(reverse(name)) for name in names})


class LocationListView(ListAPIView[Location]):
    """The active locations by slug, or by distance with `near`."""

    content_negotiation_class = Negotiation
    renderer_classes = [JSONRenderer, BrowsableAPIRenderer, GeoJSONRenderer]
    serializer_class = answers.LocationRowSerializer
    pagination_class = LocationPagination
    queryset = Location.objects.none()

    @extend_schema(parameters=[LocationQuery], responses={200: answers.LocationRowSerializer(many=True), **PROBLEMS})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Location]:
        return listing.find(read(LocationQuery, self.request))

    def paginate_queryset(self, queryset: Any) -> Any:
        scale = read(LocationQuery, self.request).get("scale")
        page = super().paginate_queryset(queryset) or []
        return [listing.row(location, location.newest_text, scale) for location in page]


class LocationView(View):
    """One location: `{location}` is a slug, name, alias or `lat,lon`, in whatever spelling."""

    renderer_classes = [JSONRenderer, BrowsableAPIRenderer, GeoJSONRenderer]

    @extend_schema(parameters=[RowQuery], responses={200: answers.LocationRowSerializer, **PROBLEMS})
    def get(self, request: Request, location: str) -> Response:
        place = parse_location(location)
        row: Any = listing.row(place, get_current_forecast(place).text, read(RowQuery, request).get("scale"))
        return Response(answers.LocationRowSerializer(row).data)


class CurrentView(View):
    """The newest snapshot, byte for byte what the socket sends as `data`; ask again with If-None-Match."""

    renderer_classes = [JSONRenderer]

    def get_authenticators(self) -> list[BaseAuthentication]:
        # The answer is the same for everybody: where anybody may read, only the header is looked at and no cookie.
        return super().get_authenticators()[: 1 if settings.AQI_ANONYMOUS else None]

    @extend_schema(parameters=[CurrentQuery], responses={200: SnapshotSerializer, 304: None, **PROBLEMS})
    def get(self, request: Request, location: str) -> HttpResponse:
        place = parse_location(location)
        query: Mapping[str, Any] = read(CurrentQuery, request) if request.query_params else {}
        as_of, scale = query.get("as_of"), query.get("scale")
        current = get_current_forecast(place) if as_of is None else read_as_of(place, as_of)
        if scale is None:
            response = conditional(request, current.text, current.etag, as_of)
        else:
            etag = f'"{current.epoch}-{current.seq}-{scale}"'
            response = conditional(request, in_scale(current, scale), etag, as_of)
        if as_of is not None:
            response["Memento-Datetime"] = http_date(current.published_at.timestamp())
        if location != place.slug:
            response["Content-Location"] = reverse("current", args=[place.slug]) + query_of(request)
        return response


class ForecastView(View):
    """The coming hours of the index and of each pollutant, with the bounds of 80 %."""

    renderer_classes = [JSONRenderer]

    @extend_schema(parameters=[ForecastQuery], responses={200: answers.ForecastSerializer, 304: None, **PROBLEMS})
    def get(self, request: Request, location: str) -> HttpResponse:
        query = read(ForecastQuery, request)
        as_of = query.get("as_of")
        answer = coming_hours(parse_location(location), query["hours"], as_of, query.get("scale"))
        text = dumps(answers.ForecastSerializer(answer).data)
        return conditional(request, text, f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"', as_of)


class HistoryView(View):
    """Observations, or with `scale` the index, oldest first; days are those of the location's time zone, and whole."""

    renderer_classes = [JSONRenderer, CSVRenderer]

    @extend_schema(
        parameters=[HistoryQuery],
        responses={200: answers.HistorySerializer, (200, "text/csv"): OpenApiTypes.STR, **PROBLEMS},
    )
    def get(self, request: Request, location: str) -> HttpResponseBase:
        query, place = read(HistoryQuery, request), parse_location(location)
        if query["resolution"] == "daily":
            query = whole_days(query, place)
        is_csv = request.accepted_renderer.format == "csv"
        kind, columns = (IndexHistory, INDEX_COLUMNS) if "scale" in query else (History, COLUMNS)
        history = kind(place, query, is_csv=is_csv)
        http_request = request._request  # the framework's own wraps it and hides whether it came by ASGI
        if is_csv:
            name = f"{place.slug}-{query['resolution']}.csv"
            response = stream(
                http_request, as_csv(columns[query["resolution"]], history.rows()), "text/csv; charset=utf-8"
            )
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
        return stream(http_request, as_json(history.head(), history.rows(), history.tail), "application/json")


class CityView(View):
    """Cities of the built-in gazetteer, for whoever looks for coordinates; largest first."""

    @extend_schema(parameters=[CityQuery], responses={200: answers.CitySerializer(many=True), **PROBLEMS})
    def get(self, request: Request) -> Response:
        cities = search_cities(read(CityQuery, request)["search"])
        return Response(answers.CitySerializer(cities, many=True).data)


def query_of(request: Request) -> str:
    query = request.query_params.urlencode()
    return f"?{query}" if query else ""
