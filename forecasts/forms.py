"""What the admin accepts of a location, beyond what the model itself refuses."""

from typing import Any

from django import forms
from django.utils.safestring import mark_safe

from .exchange import join_aliases, split_aliases, valid_timezone

KNOWN_CITIES = mark_safe(
    'In degrees. <a href="/api/v1/cities/?search=delhi">/api/v1/cities/?search=…</a> knows those of larger cities.'
)


class AliasesField(forms.CharField):
    def prepare_value(self, value: Any) -> Any:
        return join_aliases(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return split_aliases(super().to_python(value) or "")


class LocationForm(forms.ModelForm):  # type: ignore[type-arg]  # Django takes none at run time
    aliases = AliasesField(
        required=False,
        widget=forms.TextInput(attrs={"size": 80}),
        help_text="Other names by which readers may ask, separated by semicolons.",
    )
    timezone = forms.CharField(initial="UTC", validators=[valid_timezone], help_text="IANA name, such as Asia/Kolkata.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "latitude" in self.fields:  # not where the page may only be looked at
            self.fields["latitude"].help_text = KNOWN_CITIES
