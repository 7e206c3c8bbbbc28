"""The formats of an answer, chosen by the Accept header or by `?format=`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer


class Negotiation(DefaultContentNegotiation):
    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:  # noqa: A002
        try:
            return list(super().filter_renderers(renderers, format))
        except Http404 as error:
            known = ", ".join(str(renderer.format) for renderer in renderers)
            raise ValidationError({"format": [f"This address has no such format; it has: {known}."]}) from error


class CSVRenderer(BaseRenderer):
    """Only negotiated: the view streams the rows itself."""

    media_type = "text/csv"
    format = "csv"


class GeoJSONRenderer(JSONRenderer):
    """Locations as an RFC 7946 FeatureCollection, or one of them as a Feature."""

    media_type = "application/geo+json"
    format = "geojson"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return super().render(_collection(data) if "results" in data else _feature(data), *args, **kwargs)


def _collection(page: Mapping[str, Any]) -> dict[str, Any]:
    features = [_feature(row) for row in page["results"]]
    return {"type": "FeatureCollection", "features": features, "next": page["next"], "previous": page["previous"]}


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    position = [row["longitude"], row["latitude"]]
    geometry = None if None in position else {"type": "Point", "coordinates": position}
    properties = {name: value for name, value in row.items() if name not in ("latitude", "longitude")}
    return {"type": "Feature", "id": row["slug"], "geometry": geometry, "properties": properties}
