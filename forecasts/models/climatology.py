from django.db import models

from .source import Source


class Climatology(models.Model):
    """The usual concentrations of a series by month and hour of UTC, where an earlier year has shown them.

    `medians` is what `prediction.monthly_climatology` makes: 12 lists of 24 µg/m³, null where nothing is known.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="climatologies", db_index=False)
    parameter = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    medians = models.JSONField(null=True, help_text="Null: of the year too little is believed.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "parameter"], name="climatology_of_series_once")]

    def __str__(self) -> str:
        return f"{self.parameter}, made at {self.made_at:%Y-%m-%d}"
