"""What operators see and change; only locations and their sources are theirs to change."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import ngettext

from . import records_admin  # noqa: F401  (registers the rest)
from .exchange import CSVExchange
from .explanation_page import ExplanationPage
from .filters import HealthFilter, StatusFilter
from .forms import LocationForm
from .inlines import SourceInline, health_of
from .models import Forecast, Heartbeat, Location, Observation, Snapshot, Source
from .refresh import forget_the_place, make_due
from .skill_tables import table_of

admin.site.site_header = admin.site.site_title = "Live air quality"
admin.site.index_title = "Operations"

NO_BEAT = "No beat is running: start `manage.py broadcast_forecasts` or `manage.py serve`."


def shown_snapshot(location: Location) -> Snapshot | None:
    return next(iter(location.snapshots.all()), None)  # get_queryset() has fetched the one that readers see


@admin.register(Location)
class LocationAdmin(CSVExchange, ExplanationPage):
    form = LocationForm
    inlines = [SourceInline]
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "country", "is_active", "status", "aqi", "health", "map"]
    list_filter = ["is_active", "country", StatusFilter, "sources__provider", HealthFilter]
    search_fields = ["name", "slug", "aliases"]
    actions = ["refresh_now", "deactivate"]
    readonly_fields = [
        "map",
        "status",
        "epoch",
        "seq",
        "published_at",
        "checked_at",
        "explanation",
        "last_snapshot",
        "last_30_days",
    ]
    fieldsets = [
        (None, {"fields": ["name", "slug", "country", "aliases", "is_active"]}),
        ("Where", {"fields": ["latitude", "longitude", "map", "timezone"]}),
        (
            "What readers see",
            {
                "fields": [
                    "scale",
                    "status",
                    "explanation",
                    "epoch",
                    "seq",
                    "published_at",
                    "checked_at",
                    "last_snapshot",
                ]
            },
        ),
        ("How good the forecasts were", {"fields": ["last_30_days"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Location]:
        shown = Prefetch("snapshots", Snapshot.objects.newest())
        return super().get_queryset(request).prefetch_related(shown, "sources")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Location], search_term: str
    ) -> tuple[QuerySet[Location], bool]:
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        # SQLite keeps JSON with é as \u00e9.
        return found | queryset.filter(aliases__icontains=json.dumps(search_term)[1:-1]), has_doubles

    def status(self, location: Location) -> str:
        shown = shown_snapshot(location)
        return (
            f"{shown.status} · {naturaltime(location.checked_at or shown.published_at)}"
            if shown
            else "nothing published"
        )

    @admin.display(description="AQI")
    def aqi(self, location: Location) -> str | None:
        shown = shown_snapshot(location)
        aqi = json.loads(shown.text)["aqi"] if shown else {"value": None}
        return None if aqi["value"] is None else f"{aqi['value']} {aqi['label']}"

    @admin.display(description="sources")
    def health(self, location: Location) -> str:
        return "; ".join(f"{source.provider}: {health_of(source)}" for source in location.sources.all())

    def map(self, location: Location) -> str | None:
        if location.latitude is None or location.longitude is None:
            return None
        address = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=12/{0}/{1}"
        return format_html(
            '<a href="{}" rel="noreferrer">map</a>', address.format(location.latitude, location.longitude)
        )

    def published_at(self, location: Location) -> datetime | None:
        shown = shown_snapshot(location)
        return shown.published_at if shown else None

    def last_snapshot(self, location: Location) -> str:
        shown = shown_snapshot(location)
        pretty = json.dumps(json.loads(shown.text), indent=2, ensure_ascii=False) if shown else "-"
        return format_html("<details><summary>JSON</summary><pre>{}</pre></details>", pretty)

    def last_30_days(self, location: Location) -> str:
        return table_of(location, now()) if location.pk else "-"

    def save_model(self, request: HttpRequest, obj: Location, form: LocationForm, change: bool) -> None:
        # Only what was typed: the beat counts seq in the same row meanwhile.
        obj.save(update_fields=form.changed_data if change else None)
        if change and {"latitude", "longitude"} & set(form.changed_data):
            forget_the_place(obj)
        make_due([obj.pk])

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Numbers, where Django would list every row: a location may have millions of observations."""
        locations = list(objs)
        counts = {
            "locations": len(locations),
            "sources": Source.objects.filter(location__in=locations).count(),
            "snapshots": Snapshot.objects.filter(location__in=locations).count(),
            "forecasts": Forecast.objects.filter(location__in=locations).count(),
            "observations": Observation.objects.filter(source__location__in=locations).count(),
        }
        return [str(location) for location in locations], counts, set(), []

    @admin.action(description="Refresh now", permissions=["change"])
    def refresh_now(self, request: HttpRequest, queryset: QuerySet[Location]) -> None:
        skipped = [location.name for location in queryset.filter(is_active=False)]
        due = queryset.filter(is_active=True).update(due_at=now())
        said = ngettext(
            "%d location is due; the beat takes it within seconds.",
            "%d locations are due; the beat takes them within seconds.",
            due,
        )
        self.message_user(request, said % due)
        if skipped:
            self.message_user(request, f"Skipped, because inactive: {', '.join(skipped)}.", messages.WARNING)
        if not Heartbeat.beat_is_running(now()):
            self.message_user(request, NO_BEAT, messages.WARNING)

    @admin.action(description="Deactivate", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Location]) -> None:
        hidden = queryset.filter(is_active=True).update(is_active=False)
        said = ngettext("%d location is no longer shown.", "%d locations are no longer shown.", hidden)
        self.message_user(request, said % hidden)
