"""The page of the admin that shows how a location's index came about, in any scale."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from .aqi import SCALES, category
from .explanations import explained
from .models import Location
from .models.location import scale_choices
from .snapshots import get_current_forecast


class ExplanationPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """A further page of the admin of locations, and the field that leads to it."""

    @admin.display(description="explanation")
    def explanation(self, location: Location) -> str:
        if location.pk is None:
            return "-"
        address = reverse("admin:forecasts_location_explanation", args=[location.pk])
        return format_html('<a href="{}">How the index came about, in any scale</a>', address)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.show_explanation)
        return [path("<int:pk>/explanation/", page, name="forecasts_location_explanation"), *super().get_urls()]

    def show_explanation(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        location, scale = get_object_or_404(Location, pk=pk), request.GET.get("scale")
        if scale is not None and scale not in SCALES:
            raise Http404(f"There is no such scale; there are {', '.join(SCALES)}.")
        return TemplateResponse(
            request, "admin/forecasts/location/explanation.html", self._context(request, location, scale)
        )

    def _context(self, request: HttpRequest, location: Location, scale: str | None) -> dict[str, Any]:
        it = explained(get_current_forecast(location), scale)
        label = None if it["value"] is None else category(it["value"], it["scale"]).label
        about = {"title": f"How the index of {location.name} came about", "opts": self.opts, "place": location}
        return {**self.admin_site.each_context(request), **about, "it": it, "label": label, "scales": scale_choices()}
