from django.db import models

from .location import Location


class Weather(models.Model):
    """The weather of one day of UTC at a location: as it was, and of hours to come as the newest forecast says.

    `hours` maps each of `prediction.series.WEATHER` to its 24 hours, null where one is missing.
    """

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="weather", db_index=False)
    day = models.DateField(db_index=True)
    hours = models.JSONField()

    class Meta:
        verbose_name_plural = "Weather"
        constraints = [models.UniqueConstraint(fields=["location", "day"], name="weather_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
