"""The whole product on this machine, as `make run` starts it: a database of its own, server and beat as processes."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
START_SECONDS = 60  # a busy machine takes its time


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


@dataclass
class Stack:
    folder: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "e2e.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        own = {"DATABASE_URL": f"sqlite:///{self.database}", "REDIS_URL": "", "AQI_ALLOWED_ORIGINS": "*"}
        return {**os.environ, **own, **self.settings}

    def prepare(self) -> None:
        assert self.command("tests.e2e.places", str(self.folder)).wait(START_SECONDS) == 0

    def command(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def start(self) -> None:
        self.process = self.command("django", "serve", "--port", str(self.port))
        wait_until(self.answers, START_SECONDS)

    def answers(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """As by a power cut: server and beat at once, and no time to say goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        wait_until(lambda: not self.answers())

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait()

    def rows(self, query: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self.database, timeout=20)) as connection:
            return connection.execute(query, values).fetchall()

    def published(self, slug: str) -> list[tuple[str, int]]:
        """Epoch and number of every snapshot of a place, in order."""
        return self.rows(
            "SELECT snapshot.epoch, snapshot.seq FROM forecasts_snapshot AS snapshot"
            " JOIN forecasts_location AS location ON location.id = snapshot.location_id"
            " WHERE location.slug = ? ORDER BY snapshot.id",
            slug,
        )

    def status(self, slug: str) -> str:
        """That of the newest snapshot."""
        newest = "WHERE location_id = (SELECT id FROM forecasts_location WHERE slug = ?) ORDER BY id DESC LIMIT 1"
        return str(self.rows(f"SELECT status FROM forecasts_snapshot {newest}", slug)[0][0])

    @contextmanager
    def replaying(self, slug: str, hours_a_second: float) -> Iterator[None]:
        """News in quick succession, until the end of the block."""
        process = self.command("django", "replay", slug, "--speed", str(3600 * hours_a_second))
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(START_SECONDS)
