from django.db import models

from .location import Location

IS_NEWEST = models.Q(epoch=models.F("location__epoch"), seq=models.F("location__seq"))


class Snapshots(models.QuerySet["Snapshot"]):
    def newest(self) -> "Snapshots":
        """Those that readers see now: one a location."""
        return self.filter(IS_NEWEST)


class Snapshot(models.Model):
    """What everybody saw of a location from `published_at` on: `text` is the exact JSON that was sent."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="snapshots", db_index=False)
    epoch = models.CharField(max_length=12)
    seq = models.PositiveBigIntegerField()
    published_at = models.DateTimeField(db_index=True)
    status = models.CharField(max_length=12)
    text = models.TextField()

    objects = Snapshots.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "epoch", "seq"], name="snapshot_seq_once")]
        indexes = [models.Index(fields=["location", "-published_at"])]

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"
