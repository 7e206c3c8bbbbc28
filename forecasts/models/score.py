from django.db import models

from .location import Location


class Score(models.Model):
    """How the forecasts of one parameter held up in the hours of one day (UTC), as sums by hours ahead.

    `sums` maps each lead to the fields of `scoring.Sums`. What is measured, what a model says and what is simulated
    are never added up together.
    """

    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, null=True, related_name="scores", help_text="Empty: all."
    )
    parameter = models.CharField(max_length=8)
    unit = models.CharField(max_length=20, help_text="Of the parameter; of the index (aqi) its scale.")
    air = models.CharField(max_length=10, help_text="measured, modelled or simulated.")
    day = models.DateField(db_index=True)
    sums = models.JSONField()

    class Meta:
        verbose_name_plural = "How good the forecasts were"
        constraints = [
            models.UniqueConstraint(fields=["location", "parameter", "unit", "air", "day"], name="score_once_a_day"),
            models.UniqueConstraint(
                fields=["parameter", "unit", "air", "day"],
                condition=models.Q(location=None),
                name="score_of_all_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} on {self.day}"
