from .climatology import Climatology
from .forecast import Forecast
from .heartbeat import Heartbeat
from .location import Location, new_epoch
from .memory import Memory
from .observation import Observation
from .quota import Quota
from .score import Score
from .snapshot import Snapshot
from .source import Source
from .weather import Weather

__all__ = [
    "Climatology",
    "Forecast",
    "Heartbeat",
    "Location",
    "Memory",
    "Observation",
    "Quota",
    "Score",
    "Snapshot",
    "Source",
    "Weather",
    "new_epoch",
]
