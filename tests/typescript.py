"""The TypeScript types of the live client, made of the protocol's messages and the schema of a snapshot."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from drf_spectacular.generators import SchemaGenerator

from realtime import protocol

Schema = dict[str, Any]

HEADER = """\
// The messages of the WebSocket and what a snapshot holds: made of realtime/protocol.py and of the serializers.
// Do not change this file: change those, and write it anew as CONTRIBUTING.md says.
"""
NAMES = {"Error": "ErrorMessage", "StatusEnum": "Status"}  # the browser has an Error of its own
PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
UNIONS = {"ServerMessage": protocol.SERVER_MESSAGES, "PlacesAction": protocol.PLACES_ACTIONS}
WIDTH = 120


def module() -> str:
    """The whole of types.ts."""
    return "\n".join([HEADER, *messages(), *unions(), *snapshot()])


def messages() -> Iterator[str]:
    kinds = {kind.__name__: kind for kind in (*protocol.SERVER_MESSAGES, *protocol.PLACES_ACTIONS)}
    _, schemas = msgspec.json.schema_components(list(kinds.values()), ref_template="#/{name}")
    for name, schema in sorted(schemas.items()):
        yield declaration(name, with_what_is_always_sent(schema, kinds.get(name)))


def with_what_is_always_sent(schema: Schema, kind: Any) -> Schema:
    """A field with a default may be left out by a client, but the server sends it unless its struct omits defaults."""
    is_complete = kind in protocol.SERVER_MESSAGES and not kind.__struct_config__.omit_defaults
    return schema | {"required": list(schema["properties"])} if is_complete else schema


def unions() -> Iterator[str]:
    for name, kinds in UNIONS.items():
        yield type_alias(name, [NAMES.get(kind.__name__, kind.__name__) for kind in kinds])


def snapshot() -> Iterator[str]:
    components = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]  # type: ignore[no-untyped-call]
    for name in sorted(reachable("Snapshot", components)):
        yield declaration(name, components[name])


def reachable(name: str, components: Schema) -> set[str]:
    found, waiting = set[str](), [name]
    while waiting:
        found.add(name := waiting.pop())
        refs = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(components[name]))
        waiting += [ref for ref in refs if ref not in found]
    return found


def declaration(name: str, schema: Schema) -> str:
    if "enum" in schema:
        return type_alias(NAMES.get(name, name), [json.dumps(value) for value in schema["enum"]])
    required = schema.get("required", [])
    fields = [field(key, value, key in required) for key, value in schema["properties"].items()]
    body = "\n".join([f"export interface {NAMES.get(name, name)} {{", *fields, "}", ""])
    return comment(schema.get("description", "")) + body


def comment(text: str, indent: str = "") -> str:
    return f"{indent}/** {' '.join(text.split())} */\n" if text else ""


def type_alias(name: str, members: list[str]) -> str:
    line = f"export type {name} = {' | '.join(members)};"
    if len(line) > WIDTH:
        line = "\n".join([f"export type {name} =", *(f"  | {member}" for member in members)]) + ";"
    return line + "\n"


def field(name: str, schema: Schema, is_required: bool) -> str:
    kind = "Snapshot" if name == "data" else expression(schema)  # the protocol passes its text on unread
    if not is_required:  # then it is left out rather than null
        kind = kind.removesuffix(" | null")
    described = comment(schema.get("description", ""), "  ")
    return f"{described}  {name}{'' if is_required else '?'}: {kind};"


def expression(schema: Schema) -> str:
    """A schema in place as a TypeScript type."""
    kind = " | ".join(alternatives(schema))
    return f"{kind} | null" if schema.get("nullable") else kind


def alternatives(schema: Schema) -> list[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return [NAMES.get(name, name)]
    if "enum" in schema:
        return [json.dumps(value) for value in schema["enum"]]
    parts = [part for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, [])]
    return list(map(expression, parts)) or [simple(schema)]


def simple(schema: Schema) -> str:
    match schema.get("type"):
        case "array":
            return f"{in_parentheses(expression(schema['items']))}[]"
        case "object":
            return f"Record<string, {expression(schema.get('additionalProperties') or {})}>"
        case kind:
            return PRIMITIVES.get(kind or "", "unknown")


def in_parentheses(kind: str) -> str:
    return f"({kind})" if "|" in kind else kind
