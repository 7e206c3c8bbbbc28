from django.db import models

from forecasts.quality import Flag, is_doubted

from .source import Source

REMARKS_ALONE = [flags for flags in range(1, 2 * max(Flag)) if not is_doubted(flags)]


class ObservationQuerySet(models.QuerySet["Observation"]):
    def believed(self) -> "ObservationQuerySet":
        """Without doubted values: what indices, forecasts and readers get unless they ask for the others."""
        return self.filter(models.Q(flags=None) | models.Q(flags__in=REMARKS_ALONE))


class Observation(models.Model):
    """What a source measured in one hour: the provider's own value and unit, and the same in µg/m³."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="observations", db_index=False)
    parameter = models.CharField(max_length=8)
    observed_at = models.DateTimeField()
    value_ug_m3 = models.FloatField(help_text="At 25 °C and 1 atm.")
    original_value = models.FloatField()
    original_unit = models.CharField(max_length=8)
    # Null and without a default, because then a table of any size gets the column at once, on both databases.
    flags = models.SmallIntegerField(null=True, editable=False, help_text="Bits; empty: nothing against it.")

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "parameter", "observed_at"], name="observation_once_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.parameter} {self.original_value} {self.original_unit} at {self.observed_at:%Y-%m-%d %H:%M}"
