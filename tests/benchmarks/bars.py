"""What is promised: of each figure what must be, what we aim at, and what was measured."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.parts import Figures

Results = dict[str, dict[str, Figures]]  # part → case → figure
Value = Callable[[Results], float]


@dataclass(frozen=True)
class Bar:
    name: str
    must: float
    aim: float
    value: Value
    is_least: bool = False  # whether more is better

    def verdict(self, measured: float) -> str:
        reached = [(measured >= bar) if self.is_least else (measured <= bar) for bar in (self.aim, self.must)]
        return "aim" if reached[0] else "must" if reached[1] else "MISSED"


@dataclass(frozen=True)
class Judgement:
    bar: str
    must: str
    aim: str
    measured: float
    verdict: str


def ratio(part: str, figure: str, case: str, to: str) -> Value:
    return lambda results: results[part][case][figure] / results[part][to][figure]


def figure(part: str, case: str, name: str) -> Value:
    return lambda results: results[part][case][name]


def per_location(results: Results) -> float:
    """Cost of one of 10,000 locations, in the server and in the beat, to that of one of 100."""
    many, few = (results["locations"][count] for count in ("10000", "100"))
    return (many["cpu_us"] + many["announcer_cpu_us"]) / (few["cpu_us"] + few["announcer_cpu_us"])


def of_fan_out(sockets: str, must: float, aim: float) -> list[Bar]:
    """For the message of 2 KB, and for a real snapshot."""
    bars = []
    for size in ("", ", snapshot"):
        part = f"fan-out {sockets}{size}"
        deliveries = ratio(part, "deliveries_per_second", "uvicorn", "predecessor")
        bars.append(Bar(f"{part}: deliveries/s, uvicorn / predecessor", must, aim, deliveries, is_least=True))
    return bars


def of_a_thousand(size: str) -> list[Bar]:
    part = f"fan-out 1000{size}"
    daphne = ratio(part, "deliveries_per_second", "daphne", "predecessor")
    connects = ratio(part, "connects_per_second", "uvicorn", "predecessor")
    tail: Value = lambda results: results[part]["uvicorn"]["p99_ms"] / results[part]["uvicorn"]["last_ms"]  # noqa: E731
    return [
        Bar(f"{part}: deliveries/s, Daphne / predecessor", 1.3, 2.0, daphne, is_least=True),
        Bar(f"{part}: CPU, uvicorn / broadcast()", 1.25, 1.0, ratio(part, "cpu_us", "uvicorn", "broadcast()")),
        Bar(f"{part}: CPU, uvicorn / raw C", 2.1, 1.6, ratio(part, "cpu_us", "uvicorn", "raw C")),
        Bar(f"{part}: p99 / last, uvicorn", 1.3, 1.05, tail),
        Bar(f"{part}: connections/s, uvicorn / predecessor", 0.9, 1.1, connects, is_least=True),
        Bar(f"{part}: KB per idle socket, uvicorn", 33, 25, figure(part, "uvicorn", "kb_per_socket")),
        Bar(f"{part}: KB per idle socket, Daphne", 33, 25, figure(part, "daphne", "kb_per_socket")),
    ]


def of_stalled(server: str) -> list[Bar]:
    some = f"{server}, some stalled"
    return [
        Bar(f"50 of 1,000 never read, {server}: others' p99", 1.2, 1.05, ratio("stalled", "p99_ms", some, server)),
        Bar(f"50 of 1,000 never read, {server}: grown MB", 60, 20, figure("stalled", some, "grown_mb")),
    ]


def of_rest(server: str, must: float, aim: float) -> Bar:
    requests = ratio("rest", "requests_per_second", server, "FastAPI")
    return Bar(f"current over REST, {server} / FastAPI", must, aim, requests, is_least=True)


BARS = [
    *of_fan_out("1000", 3.2, 4.5),
    *of_fan_out("5000", 3.0, 4.0),
    *of_a_thousand(""),
    *of_a_thousand(", snapshot"),
    *of_stalled("uvicorn"),
    *of_stalled("daphne"),
    Bar("10,000 locations: missing of all deliveries", 0, 0, figure("locations", "10000", "missing")),
    Bar("10,000 locations: cost of one / of one of 100", 1.2, 1.0, per_location),
    of_rest("WSGI granian", 1.0, 2.0),
    of_rest("ASGI uvicorn", 0.4, 0.6),
]


def judged(results: Results) -> list[Judgement]:
    """Of the bars whose part was measured."""
    found = []
    for bar in BARS:
        try:
            measured = bar.value(results)
        except KeyError:
            continue
        sign = "≥" if bar.is_least else "≤"
        found.append(
            Judgement(bar.name, f"{sign} {bar.must:g}", f"{sign} {bar.aim:g}", measured, bar.verdict(measured))
        )
    return found
