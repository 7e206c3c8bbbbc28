from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from realtime.asyncapi import asyncapi
from realtime.health import livez, readyz
from realtime.metrics import metrics

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="docs")),
    path("admin/", admin.site.urls),
    path("api/asyncapi.yaml", asyncapi, name="asyncapi"),
    path("api/", include("forecasts.api.urls")),
    path("livez", livez),
    path("readyz", readyz),
    path("metrics", metrics),
]

handler400 = "forecasts.api.problems.bad_request"
handler500 = "forecasts.api.problems.server_error"
