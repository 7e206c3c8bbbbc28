from django.db import models

from .source import Source


class Observation(models.Model):
    """What a source measured in one hour: the provider's own value and unit, and the same in µg/m³."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="observations", db_index=False)
    parameter = models.CharField(max_length=8)
    observed_at = models.DateTimeField()
    value_ug_m3 = models.FloatField(help_text="At 25 °C and 1 atm.")
    original_value = models.FloatField()
    original_unit = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "parameter", "observed_at"], name="observation_once_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.parameter} {self.original_value} {self.original_unit} at {self.observed_at:%Y-%m-%d %H:%M}"
