"""What the tests of the admin site share."""

from typing import Any

from forecasts.models import Location, Source

LIST = "/admin/forecasts/location/"


def place(slug: str, provider: str = "simulated", **more: Any) -> Location:
    values = {"name": slug.title(), "latitude": 28.6, "longitude": 77.2, "timezone": "Asia/Kolkata", **more}
    location = Location.objects.create(slug=slug, **values)
    Source.objects.create(location=location, provider=provider)
    return location


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]
