from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import models

from .location import Location
from .source import Source

QUANTILES = ("lo95", "lo80", "median", "hi80", "hi95")


class ForecastHour(NamedTuple):
    """Runs of a provider have the median alone; rows of before there were bounds of 95 % lack these and the mean."""

    valid_at: datetime
    median: float
    lo80: float | None
    hi80: float | None
    lo95: float | None
    hi95: float | None
    mean: float | None


class Forecast(models.Model):
    """The coming hours of one parameter, or of the index (`aqi`, its unit is the scale), as expected at one moment.

    `hours` holds lists of equal length, an entry an hour from `starts_at` on: `median`, and unless a provider's model
    gave the numbers the other QUANTILES and `mean`; an hour that nobody forecast is null. `record` is what is compared
    with the truth: quantiles, what each method expected, and the sources of the truth.
    """

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="forecasts", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, help_text="Empty: our own, as published.")
    parameter = models.CharField(max_length=8)
    issued_at = models.DateTimeField()
    model = models.CharField(max_length=80)
    unit = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    hours = models.JSONField()
    given = models.JSONField(default=list, help_text="What it was made from.")
    record = models.JSONField(null=True, editable=False)
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
        indexes = [
            models.Index(fields=["location", "-issued_at"]),
            models.Index(
                fields=["location", "starts_at"], condition=models.Q(source=None), name="forecast_by_first_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} by {self.model}, issued {self.issued_at:%Y-%m-%d %H:%M}"

    def by_hour(self) -> Iterator[ForecastHour]:
        """Each hour that has a forecast."""
        nothing = [None] * len(self.hours["median"])
        columns = (self.hours.get(name, nothing) for name in ForecastHour._fields[1:])
        for lead, (median, *others) in enumerate(zip(*columns, strict=True)):
            if median is not None:
                yield ForecastHour(self.starts_at + timedelta(hours=lead), median, *others)
