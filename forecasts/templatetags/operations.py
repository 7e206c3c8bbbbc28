"""What the home page of the admin site asks for."""

from datetime import datetime
from typing import Any

from django import template

from forecasts.operations import Overview, Progress, overview, progress_since

register = template.Library()


@register.simple_tag
def operations() -> Overview:
    return overview()


@register.simple_tag(takes_context=True)
def refresh_progress(context: Any) -> Progress | None:
    """Of what was asked for by the button, which leads back here with the moment in the address."""
    try:
        asked_at = datetime.fromisoformat(context["request"].GET.get("asked_at", ""))
    except ValueError:
        return None
    return None if asked_at.tzinfo is None else progress_since(asked_at)
