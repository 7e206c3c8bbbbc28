"""What `make bench` measures: each part is some cases, run in turn, round after round, of which the medians count."""

import statistics
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks import rest
from tests.benchmarks.contenders import CONTENDERS, Setting
from tests.benchmarks.measurement import Load, measure

Figures = dict[str, float]
Case = Callable[[], Figures]

STALLED = 50
FASTEST = [name for name in CONTENDERS if name != "plain Channels"]  # with 5,000 sockets it would take minutes


@dataclass(frozen=True)
class Effort:
    redis_url: str
    rounds: int = 3
    updates: int = 30
    contenders: tuple[str, ...] = tuple(CONTENDERS)


def medians(cases: dict[str, Case], rounds: int) -> dict[str, Figures]:
    """Interleaved, so that a busy minute of the machine falls on everybody."""
    values: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in cases}
    for number in range(rounds):
        for name, case in cases.items():
            print(f"  round {number + 1}: {name}", flush=True)
            for figure, value in case().items():
                values[name][figure].append(value)
    return {
        name: {figure: statistics.median(of_rounds) for figure, of_rounds in figures.items()}
        for name, figures in values.items()
    }


def fan_out(effort: Effort, sockets: int, size: str) -> dict[str, Case]:
    """One text to many sockets, beside other designs and the limits."""
    able = FASTEST if sockets > 1000 else list(CONTENDERS)
    load, setting = Load(sockets, effort.updates), Setting(size, effort.redis_url)
    return {
        name: lambda name=name: measure(CONTENDERS[name], setting, load)  # type: ignore[misc]
        for name in able
        if name in effort.contenders
    }


def stalled(effort: Effort) -> dict[str, Case]:
    """The same with and without some that never read."""
    setting, updates = Setting("2kb", effort.redis_url), 20 * effort.updates
    loads = {"": Load(1000 - STALLED, updates), ", some stalled": Load(1000, updates, STALLED)}
    return {
        f"{name}{case}": lambda name=name, load=load: measure(CONTENDERS[name], setting, load)  # type: ignore[misc]
        for name in ("uvicorn", "daphne")
        for case, load in loads.items()
    }


def locations(effort: Effort) -> dict[str, Case]:
    """One pass over many locations with a subscriber each; as many deliveries with few as with many."""

    def case(count: int) -> Case:
        load = Load(count, max(5, 50_000 // count if count < 1000 else 10), path="/ws/aqi/place-%d")
        return lambda: measure(CONTENDERS["uvicorn"], Setting("2kb", effort.redis_url, locations=count), load)

    return {str(count): case(count) for count in (100, 10_000)}


def rest_of(effort: Effort) -> dict[str, Case]:
    """`current` by WSGI and ASGI, beside FastAPI."""
    setting = Setting("2kb", effort.redis_url)
    return {name: lambda name=name: rest.measure(name, setting) for name in rest.SERVERS}  # type: ignore[misc]


PARTS: dict[str, Callable[[Effort], dict[str, Case]]] = {
    "fan-out 1000": lambda effort: fan_out(effort, 1000, "2kb"),
    "fan-out 1000, snapshot": lambda effort: fan_out(effort, 1000, "snapshot"),
    "fan-out 5000": lambda effort: fan_out(effort, 5000, "2kb"),
    "fan-out 5000, snapshot": lambda effort: fan_out(effort, 5000, "snapshot"),
    "stalled": stalled,
    "locations": locations,
    "rest": rest_of,
}
