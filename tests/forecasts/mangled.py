"""Answers of providers as nobody promised them."""

import json
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**400)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))


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
