from collections.abc import Callable

from django.contrib import admin
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.generic import RedirectView

from aqiproject import dashboard
from forecasts.embeds import badge, embed, embeds
from forecasts.operator_views import refresh_all, try_source
from realtime.asyncapi import asyncapi
from realtime.health import livez, readyz
from realtime.metrics import metrics
from realtime.operator_views import broadcast_all


def without_slash(name: str) -> Callable[..., HttpResponseBase]:
    """Whoever types a last slash is led to the one address that a page has."""
    return RedirectView.as_view(pattern_name=name, permanent=True, query_string=True)


urlpatterns = [
    path("", dashboard.page, name="overview"),
    path("places/<str:location>", dashboard.place, name="place"),
    path("places/<str:location>/", without_slash("place")),
    path("embed/", embeds, name="embeds"),
    path("embed/<str:location>", embed, name="embed"),
    path("embed/<str:location>/", without_slash("embed")),
    path("badge/<str:location>.svg", badge, name="badge"),
    path("service-worker.js", dashboard.service_worker),
    path("favicon.ico", dashboard.favicon),
    path("admin/refresh-all/", admin.site.admin_view(refresh_all), name="refresh_all"),
    path("admin/broadcast-all/", admin.site.admin_view(broadcast_all), name="broadcast_all"),
    path("admin/try-source/", admin.site.admin_view(try_source), name="try_source"),
    path("admin/", admin.site.urls),
    path("api/asyncapi.yaml", asyncapi, name="asyncapi"),
    path("api/v1/token/", include("realtime.access.urls")),
    path("api/", include("forecasts.api.urls")),
    path("livez", livez),
    path("readyz", readyz),
    path("metrics", metrics),
]

handler400 = "forecasts.api.problems.bad_request"
handler500 = "forecasts.api.problems.server_error"
