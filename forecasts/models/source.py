from django.db import models

from .location import Location


class Source(models.Model):
    """One provider's station or grid cell for one location."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="sources")
    provider = models.CharField(max_length=20)
    station = models.CharField(max_length=120, blank=True, help_text="The provider's own id, where it has one.")
    position = models.PositiveSmallIntegerField(default=0, help_text="The lowest that has a fresh value is shown.")
    is_enabled = models.BooleanField(default=True, help_text="Off: kept as history, not asked and not shown.")
    name = models.CharField(max_length=120, blank=True)
    attribution = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    url = models.URLField(blank=True)

    heard_until = models.DateTimeField(null=True, editable=False, help_text="The newest hour that it delivered.")
    last_success_at = models.DateTimeField(null=True, editable=False)
    last_failure_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="Failed rounds in a row.")
    last_error = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["location", "provider", "station"], name="source_unique_at_location")
        ]

    def __str__(self) -> str:
        return self.name or f"{self.provider} {self.station}".strip()
