"""Locations as CSV: what the admin exports, and takes back."""

import math
import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV
from import_export.resources import ModelResource
from import_export.widgets import BooleanWidget, FloatWidget, Widget

from .models import Location, Source
from .providers import PROVIDERS

COLUMNS = ["slug", "name", "country", "latitude", "longitude", "timezone", "aliases", "is_active", "provider", "scale"]
# A spreadsheet takes a text that begins with one of these for a formula, unless an apostrophe stands before it.
FORMULA = re.compile(r"[=+\-@\t\r]")
QUOTED_FORMULA = re.compile(r"'[=+\-@\t\r]")


def quoted(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def unquoted(value: object) -> object:
    return value[1:] if isinstance(value, str) and QUOTED_FORMULA.match(value) else value


def split_aliases(text: str) -> list[str]:
    return [alias.strip() for alias in text.split(";") if alias.strip()]


def join_aliases(aliases: list[str]) -> str:
    return "; ".join(aliases)


@cache
def known_timezones() -> set[str]:
    return available_timezones()


def valid_timezone(name: str) -> None:
    if name not in known_timezones():
        raise ValidationError(f"{name!r} is no IANA time zone; they are written like Asia/Kolkata or UTC.")


class AliasesWidget(Widget):  # type: ignore[misc]  # the library has no types
    def clean(self, value: str, row: Any = None, **options: Any) -> list[str]:
        return split_aliases(value)

    def render(self, value: list[str], obj: Any = None, **options: Any) -> str:
        return join_aliases(value)


class DegreesWidget(FloatWidget):  # type: ignore[misc]
    def clean(self, value: str, row: Any = None, **options: Any) -> float | None:
        try:
            degrees: float | None = super().clean(value, row, **options)
        except ValueError:
            degrees = math.nan
        if degrees is not None and not math.isfinite(degrees):
            raise ValueError(f"{value!r} is no number of degrees; write it like -33.87.")
        return degrees

    def render(self, value: float | None, obj: Any = None, **options: Any) -> float | None:
        return value


class SwitchWidget(BooleanWidget):  # type: ignore[misc]
    def clean(self, value: str, row: Any = None, **options: Any) -> bool:
        if value not in self.TRUE_VALUES + self.FALSE_VALUES:
            raise ValueError(f"{value!r} is neither 1 nor 0.")
        return value in self.TRUE_VALUES


class LocationResource(ModelResource):  # type: ignore[misc]
    """One row a location; `provider` makes the first source of a location that has none."""

    latitude = Field("latitude", "latitude", DegreesWidget())
    longitude = Field("longitude", "longitude", DegreesWidget())
    aliases = Field("aliases", "aliases", AliasesWidget())
    is_active = Field("is_active", "is_active", SwitchWidget())
    provider = Field(column_name="provider")

    class Meta:
        model = Location
        fields = COLUMNS
        import_id_fields = ["slug"]
        clean_model_instances = True

    def dehydrate_provider(self, location: Location) -> str:
        first = next(iter(location.sources.all()), None) if location.pk else None
        return first.provider if first else ""

    def export_resource(self, instance: Location, *args: Any, **options: Any) -> list[object]:
        return [quoted(value) for value in super().export_resource(instance, *args, **options)]

    def before_import(self, dataset: Any, **options: Any) -> None:
        unknown = set(dataset.headers or []) - set(COLUMNS)
        if unknown:
            raise ValueError(f"Unknown columns: {', '.join(sorted(unknown))}. Known are {', '.join(COLUMNS)}.")

    def before_import_row(self, row: dict[str, Any], **options: Any) -> None:
        row.update({column: unquoted(value) for column, value in row.items()})

    def validate_instance(self, instance: Location, errors: Any = None, validate_unique: bool = True) -> None:
        errors = dict(errors or {})
        try:
            valid_timezone(instance.timezone)
        except ValidationError as error:
            errors["timezone"] = error
        super().validate_instance(instance, errors, validate_unique)

    def do_instance_save(self, instance: Location, is_create: bool) -> None:
        # Only what the file says: the beat counts seq in the same row meanwhile.
        instance.save(update_fields=None if is_create else set(COLUMNS) - {"provider"})

    def after_save_instance(self, instance: Location, row: dict[str, Any], **options: Any) -> None:
        if row.get("provider"):
            give_source(instance, row["provider"])


def give_source(location: Location, provider: str) -> None:
    if provider not in PROVIDERS:
        raise ValidationError({"provider": f"There is no provider {provider!r}, only {', '.join(sorted(PROVIDERS))}."})
    first = location.sources.first()
    if first is None:
        Source.objects.create(location=location, provider=provider)
    elif first.provider != provider:
        raise ValidationError({"provider": f"{location} has sources already, {first.provider} first: see its page."})


class CSVExchange(ImportExportMixin):  # type: ignore[misc]
    """The buttons of the admin's list."""

    resource_classes = [LocationResource]
    import_formats = export_formats = [CSV]
    skip_import_confirm = True  # one step: every row, or none and the reasons

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_add_permission(request) and self.has_change_permission(request))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))
