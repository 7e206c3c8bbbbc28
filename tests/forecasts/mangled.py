"""Answers of providers as nobody promised them."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

# What was met or is at the edge: such words and moments are never drawn by chance.
odd = st.sampled_from(
    [10**400, -999, "-", ">1000", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:00"]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
anything = odd | st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))


@st.composite
def mutated(draw: st.DrawFn, answer: Any) -> Any:
    """The answer with one node replaced, removed or doubled."""
    body = node = deepcopy(answer)
    while True:
        key = draw(st.sampled_from(range(len(node)) if isinstance(node, list) else sorted(node)))
        if not isinstance(node[key], list | dict) or not node[key] or draw(st.booleans()):
            break
        node = node[key]
    match draw(st.sampled_from(["replace", "remove", "double"])):
        case "replace":
            node[key] = draw(anything)
        case "remove":
            del node[key]
        case "double" if isinstance(node, list):
            node.insert(key, node[key])
    return body


@st.composite
def damaged(draw: st.DrawFn, answer: Any) -> bytes:
    """The bytes of a mutated answer, cut off or with one byte changed."""
    body = bytearray(json.dumps(draw(mutated(answer)), ensure_ascii=draw(st.booleans())).encode(errors="replace"))
    position = draw(st.integers(0, len(body) - 1))
    match draw(st.sampled_from(["whole", "cut", "changed"])):
        case "cut":
            del body[position:]
        case "changed":
            body[position] = draw(st.integers(0, 255))
    return bytes(body)


@st.composite
def damages(draw: st.DrawFn) -> tuple[Any, float, int | None]:
    """What takes the place of a node, where the bytes are hurt, and the byte that stands there then (None: the end)."""
    return draw(anything), draw(st.floats(0, 1, exclude_max=True)), draw(st.none() | st.integers(0, 255))


def everywhere(answer: Any, damage: tuple[Any, float, int | None]) -> Iterator[bytes]:
    """The answer with one node after another replaced by that value, removed or doubled; one in four also hurt.

    Drawing costs some milliseconds and parsing some microseconds, so that what is drawn serves for every node.
    """
    value, place, byte = damage
    for number, body in enumerate(_variants(answer, value)):
        position = int(place * len(body))
        yield body if number % 4 else body[:position] + (b"" if byte is None else bytes([byte]) + body[position + 1 :])


def _variants(answer: Any, value: Any) -> Iterator[bytes]:
    for node, key in _nodes(answer):
        old = node[key]
        node[key] = value
        yield _bytes(answer)
        if isinstance(node, list):
            node[key] = old
            node.insert(key, old)
            yield _bytes(answer)
            del node[key]
            node.pop(key)
            yield _bytes(answer)
            node.insert(key, old)
        else:
            before = dict(node)
            del node[key]
            yield _bytes(answer)
            node.clear()
            node.update(before | {key: old})


def _nodes(node: Any) -> list[tuple[Any, Any]]:
    """Every place in it, as the object or list that holds it and the key there."""
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [place for key in keys for place in ((node, key), *_nodes(node[key]))]


def _bytes(answer: Any) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode(errors="replace")
