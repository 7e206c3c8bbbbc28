"""Who is measured against whom, and how each is started: pinned to core 0, everything else on core 1."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.message import compact, frame
from tests.services import free_port

ROOT = Path(__file__).parent.parent.parent
BUILD = ROOT / "tests" / "benchmarks" / "out"
PREDECESSOR_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
BENCH_PACKAGES = ROOT / ".venv-bench" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
START_SECONDS = 90
SHARED_FRAMES = "realtime.uvicorn_protocol:SharedFrames"
UVICORN = [
    *("--loop", "uvloop", "--http", "httptools", "--ws", SHARED_FRAMES, "--ws-per-message-deflate", "false"),
    *("--ws-max-size", "65536", "--ws-max-queue", "8", "--backlog", "4096", "--log-level", "warning"),
]


@dataclass(frozen=True)
class Run:
    """One server that has been started: `first` is how many messages greet a new socket."""

    process: subprocess.Popen[bytes]
    announcer: subprocess.Popen[bytes] | None
    port: int
    trigger: int
    first: int


@dataclass(frozen=True)
class Setting:
    """What all contenders have in common."""

    size: str
    redis_url: str
    locations: int = 1


Command = Callable[[int, int, Setting], list[str]]


@dataclass(frozen=True)
class Contender:
    name: str
    command: Command
    is_project: bool = False  # takes its updates from the channel layer, and its place from the database


def uvicorn_with(protocol: str) -> list[str]:
    return [protocol if option == SHARED_FRAMES else option for option in UVICORN]


def project_uvicorn(port: int, trigger: int, setting: Setting) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "aqiproject.asgi:application", "--port", str(port), *UVICORN]


def plain_channels(port: int, trigger: int, setting: Setting) -> list[str]:
    application = "tests.benchmarks.plain_channels:application"
    return [sys.executable, "-m", "uvicorn", application, "--port", str(port), *uvicorn_with("websockets-sansio")]


def project_daphne(port: int, trigger: int, setting: Setting) -> list[str]:
    return [sys.executable, "manage.py", "serve", "--no-beat", "--port", str(port)]


def predecessor(port: int, trigger: int, setting: Setting) -> list[str]:
    application = "tests.benchmarks.predecessor:application"
    options = uvicorn_with("websockets")  # its own choice until lately, and what that design was run with
    return [str(PREDECESSOR_PYTHON), "-m", "uvicorn", application, "--port", str(port), *options]


def websockets_broadcast(port: int, trigger: int, setting: Setting) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.broadcaster", str(port), str(trigger), setting.size]


def raw_c(port: int, trigger: int, setting: Setting) -> list[str]:
    size = len(compact(frame(setting.size, 1)).encode())
    return [str(compiled("raw_server")), str(port), str(trigger), str(size)]


CONTENDERS = {
    contender.name: contender
    for contender in (
        Contender("predecessor", predecessor),
        Contender("uvicorn", project_uvicorn, is_project=True),
        Contender("daphne", project_daphne, is_project=True),
        Contender("plain Channels", plain_channels, is_project=True),
        Contender("broadcast()", websockets_broadcast),
        Contender("raw C", raw_c),
    )
}


def compiled(name: str) -> Path:
    """The program of one of our C files, built again when that is newer."""
    source, program = Path(__file__).parent / f"{name}.c", BUILD / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        BUILD.mkdir(exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", "-o", program, source], check=True)
    return program


@contextmanager
def started(contender: Contender, setting: Setting) -> Iterator[Run]:
    port, trigger = free_port(), free_port()
    environment = {**os.environ, "TRIGGER": str(trigger), "SIZE": setting.size, "AQI_LOG_LEVEL": "ERROR"}
    with ExitStack() as stack:
        if contender.is_project:
            environment |= {"REDIS_URL": setting.redis_url, "DATABASE_URL": stack.enter_context(database(setting))}
        command = contender.command(port, trigger, setting)
        process = stack.enter_context(program(["taskset", "-c", "0", *command], environment))
        announcer = None
        if contender.is_project:
            publish = [sys.executable, "-m", "tests.benchmarks.announcer", str(trigger)]
            announcer = stack.enter_context(program(publish, environment))
        for expected in (port, trigger):
            wait_for_port(expected)
        yield Run(process, announcer, port, trigger, first=2 if contender.is_project else 1)


@contextmanager
def database(setting: Setting) -> Iterator[str]:
    """A new one, with a snapshot of each location."""
    with tempfile.TemporaryDirectory(prefix="aqi-bench-") as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        environment = {**os.environ, "DATABASE_URL": url}
        prepare = ["-m", "tests.benchmarks.announcer", "prepare", str(setting.locations), setting.size]
        for arguments in (["manage.py", "migrate", "--verbosity", "0"], prepare):
            subprocess.run([sys.executable, *arguments], env=environment, cwd=ROOT, check=True)
        yield url


@contextmanager
def program(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # nobody is to wait for thousands of closing handshakes
        process.wait()


def wait_for_port(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")
