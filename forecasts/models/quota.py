from django.db import models


class Quota(models.Model):
    """How many calls of a provider were made in the present window, by all processes together."""

    provider = models.CharField(max_length=20)
    window_seconds = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    resets_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True, help_text="The provider itself asked to wait until then.")

    class Meta:
        ordering = ["provider", "window_seconds"]
        constraints = [models.UniqueConstraint(fields=["provider", "window_seconds"], name="quota_once_a_window")]

    def __str__(self) -> str:
        return f"{self.provider} in {self.window_seconds} s"
