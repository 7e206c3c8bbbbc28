from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import repeat

from django.db import models

from .location import Location
from .source import Source


class Forecast(models.Model):
    """The coming hours of one parameter, or of the index (`aqi`, its unit is the scale), as expected at one moment.

    `hours` holds lists of equal length, an entry an hour from `starts_at` on: `median`, and `lo80` and `hi80` unless
    a provider's model gave the numbers; an hour that nobody forecast is null.
    """

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="forecasts", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, help_text="Empty: our own, as published.")
    parameter = models.CharField(max_length=8)
    issued_at = models.DateTimeField()
    model = models.CharField(max_length=40)
    unit = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    hours = models.JSONField()
    inputs = models.CharField(max_length=16, blank=True, help_text="Fingerprint of what it was made of.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "parameter", "issued_at"], name="forecast_of_source_once"),
            models.UniqueConstraint(
                fields=["location", "parameter", "issued_at"],
                condition=models.Q(source=None),
                name="forecast_published_once",
            ),
        ]
        indexes = [models.Index(fields=["location", "-issued_at"])]

    def __str__(self) -> str:
        return f"{self.parameter} by {self.model}, issued {self.issued_at:%Y-%m-%d %H:%M}"

    def by_hour(self) -> Iterator[tuple[datetime, float | None, float | None, float | None]]:
        """(valid_at, lo80, median, hi80) of each hour that has a forecast."""
        none = repeat(None)
        for lead, (low, median, high) in enumerate(
            zip(self.hours.get("lo80", none), self.hours["median"], self.hours.get("hi80", none), strict=False)
        ):
            if median is not None:
                yield self.starts_at + timedelta(hours=lead), low, median, high
