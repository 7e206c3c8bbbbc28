"""Who may: the log-ins of people, and the keys of programs."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now


class Session(models.Model):
    """One log-in: a refresh token and every access token made of it, until it expires or somebody ends it."""

    id = models.CharField(max_length=32, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} since {self.created_at:%Y-%m-%d %H:%M}"


class Scope(models.TextChoices):
    READ = "read", "read: everything that readers see"
    REFRESH = "refresh", "refresh: ask for a new round of a location"
    METRICS = "metrics", "metrics: read /metrics"


def only_read() -> list[str]:
    return [Scope.READ.value]


class ApiKey(models.Model):
    """What a program shows; only a hash of it is kept, so that it can be shown once and never read again."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=only_read)
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    last_used_on = models.DateField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name
