"""The document for programs follows the rules of AsyncAPI 3, and tells of the wire what is true."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.test import Client
from jsonschema import Draft202012Validator

from realtime import protocol
from tests.golden import MESSAGES, message

TEXT = {"type": "string"}
REFERENCE = {"type": "object", "required": ["$ref"], "properties": {"$ref": TEXT}, "additionalProperties": False}
# The parts of the specification of AsyncAPI 3.0 that the document uses: what they must have, and may have.
RULES = {
    "type": "object",
    "required": ["asyncapi", "info"],
    "properties": {
        "asyncapi": {"const": "3.0.0"},
        "info": {
            "type": "object",
            "required": ["title", "version"],
            "properties": {"title": TEXT, "version": TEXT, "description": TEXT},
            "additionalProperties": False,
        },
        "defaultContentType": TEXT,
        "channels": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["address", "messages"],
                "properties": {
                    "address": TEXT,
                    "description": TEXT,
                    "parameters": {
                        "type": "object",
                        "additionalProperties": {
                            "properties": {"description": TEXT},
                            "additionalProperties": False,
                        },
                    },
                    "messages": {"type": "object", "minProperties": 1, "additionalProperties": REFERENCE},
                    "bindings": {
                        "properties": {"ws": {"properties": {"method": {"const": "GET"}}}},
                        "additionalProperties": False,
                    },
                },
                "additionalProperties": False,
            },
        },
        "operations": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["action", "channel"],
                "properties": {
                    "action": {"enum": ["send", "receive"]},
                    "channel": REFERENCE,
                    "messages": {"type": "array", "minItems": 1, "items": REFERENCE},
                },
                "additionalProperties": False,
            },
        },
        "components": {
            "type": "object",
            "properties": {
                "messages": {
                    "additionalProperties": {
                        "properties": {"name": TEXT, "payload": REFERENCE},
                        "additionalProperties": False,
                    }
                },
                "schemas": {"additionalProperties": {"$ref": "https://json-schema.org/draft/2020-12/schema"}},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}


@pytest.fixture
def document() -> Any:
    answer = Client().get("/api/asyncapi.yaml")
    assert answer["Content-Type"] == "application/yaml"
    return yaml.safe_load(answer.content)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from references(one)


def resolve(document: Any, reference: str) -> Any:
    assert reference.startswith("#/")
    for name in reference.removeprefix("#/").split("/"):
        document = document[name]
    return document


def payload(document: Any, channel: str, name: str, action: str) -> Any:
    """The schema of the message that the server sends or receives under this name on this channel."""
    operation = document["operations"][f"{action}_{channel}"]
    kinds = [resolve(document, resolve(document, one["$ref"])["$ref"]) for one in operation["messages"]]
    return next(kind["payload"] for kind in kinds if kind["name"] == name)


def test_it_follows_the_rules_of_asyncapi_3(document: Any) -> None:
    Draft202012Validator(RULES).validate(document)


def test_every_reference_leads_somewhere_and_every_message_is_used(document: Any) -> None:
    found = set(references(document))
    for reference in found:
        assert resolve(document, reference)
    assert {f"#/components/messages/{name}" for name in document["components"]["messages"]} <= found


def test_an_operation_names_messages_of_its_own_channel_and_every_one_of_them(document: Any) -> None:
    for name, channel in document["channels"].items():
        named = [
            one["$ref"]
            for operation in document["operations"].values()
            if operation["channel"]["$ref"] == f"#/channels/{name}"
            for one in operation["messages"]
        ]
        assert sorted(named) == sorted(f"#/channels/{name}/messages/{kind}" for kind in channel["messages"])


def test_a_parameter_of_an_address_is_described(document: Any) -> None:
    for channel in document["channels"].values():
        assert [f"{{{name}}}" in channel["address"] for name in channel.get("parameters", {})] == [True] * channel[
            "address"
        ].count("{")


OF_PLACES = ["welcome", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "refresh_at", "error_not_subscribed"]
NAMES = sorted(file.stem for file in MESSAGES.iterdir() if file.stem != "not_an_action")


@pytest.mark.parametrize("name", NAMES)
def test_each_message_as_it_is_really_sent_fits_its_schema(document: Any, name: str) -> None:
    sent = message(name)
    channel = "places" if name in OF_PLACES else "place"
    kind, action = (sent["type"], "send") if "type" in sent else (sent["action"], "receive")
    schema = {**payload(document, channel, kind, action), "components": document["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(sent)
    assert list(Draft202012Validator(schema).iter_errors(sent | {"seq": "two", "action": 1, "type": 1})) != []


def test_every_kind_of_message_and_every_error_code_is_in_it(document: Any) -> None:
    names = {kind.__struct_config__.tag for kind in (*protocol.SERVER_MESSAGES, *protocol.CLIENT_MESSAGES)}
    assert {one["name"] for one in document["components"]["messages"].values()} == names
    assert set(document["components"]["schemas"]["ErrorCode"]["enum"]) == set(protocol.ErrorCode)
