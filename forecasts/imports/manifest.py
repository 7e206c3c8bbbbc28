"""A manifest.json beside a file: the units and terms that the file itself does not say."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .tables import FileError


@dataclass(frozen=True)
class Manifest:
    """What is known of one file; `units` by column, `names` and `coordinates` by location_id."""

    title: str = ""
    licence: str = ""
    note: str = ""
    units: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    coordinates: dict[str, tuple[float, float]] = field(default_factory=dict)


def read_manifest(file: Path) -> Manifest:
    """What `manifest.json` beside the file says of it, nothing where there is none; raises FileError."""
    path = file.with_name("manifest.json")
    if not path.exists():
        return Manifest()
    try:
        datasets = json.loads(path.read_text(encoding="utf-8"))["datasets"]
        return next((_manifest(dataset) for dataset in datasets if dataset["file"] == file.name), Manifest())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileError(f"{path} is not a manifest that can be read ({error!r}).") from error


def _manifest(dataset: dict[str, Any]) -> Manifest:
    return Manifest(
        title=dataset.get("title", ""),
        licence=dataset.get("licence", ""),
        note=dataset.get("note", ""),
        # A remark may follow the unit: "ug/m3 (raw TEOM)".
        units={column: unit.partition(" (")[0] for column, unit in dataset.get("units", {}).items()},
        names=dataset.get("names", {}),
        coordinates={
            station: (latitude, longitude) for station, (latitude, longitude) in dataset.get("coords", {}).items()
        },
    )
