"""How the index of a snapshot came about, from the hours that it was made of; in any scale."""

from typing import Any

from .aqi import explain
from .composition import terms
from .snapshots import CurrentForecast
from .variants import behind


def explained(current: CurrentForecast, scale: str | None = None) -> dict[str, Any]:
    """An aqi.Explanation as plain data, with the terms of each pollutant's source; in the snapshot's own scale."""
    _, shown, heard, at = behind(current.snapshot_id)
    explanation = explain(heard.history, at, scale or shown["aqi"]["scale"])
    pollutants = {
        parameter: {**vars(pollutant), "source": terms(heard.sources[parameter])}
        for parameter, pollutant in explanation.pollutants.items()
    }
    about = {"location": current.slug, "epoch": current.epoch, "seq": current.seq, "status": shown["status"]}
    return {**about, **vars(explanation), "pollutants": pollutants}
