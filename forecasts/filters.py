"""Filters of the admin's lists."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest

from .api.serializers import STATUSES
from .models import Location, Observation, Snapshot, Source
from .quality import MEANINGS, Flag


class StatusFilter(admin.SimpleListFilter):
    title = parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status, status) for status in STATUSES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Location]) -> QuerySet[Location]:
        if self.value() is None:
            return queryset
        shown = Snapshot.objects.newest().filter(location=OuterRef("pk"))
        return queryset.filter(Exists(shown.filter(status=self.value())))


class HealthFilter(admin.SimpleListFilter):
    title = parameter_name = "health"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("failing", "a source fails"), ("well", "no source fails")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Location]) -> QuerySet[Location]:
        fails = Exists(Source.objects.filter(location=OuterRef("pk"), is_enabled=True, failures__gt=0))
        answers = {"failing": queryset.filter(fails), "well": queryset.filter(~fails)}
        return answers.get(self.value() or "", queryset)


class FlagFilter(admin.SimpleListFilter):
    title = parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("any", "any"), *((str(int(flag)), meaning) for flag, meaning in MEANINGS.items())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Observation]) -> QuerySet[Observation]:
        if self.value() not in dict(self.lookups(request, None)):
            return queryset
        if self.value() == "any":
            return queryset.exclude(flags=None)
        return queryset.alias(said=F("flags").bitand(Flag(int(self.value() or 0)))).filter(said__gt=0)
