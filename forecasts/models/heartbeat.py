from datetime import datetime, timedelta

from django.db import models

ALIVE_FOR = timedelta(seconds=30)


class Heartbeat(models.Model):
    """One row per running beat, so that everybody else can tell whether rounds still happen."""

    name = models.CharField(max_length=120, unique=True)
    interval_seconds = models.PositiveIntegerField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat_is_running(cls, clock: datetime) -> bool:
        return cls.objects.filter(seen_at__gt=clock - ALIVE_FOR).exists()
