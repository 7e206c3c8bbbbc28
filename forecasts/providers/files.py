from collections.abc import Sequence
from datetime import datetime

from forecasts.providers.contract import About, Batch, Place


class Files:
    """Observations that somebody imported: nothing to ask for; each import says whose they are and on which terms."""

    about = About(id="files", name="Imported files", attribution="", licence="", url="")

    async def fetch(self, places: Sequence[Place], since: datetime | None) -> Batch:
        return Batch()
