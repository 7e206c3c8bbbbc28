"""The wire, version 1: every message, error code and close code, defined here and nowhere else."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from forecasts.snapshots import CurrentForecast

VERSION = 1
SUBPROTOCOL = "aqi.v1"
CREDENTIAL = (
    "bearer."  # and a token or key after it: a second sub-protocol that a client offers, and that is not chosen
)
PING_INTERVAL_SECONDS = 20
MAX_MESSAGE_BYTES = 64 * 1024

T = TypeVar("T")
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Epoch = Annotated[str, msgspec.Meta(max_length=64)]
Seq = Annotated[int, msgspec.Meta(ge=0)]
Place = Annotated[str, msgspec.Meta(description="A slug, name, alias or `latitude,longitude`.")]
Snapshot = Annotated[
    msgspec.Raw,
    msgspec.Meta(
        description="What `current` of the REST API answers; /api/openapi.yaml describes it.",
        extra_json_schema={"type": "object", "required": ["location", "status", "aqi", "pollutants", "forecast"]},
    ),
]


class CloseCode(IntEnum):
    """1008 and 40xx: do not come back unchanged. 41xx: back off. 1012 and 42xx: come back now."""

    UNKNOWN_LOCATION = 1008
    RESTART = 1012
    NOT_AUTHENTICATED = 4001
    SESSION_ENDED = 4002
    FORBIDDEN = 4003
    TOO_SLOW = 4100
    BUSY = 4101
    TOO_MANY_CONNECTIONS = 4102
    FLOOD = 4103


class ErrorCode(StrEnum):
    UNKNOWN_LOCATION = "unknown_location"
    AMBIGUOUS_LOCATION = "ambiguous_location"
    NOT_JSON = "not_json"
    NOT_UNDERSTOOD = "not_understood"
    UNKNOWN_ACTION = "unknown_action"
    BINARY = "binary_not_supported"
    UNAVAILABLE = "temporarily_unavailable"
    NOT_KEPT = "not_kept"
    NOT_SUBSCRIBED = "not_subscribed"
    TOO_MANY_PLACES = "too_many_places"
    NOT_AUTHENTICATED = "not_authenticated"
    SESSION_ENDED = "session_ended"
    FORBIDDEN = "forbidden"
    TOKEN_IN_URL = "token_in_url"  # noqa: S105  # a code
    TOO_MANY_CONNECTIONS = "too_many_connections"
    RATE_LIMITED = "rate_limited"


# From the server


class Connected(msgspec.Struct, tag_field="type", tag="connected"):
    """Always first. `resumed`: nothing was missed since the epoch and seq that the client named."""

    location: str
    epoch: str
    seq: int
    update_interval: int
    server_time: Moment
    resumed: bool
    protocol: int = VERSION
    ping_interval: int = PING_INTERVAL_SECONDS


class Welcome(msgspec.Struct, tag_field="type", tag="welcome"):
    """Always first on a socket for several places, of which there may be `places_at_most` at a time."""

    update_interval: int
    places_at_most: int
    server_time: Moment
    protocol: int = VERSION
    ping_interval: int = PING_INTERVAL_SECONDS


class Subscribed(msgspec.Struct, tag_field="type", tag="subscribed"):
    """The place that was `asked` for is followed. `resumed`: nothing was missed since the epoch and seq named."""

    location: str
    asked: Annotated[str, msgspec.Meta(description="The place as the client spelled it.")]
    epoch: str
    seq: int
    resumed: bool


class Unsubscribed(msgspec.Struct, tag_field="type", tag="unsubscribed"):
    location: str


class AQIUpdate(msgspec.Struct, tag_field="type", tag="aqi_update"):
    """The newest snapshot; the same seq again says that a round at `checked_at` found nothing new."""

    location: str
    epoch: str
    seq: int
    timestamp: Moment
    checked_at: Moment
    data: Snapshot


class MissedUpdate(AQIUpdate, tag_field="type", tag="missed_update"):
    """A snapshot of the past, as it was published: history, never news."""


class MissedEnd(msgspec.Struct, tag_field="type", tag="missed_end"):
    """The answer to `missed` is complete up to the seq `since`; if there is `more`, ask again from there."""

    location: str
    epoch: str
    since: int
    more: bool


class Authenticated(msgspec.Struct, tag_field="type", tag="authenticated"):
    """The socket is somebody's now. At `expires_at` it is closed, unless `authenticate` comes again before."""

    name: str
    scopes: list[str]
    expires_at: Moment | None


class Pong(msgspec.Struct, tag_field="type", tag="pong"):
    timestamp: Moment


class Error(msgspec.Struct, tag_field="type", tag="error", omit_defaults=True):
    code: ErrorCode
    message: str
    suggestions: list[str] | None = None
    retry_after: int | None = None
    location: str | None = None


# From the client


class Ping(msgspec.Struct, tag_field="action", tag="ping"):
    """Answered with `pong`."""


