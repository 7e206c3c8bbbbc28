from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.chaos.site import Site


@dataclass(frozen=True)
class Size:
    """How much of everything: `clients` in a herd, `few` where each of them is looked at for a while."""

    clients: int
    few: int
    flood: int
    due_mb: int
    bad_messages: int
    examples: int
    stopped: int
    stopped_seconds: int


FULL = Size(
    clients=2000, few=200, flood=200_000, due_mb=200, bad_messages=10_000, examples=100, stopped=500, stopped_seconds=60
)
SHORT = Size(clients=40, few=10, flood=10_000, due_mb=20, bad_messages=200, examples=5, stopped=20, stopped_seconds=4)


@dataclass(frozen=True)
class Outcome:
    """`is_sound`: nothing that must hold whatever the machine was broken; `is_in_time` is about seconds."""

    measured: str
    is_sound: bool
    is_in_time: bool = True


@dataclass(frozen=True)
class Fault:
    name: str
    bar: str
    cause: Callable[[Site, Size], Awaitable[Outcome]]
