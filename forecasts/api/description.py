"""The description of the API, and what is said of an address that it does not name."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.http import HttpResponsePermanentRedirect as Redirect
from django.urls import resolve, reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from .views import View


class SchemaView(SpectacularAPIView):
    """The OpenAPI description, as YAML or JSON."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # There is one version in one language; the library's own view puts ?version= into a header as it came.
        return Response(described())


@cache
def described() -> Any:
    """Made once a process: it takes a tenth of a second, and whoever asks often must not hold up the others."""
    return SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]


class UnknownPathView(View):
    """Every other address under /api/, whatever the method."""

    authentication_classes = []
    schema = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and lacks_only_a_slash(request.path_info):
            return Redirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.check_throttles(request)
        raise NotFound("Nothing is at this address; the API is described at " + reverse("docs"))


def lacks_only_a_slash(path: str) -> bool:
    return not path.endswith("/") and getattr(resolve(path + "/").func, "cls", None) is not UnknownPathView
