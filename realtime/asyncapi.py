"""The wire as an AsyncAPI 3 document, made of the message types of the protocol."""

from functools import cache
from typing import Any

import msgspec
import yaml
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .protocol import (
    CLIENT_MESSAGES,
    PLACE_ACTIONS,
    PLACES_ACTIONS,
    SERVER_MESSAGES,
    VERSION,
    AQIUpdate,
    Authenticated,
    Connected,
    Error,
    MissedEnd,
    MissedUpdate,
    Pong,
    Subscribed,
    Unsubscribed,
    Welcome,
)

Document = dict[str, Any]

UPDATES = (AQIUpdate, MissedUpdate, MissedEnd, Authenticated, Pong, Error)
CHANNELS: dict[str, Document] = {
    "place": {
        "address": "/ws/aqi/{location}",
        "description": "One place. On connect, ?epoch=…&since=… says what the client has.",
        "parameters": {"location": {"description": "A slug, name, alias or `latitude,longitude`."}},
        "messages": (Connected, *UPDATES, *PLACE_ACTIONS),
    },
    "places": {
        "address": "/ws/aqi",
        "description": "Several places on one socket.",
        "messages": (Welcome, Subscribed, Unsubscribed, *UPDATES, *PLACES_ACTIONS),
    },
}


@require_safe
def asyncapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(text(), content_type="application/yaml")


@cache
def text() -> str:
    return yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120)


def document() -> Document:
    messages = [*SERVER_MESSAGES, *CLIENT_MESSAGES]
    _, schemas = msgspec.json.schema_components(messages, ref_template="#/components/schemas/{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Live air quality",
            "version": str(VERSION),
            "description": "Air-quality index and forecasts of the configured locations, pushed over WebSocket.",
        },
        "defaultContentType": "application/json",
        "channels": {name: channel(CHANNELS[name]) for name in CHANNELS},
        "operations": {operation: value for name in CHANNELS for operation, value in operations(name)},
        "components": {"messages": {kind.__name__: message(kind) for kind in messages}, "schemas": schemas},
    }


def channel(described: Document) -> Document:
    messages = {kind.__name__: ref("components", "messages", kind.__name__) for kind in described["messages"]}
    return {**described, "messages": messages, "bindings": {"ws": {"method": "GET"}}}


def operations(channel_name: str) -> list[tuple[str, Document]]:
    """What the server does on a channel: it sends some of its messages, and receives the others."""
    kinds = CHANNELS[channel_name]["messages"]
    directions = {"send": SERVER_MESSAGES, "receive": CLIENT_MESSAGES}
    return [
        (
            f"{action}_{channel_name}",
            {
                "action": action,
                "channel": ref("channels", channel_name),
                "messages": [
                    ref("channels", channel_name, "messages", kind.__name__) for kind in kinds if kind in directed
                ],
            },
        )
        for action, directed in directions.items()
    ]


def message(kind: Any) -> Document:
    return {"name": str(kind.__struct_config__.tag), "payload": ref("components", "schemas", kind.__name__)}


def ref(*path: str) -> Document:
    return {"$ref": "#/" + "/".join(path)}
