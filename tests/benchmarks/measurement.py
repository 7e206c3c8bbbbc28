"""One run of one contender: subscribers connect, wait idle, and get updates in a closed loop."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import Contender, Run, Setting, compiled, started

SETTLE_SECONDS = 1.0
WARM_UP = 20  # updates to new connections are slow at first, under every contender


@dataclass(frozen=True)
class Load:
    """`stalled` of the sockets never read what they get."""

    sockets: int
    updates: int
    stalled: int = 0
    path: str = "/ws/aqi/place-0"


def measure(contender: Contender, setting: Setting, load: Load) -> dict[str, float]:
    with started(contender, setting) as run:
        with subscribers(run, Load(20, 2, path=load.path)) as warming:  # imports, caches, first connections
            for _ in range(2):
                step(warming)
                go_on(warming)
            step(warming)
        time.sleep(SETTLE_SECONDS)
        return figures(run, load)


def figures(run: Run, load: Load) -> dict[str, float]:
    before_kb = memory_kb(run.process)
    with subscribers(run, load) as client:
        connected = step(client)
        time.sleep(SETTLE_SECONDS)
        idle_kb = memory_kb(run.process)
        go_on(client)
        step(client)
        cpu, announcer_cpu = cpu_seconds(run.process), cpu_seconds(run.announcer)
        go_on(client)
        result = step(client)
        cpu, announcer_cpu = cpu_seconds(run.process) - cpu, cpu_seconds(run.announcer) - announcer_cpu
        after_kb = memory_kb(run.process)
    deliveries = result["deliveries"]
    return {
        # Of the median update: one that another program of the machine held up counts once and not for its seconds.
        "deliveries_per_second": (load.sockets - load.stalled) / result["last"],
        "cpu_us": cpu / deliveries * 1e6,
        "announcer_cpu_us": announcer_cpu / deliveries * 1e6,
        "p50_ms": result["p50"] * 1000,
        "p99_ms": result["p99"] * 1000,
        "last_ms": result["last"] * 1000,
        "missing": result["missing"] + load.sockets - connected["connected"],
        "connects_per_second": connected["connected"] / connected["connect_seconds"],
        "kb_per_socket": (idle_kb - before_kb) / load.sockets,
        "grown_mb": (after_kb - idle_kb) / 1024,
    }


@contextmanager
def subscribers(run: Run, load: Load) -> Iterator[subprocess.Popen[str]]:
    numbers = [load.sockets, load.stalled, run.first, run.trigger, load.updates, WARM_UP]
    command = [str(compiled("subscribers")), str(run.port), load.path, *map(str, numbers)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        try:
            yield client
        finally:
            client.kill()


def step(client: subprocess.Popen[str]) -> dict[str, Any]:
    """What the client says of the step that it has ended."""
    assert client.stdout is not None
    said: dict[str, Any] = json.loads(client.stdout.readline())
    return said


def go_on(client: subprocess.Popen[str]) -> None:
    assert client.stdin is not None
    client.stdin.write("\n")
    client.stdin.flush()


def cpu_seconds(process: subprocess.Popen[bytes] | None) -> float:
    """Of all threads of the process and of its children, as the kernel's scheduler counts nanoseconds."""
    return nanoseconds(process.pid) / 1e9 if process is not None else 0.0


def nanoseconds(pid: int) -> int:
    return sum(map(of_thread, Path(f"/proc/{pid}/task").iterdir()))


def of_thread(thread: Path) -> int:
    """And of the processes that it started; nothing of one that ended while we looked."""
    try:
        children = (thread / "children").read_text().split()
        return int((thread / "schedstat").read_text().split()[0]) + sum(nanoseconds(int(child)) for child in children)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def memory_kb(process: subprocess.Popen[bytes]) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
