from django.db import models

from .location import Location


class Memory(models.Model):
    """What forecasts of one series have learnt from what came, or without a location those of all series.

    `learnt` is what `prediction.verify` makes: the recent errors of each method, and how wide bounds must be.
    """

    location = models.ForeignKey(Location, on_delete=models.CASCADE, null=True, related_name="memories")
    parameter = models.CharField(max_length=8)
    air = models.CharField(max_length=10, help_text="measured, modelled or simulated: none teaches another.")
    learnt = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "parameter", "air"], name="memory_of_series_once"),
            models.UniqueConstraint(
                fields=["parameter", "air"], condition=models.Q(location=None), name="memory_of_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter}, {self.air}"
