"""The wire, version 1: every message, error code and close code, defined here and nowhere else."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Annotated
from urllib.parse import parse_qsl

import msgspec

from forecasts.snapshots import CurrentForecast

VERSION = 1
PING_INTERVAL_SECONDS = 20
MAX_MESSAGE_BYTES = 64 * 1024


class CloseCode(IntEnum):
    """1008 and 40xx: do not come back unchanged. 41xx: back off. 1012 and 42xx: come back now."""

    UNKNOWN_LOCATION = 1008
    RESTART = 1012
    TOO_SLOW = 4100
    BUSY = 4101


class ErrorCode(StrEnum):
    UNKNOWN_LOCATION = "unknown_location"
    AMBIGUOUS_LOCATION = "ambiguous_location"
    NOT_JSON = "not_json"
    NOT_UNDERSTOOD = "not_understood"
    UNKNOWN_ACTION = "unknown_action"
    BINARY = "binary_not_supported"
    UNAVAILABLE = "temporarily_unavailable"


# From the server


class Connected(msgspec.Struct, tag_field="type", tag="connected"):
    """Always first. `resumed`: nothing was missed since the epoch and seq that the client named."""

    location: str
    epoch: str
    seq: int
    update_interval: int
    server_time: datetime
    resumed: bool
    protocol: int = VERSION
    ping_interval: int = PING_INTERVAL_SECONDS


class AQIUpdate(msgspec.Struct, tag_field="type", tag="aqi_update"):
    """The newest snapshot; the same seq again says that a round at `checked_at` found nothing new."""

    location: str
    epoch: str
    seq: int
    timestamp: datetime
    checked_at: datetime
    data: msgspec.Raw


class Pong(msgspec.Struct, tag_field="type", tag="pong"):
    timestamp: datetime


class Error(msgspec.Struct, tag_field="type", tag="error", omit_defaults=True):
    code: ErrorCode
    message: str
    suggestions: list[str] | None = None
    retry_after: int | None = None


# From the client


class Ping(msgspec.Struct, tag_field="action", tag="ping"):
    """Answered with `pong`."""


class Refresh(msgspec.Struct, tag_field="action", tag="refresh"):
    """Sends the newest snapshot, even if it is known; a round follows soon if the last is over a minute old."""


class Resume(msgspec.Struct, tag_field="action", tag="resume"):
    """Silence if `since` is the newest seq of `epoch`, else the newest snapshot; `connected` says which."""

    epoch: Annotated[str, msgspec.Meta(max_length=64)]
    since: Annotated[int, msgspec.Meta(ge=0)]


Action = Ping | Refresh | Resume
SERVER_MESSAGES = (Connected, AQIUpdate, Pong, Error)
CLIENT_MESSAGES = (Ping, Refresh, Resume)

_decoder: msgspec.json.Decoder[Action] = msgspec.json.Decoder(Action)
_encode = msgspec.json.Encoder().encode


class BadMessage(Exception):  # noqa: N818  (it is the message that is bad)
    """What a client sent cannot be understood; `error` is the answer to it."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.error = Error(code, message)


def decode(text: str) -> Action:
    """The action in a client's message; raises BadMessage for whatever is not one."""
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError as error:
        if "Invalid value" in str(error) and "$.action" in str(error):
            known = ", ".join(str(message.__struct_config__.tag) for message in CLIENT_MESSAGES)
            raise BadMessage(ErrorCode.UNKNOWN_ACTION, f"There is no such action; known are: {known}.") from error
        raise BadMessage(ErrorCode.NOT_UNDERSTOOD, f'Send {{"action": …}}: {error}.') from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadMessage(ErrorCode.NOT_JSON, "This is not JSON.") from error


def resume_from(query_string: bytes) -> Resume | None:
    """The place in the stream that a client names on connect, as ?epoch=…&since=…; None for nothing usable."""
    parameters = dict(parse_qsl(query_string.decode("latin-1")))
    try:
        return msgspec.convert(parameters, Resume, strict=False)
    except msgspec.ValidationError:
        return None


def encode(message: Connected | AQIUpdate | Pong | Error) -> str:
    return _encode(message).decode()


def update(current: CurrentForecast) -> str:
    """The frame of a snapshot: its stored text stays as it is."""
    return encode(
        AQIUpdate(
            location=current.slug,
            epoch=current.epoch,
            seq=current.seq,
            timestamp=current.published_at.astimezone(UTC),
            checked_at=current.checked_at.astimezone(UTC),
            data=msgspec.Raw(current.text.encode()),
        )
    )
