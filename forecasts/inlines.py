"""The sources of a location, on its page in the admin."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from .checks import is_mixed
from .history import Heard, listen
from .models import Source
from .providers import PROVIDERS


def health_of(source: Source) -> str:
    if not source.is_enabled:
        return "off"
    if source.failures:
        return f"failed {source.failures} × in a row: {source.last_error}"
    return f"well, {naturaltime(source.last_success_at)}" if source.last_success_at else "not asked yet"


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]  # Django takes none at run time
    provider = forms.ChoiceField(
        choices=lambda: [(provider, source.about.name) for provider, source in PROVIDERS.items()]
    )
    attribution = forms.CharField(
        required=False, max_length=300, help_text="Who is to be named. Typed for imported files; others tell it."
    )
    licence = forms.CharField(
        required=False, max_length=120, help_text="The terms of use. Typed for imported files; others tell them."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("attribution", "licence"):
            self.fields[name].disabled = self.instance.provider != "files"


class SourceFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        if is_mixed(source["provider"] for source in kept if source["is_enabled"]):
            raise ValidationError(
                "Simulated values are never mixed with others: switch off or delete the simulated source, or the rest."
            )

    def save_existing(self, form: Any, obj: Source, commit: bool = True) -> Source:
        # Only what was typed: the beat writes the health of a source in the same row meanwhile.
        changed = list(form.changed_data)
        if {"provider", "station"} & set(changed):  # whose values they were does not hold for the new station
            for name in {"name", "attribution", "licence", "url"} - set(changed):
                setattr(obj, name, "")
                changed.append(name)
        if commit:
            obj.save(update_fields=changed)
        return obj


class SourceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Source
    form = SourceForm
    formset = SourceFormSet
    extra = 0
    readonly_fields = ["health", "shown_for", "last_success_at", "last_failure_at"]  # the rest is in the health
    fields = ["provider", "station", "position", "is_enabled", "attribution", "licence", *readonly_fields]

    _heard: Heard | None = None

    class Media:
        css = {"all": ["forecasts/sources.css"]}
        js = ["forecasts/try-source.js"]

    def health(self, source: Source) -> str:
        return health_of(source)

    def shown_for(self, source: Source) -> str:
        """The pollutants that readers get from it now, and why from it."""
        if source.pk is None or source.location_id is None:
            return ""
        heard = self.heard(source.location_id)
        return "; ".join(
            f"{parameter}: {heard.choices[parameter].because.replace('_', ' ')}"
            for parameter, shown in heard.sources.items()
            if shown.pk == source.pk
        )

    def heard(self, location_id: int) -> Heard:
        # Django makes an inline for each request; the row for a source to come asks for none.
        if self._heard is None:
            look_back = timedelta(hours=settings.AQI_UNAVAILABLE_AFTER_HOURS)
            enabled = Source.objects.filter(location=location_id, is_enabled=True)
            self._heard = listen(enabled, now(), look_back)
        return self._heard
