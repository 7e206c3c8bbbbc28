"""Which global model is in use: the one promoted on this server, else the one that is shipped, else none."""

import logging
from functools import lru_cache
from pathlib import Path

from forecasts.prediction.global_model import GlobalModel
from forecasts.prediction.model_file import PROVENANCE, ModelError, load, read

logger = logging.getLogger(__name__)

SHIPPED = Path(__file__).parent / "shipped"
_folders = [SHIPPED]


def look_in(*folders: Path) -> None:
    """The folders to look in for a model, the best first."""
    _folders[:] = folders


def current_model() -> GlobalModel | None:
    """Read when it is first needed, and again when its file has changed."""
    for folder in _folders:
        model = _loaded(folder, _changed_at(folder))
        if model is not None:
            return model
    return None


def damaged_models() -> list[str]:
    """What is wrong with the models, a sentence each; a folder without any is wrong only if it is the last."""
    return [
        problem
        for folder in _folders
        if (folder is _folders[-1] or _changed_at(folder)) and (problem := _problem(folder))
    ]


def _problem(folder: Path) -> str:
    try:
        read(folder)
    except ModelError as error:
        return str(error)
    return ""


def _changed_at(folder: Path) -> int | None:
    try:
        return (folder / PROVENANCE).stat().st_mtime_ns
    except OSError:
        return None


@lru_cache(maxsize=4)
def _loaded(folder: Path, changed_at: int | None) -> GlobalModel | None:
    if changed_at is None:
        return None
    try:
        return load(folder)
    except ModelError as error:
        logger.warning("%s Forecasts go on without it.", error)
        return None
