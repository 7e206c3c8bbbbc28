from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_save


class ForecastsConfig(AppConfig):
    name = "forecasts"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers the system checks)
        from .models import Location
        from .prediction import model_choice
        from .snapshots import publish_first

        model_choice.look_in(Path(settings.AQI_MODEL_DIR), model_choice.SHIPPED)

        def always_has_a_snapshot(instance: Location, created: bool, raw: bool, **kwargs: Any) -> None:
            if created and not raw:
                publish_first(instance)

        post_save.connect(always_has_a_snapshot, Location, weak=False, dispatch_uid="first snapshot")
