"""What the server keeps, to look at in the admin site: nobody changes it by hand."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.timezone import now

from .filters import FlagFilter
from .inlines import health_of
from .models import Forecast, Observation, Quota, Score, Snapshot, Source
from .quality import MEANINGS, Flag
from .quota import use_of
from .skill_tables import overview


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    show_full_result_count = False  # these tables grow large

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in self.opts.fields]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_readonly_fields(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_change_permission = has_delete_permission


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "location", "provider", "position", "health", "last_success_at", "last_failure_at"]
    list_filter = ["provider", "is_enabled"]
    search_fields = ["location__name", "name", "station"]
    list_select_related = ["location"]

    def health(self, source: Source) -> str:
        return health_of(source)


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ["published_at", "location", "status", "epoch", "seq"]
    list_filter = ["status", "location"]
    list_select_related = ["location"]
    date_hierarchy = "published_at"
    ordering = ["-published_at"]


@admin.register(Forecast)
class ForecastAdmin(ReadOnlyAdmin):
    list_display = ["issued_at", "location", "source", "parameter", "model", "unit", "starts_at"]
    list_filter = ["parameter", "model", "location"]
    list_select_related = ["location", "source"]
    date_hierarchy = "issued_at"
    ordering = ["-pk"]


@admin.register(Observation)
class ObservationAdmin(ReadOnlyAdmin):
    list_display = [
        "observed_at",
        "source__location",
        "source",
        "parameter",
        "original_value",
        "original_unit",
        "value_ug_m3",
        "doubts",
    ]
    list_filter = [FlagFilter, "parameter", "source__provider", "source__location"]
    list_select_related = ["source__location"]
    date_hierarchy = "observed_at"
    ordering = ["-pk"]

    @admin.display(description="flags")
    def doubts(self, observation: Observation) -> str:
        return "; ".join(MEANINGS[flag] for flag in Flag(observation.flags or 0))


@admin.register(Quota)
class QuotaAdmin(ReadOnlyAdmin):
    list_display = ["provider", "window", "calls", "resets_at", "closed_until"]

    def window(self, quota: Quota) -> str:
        return str(timedelta(seconds=quota.window_seconds))

    @admin.display(description="used of allowed")
    def calls(self, quota: Quota) -> str:
        use = use_of(quota, now())
        return f"{use.used} of {use.allowed}" if use else "no limit is set"


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    """Not rows, of which nobody learns anything, but what they add up to."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": "How good the forecasts were", **overview(now())}
        return TemplateResponse(request, "admin/forecasts/skill.html", context)
