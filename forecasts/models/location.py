import secrets

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.timezone import now

from forecasts.aqi import SCALES


def new_epoch() -> str:
    return secrets.token_hex(6)


def scale_choices() -> list[tuple[str, str]]:
    return [(scale.id, scale.name) for scale in SCALES.values()]


def valid_aliases(aliases: object) -> None:
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and alias.strip() for alias in aliases):
        raise ValidationError('Aliases are a list of names, such as ["Dilli", "New Delhi"].')


class Location(models.Model):
    """A place that the operator configured; everybody who spells it in whatever way means this one row."""

    slug = models.SlugField(max_length=80, unique=True, help_text="The name in addresses, such as /ws/aqi/delhi.")
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code, such as IN.")
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)])
    timezone = models.CharField(max_length=64, default="UTC")
    scale = models.CharField(
        max_length=20,
        blank=True,
        choices=scale_choices,
        help_text="Empty: that of the country, if what is measured suffices for it.",
    )
    aliases = models.JSONField(default=list, blank=True, validators=[valid_aliases])
    is_active = models.BooleanField(default=True, help_text="Refreshed by the beat and shown to readers.")

    # A reader's place in the stream: seq counts the snapshots of one epoch.
    epoch = models.CharField(max_length=12, default=new_epoch, editable=False)
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)

    # The hour up to which past forecasts were compared with what came.
    verified_until = models.DateTimeField(null=True, editable=False, db_index=True)

    # When its weather is asked for again; empty: at once.
    weather_due_at = models.DateTimeField(null=True, editable=False)

    # The beat's appointment, who keeps it, and until when a replay holds the place.
    due_at = models.DateTimeField(default=now, editable=False)
    claimed_by = models.CharField(max_length=32, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    replay_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name", "slug"]
        indexes = [models.Index(fields=["is_active", "due_at"]), models.Index(fields=["latitude", "longitude"])]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.is_active and (self.latitude is None or self.longitude is None):
            raise ValidationError("An active location needs a latitude and a longitude.")