class Refresh(msgspec.Struct, tag_field="action", tag="refresh"):
    """Sends the newest snapshot, even if it is known; a round follows soon if the last is over a minute old."""


class Authenticate(msgspec.Struct, tag_field="action", tag="authenticate"):
    """Says who is there: an access token or an API key. Answered with `authenticated`, or closed."""

    token: Annotated[str, msgspec.Meta(max_length=4096)]


class Resume(msgspec.Struct, tag_field="action", tag="resume"):
    """Silence if `since` is the newest seq of `epoch`, else the newest snapshot; the answer before it says which."""

    epoch: Epoch
    since: Seq


class Missed(msgspec.Struct, tag_field="action", tag="missed"):
    """Sends each snapshot after `since` as `missed_update`, oldest first, then `missed_end`."""

    since: Seq
    epoch: Epoch | None = None


# From the client, on a socket for several places


class Subscribe(msgspec.Struct, tag_field="action", tag="subscribe"):
    """Follows a place; with `epoch` and `since`, from where the client left it."""

    location: Place
    epoch: Epoch | None = None
    since: Seq | None = None


class Unsubscribe(msgspec.Struct, tag_field="action", tag="unsubscribe"):
    location: Place


class RefreshAt(Refresh, tag_field="action", tag="refresh", kw_only=True):
    location: Place


class ResumeAt(Resume, tag_field="action", tag="resume", kw_only=True):
    location: Place


class MissedAt(Missed, tag_field="action", tag="missed", kw_only=True):
    location: Place


ServerMessage = (
    Connected
    | Welcome
    | Subscribed
    | Unsubscribed
    | AQIUpdate
    | MissedUpdate
    | MissedEnd
    | Authenticated
    | Pong
    | Error
)
PlaceAction = Ping | Refresh | Resume | Missed
PlacesAction = Ping | Subscribe | Unsubscribe | RefreshAt | ResumeAt | MissedAt

SERVER_MESSAGES = (
    *(Connected, Welcome, Subscribed, Unsubscribed),
    *(AQIUpdate, MissedUpdate, MissedEnd, Authenticated, Pong, Error),
)
PLACE_ACTIONS = (Ping, Authenticate, Refresh, Resume, Missed)
PLACES_ACTIONS = (Ping, Authenticate, Subscribe, Unsubscribe, RefreshAt, ResumeAt, MissedAt)
CLIENT_MESSAGES = tuple(dict.fromkeys(PLACE_ACTIONS + PLACES_ACTIONS))

_encode = msgspec.json.Encoder().encode
_place_decoder: msgspec.json.Decoder[PlaceAction | Authenticate] = msgspec.json.Decoder(PlaceAction | Authenticate)
_places_decoder: msgspec.json.Decoder[PlacesAction | Authenticate] = msgspec.json.Decoder(PlacesAction | Authenticate)


class Located(msgspec.Struct):
    """The part of a client's message that says which place it is about."""

    location: str | None = None


_located_decoder = msgspec.json.Decoder(Located)


class BadMessage(Exception):  # noqa: N818  (it is the message that is bad)
    """What a client sent cannot be understood or done; `error` is the answer to it."""

    def __init__(self, code: ErrorCode, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.error = Error(code, message, retry_after=retry_after)


class Refused(Exception):  # noqa: N818  (it is the client that is)
    """The client may not go on: it is sent the error, and the socket is closed with the code."""

    def __init__(self, close_code: CloseCode, error: Error) -> None:
        super().__init__(error.message)
        self.close_code, self.error = close_code, error


def decode(text: str) -> PlaceAction | Authenticate:
    """The action in a client's message; raises BadMessage for whatever is not one."""
    return _decode(text, _place_decoder, PLACE_ACTIONS)


def decode_for_places(text: str) -> PlacesAction | Authenticate:
    """The same on a socket for several places."""
    return _decode(text, _places_decoder, PLACES_ACTIONS)


def place_in(text: str) -> str | None:
    """The place that a client's message names, whatever is wrong with the rest of it."""
    try:
        return _located_decoder.decode(text).location
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _decode(text: str, decoder: msgspec.json.Decoder[T], kinds: tuple[Any, ...]) -> T:
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        if "Invalid value" in str(error) and "$.action" in str(error):
            known = ", ".join(str(kind.__struct_config__.tag) for kind in kinds)
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


def encode(message: ServerMessage) -> str:
    return _encode(message).decode()


def update(current: CurrentForecast, kind: type[AQIUpdate] = AQIUpdate) -> str:
    """The frame of a snapshot: its stored text stays as it is."""
    return encode(
        kind(
            location=current.slug,
            epoch=current.epoch,
            seq=current.seq,
            timestamp=current.published_at.astimezone(UTC),
            checked_at=current.checked_at.astimezone(UTC),
            data=msgspec.Raw(current.text.encode()),
        )
    )
