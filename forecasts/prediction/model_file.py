"""The global model as a file: LightGBM's own text, compressed, with its checksum and where it comes from beside it."""

import hashlib
import json
import lzma
import re
from pathlib import Path
from typing import Any, NamedTuple

from forecasts.prediction.features import ALL_NAMES
from forecasts.prediction.global_model import GlobalModel

MODEL = "global_model.txt.xz"
PROVENANCE = "global_model.json"
_PART = re.compile(r"^== (\S+)\n", re.MULTILINE)


class ModelError(Exception):
    """A model file that is absent, damaged, or made for other features."""


class Packed(NamedTuple):
    """The compressed model, and the features that it was trained with."""

    model: bytes
    features: list[str]


def load(folder: Path) -> GlobalModel:
    """Raises ModelError."""
    packed = read(folder)
    try:
        return GlobalModel.parse(_parts(lzma.decompress(packed.model).decode()), packed.features)
    except (ValueError, lzma.LZMAError) as error:
        raise ModelError(f"{folder / MODEL} cannot be read ({error}).") from error


def read(folder: Path) -> Packed:
    """The model, if it is what is described beside it; raises ModelError."""
    try:
        provenance = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        packed = (folder / MODEL).read_bytes()
        checksum, features = provenance["sha256"], list(provenance["features"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder} holds no model that can be read ({error!r}).") from error
    if checksum != hashlib.sha256(packed).hexdigest() or not set(features) <= set(ALL_NAMES):
        raise ModelError(f"{folder / MODEL} is not what {PROVENANCE} describes, or was trained for other features.")
    return Packed(packed, features)


def _parts(text: str) -> dict[str, str]:
    _, *found = _PART.split(text)
    return dict(zip(found[::2], found[1::2], strict=True))


def save(folder: Path, model: GlobalModel, provenance: dict[str, Any]) -> None:
    """The description is written last: until then the pair does not fit, and is not used."""
    text = "".join(f"== {name}\n{part.rstrip()}\n\n" for name, part in model.texts().items())
    packed = lzma.compress(text.encode(), preset=9)
    described = {"sha256": hashlib.sha256(packed).hexdigest(), **provenance, "features": list(model.names)}
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / MODEL, packed)
    _replace(folder / PROVENANCE, json.dumps(described, indent=1, ensure_ascii=False).encode() + b"\n")


def _replace(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.replace(path)
