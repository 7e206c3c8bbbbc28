#!/usr/bin/env python3
"""Sets the project up and runs it, with nothing but Python 3.11 or newer: `python3 tasks.py run`."""

import contextlib
import hashlib
import os
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Iterable

ROOT = pathlib.Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BENCH_VENV = ROOT / ".venv-bench"  # what only the measured designs need, so that it never gets into ours
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PACKAGES = ["aqiproject", "forecasts", "realtime"]
DASHBOARD = ROOT / "dashboard"
BUILT = DASHBOARD / "dist"
OLDEST_NODE = (20, 19)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def python(*arguments: str, interpreter: pathlib.Path = PYTHON, **environment: str) -> None:
    with subprocess.Popen([str(interpreter), *arguments], cwd=ROOT, env={**os.environ, **environment}) as process:
        # Whoever stops us stops it, and it has the time that it needs to end: Control-C reaches both by itself.
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        status = process.wait()
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if status != 0:
        sys.exit(status if status > 0 else 1)


def install(requirements: str, into: pathlib.Path = VENV) -> None:
    """Bring an environment to exactly what the hashed file names; a second call with the same file does nothing."""
    wanted = hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()
    stamp = into / f"{requirements.replace('/', '-')}.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {requirements} into {into} …", flush=True)
    if not (into / PYTHON.relative_to(VENV)).exists():
        venv.create(into, with_pip=True)
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", requirements]
    python(*pip, interpreter=into / PYTHON.relative_to(VENV))
    stamp.write_text(wanted)


def write_secret_key() -> None:
    """This installation's own, in .env, unless the environment has one."""
    file = ROOT / ".env"
    written = file.read_text() if file.exists() else ""
    if "\nSECRET_KEY" not in f"\n{written}" and not {"SECRET_KEY", "SECRET_KEY_FILE"} & os.environ.keys():
        file.touch(mode=0o600)
        file.write_text(f"{written}\nSECRET_KEY={secrets.token_urlsafe(50)}\n".lstrip())


def dashboard() -> None:
    """Build the pages for readers; a second call with the same sources does nothing."""
    folders = [file for name in ("build", "public", "src") for file in (DASHBOARD / name).rglob("*")]
    wanted = digest_of(sorted(file for file in [*DASHBOARD.glob("*"), *folders] if file.is_file()))
    stamp = BUILT / "sources.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Building the dashboard in {BUILT} …", flush=True)
    npm("ci", "--silent")
    npm("run", "--silent", "build", "--", "--logLevel", "warn")
    stamp.write_text(wanted)


def digest_of(files: Iterable[pathlib.Path]) -> str:
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()} {file.relative_to(ROOT)}" for file in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def npm(*arguments: str) -> None:
    """The machine's npm, or that of a wheel where there is none or its Node is too old."""
    path = os.environ["PATH"]
    if not is_new_enough(shutil.which("node")) or not shutil.which("npm"):
        install("dashboard/requirements.txt")
        path = os.pathsep.join([str(PYTHON.parent), path])
    command = [shutil.which("npm", path=path) or "npm", *arguments]
    if subprocess.run(command, cwd=DASHBOARD, env={**os.environ, "PATH": path}).returncode:
        sys.exit(f"npm {' '.join(arguments)} failed in {DASHBOARD}; what it says is above.")


def is_new_enough(node: str | None) -> bool:
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout if node else ""
    return tuple(map(int, re.findall(r"\d+", version)[:2])) >= OLDEST_NODE


def browser() -> None:
    """A Chromium for the tests that look at the pages; as root on Debian it is installed."""
    if any(map(shutil.which, BROWSERS)):
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(
            "The tests need a Chromium. On Debian: sudo apt-get install chromium; elsewhere put `chromium` on PATH."
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *command], env=environment, check=True)


def run() -> None:
    """Start the server and the beat, on a fresh database with demo cities the first time."""
    install("requirements.txt")
    write_secret_key()
    dashboard()
    python("manage.py", "migrate", "--verbosity", "0")
    python("manage.py", "add_demo_locations", "--if-empty")
    python("manage.py", "create_admin")
    python("manage.py", "serve")


def test() -> None:
    """Everything that must hold before a change lands."""
    install("requirements-dev.txt")
    write_secret_key()
    dashboard()
    python("-m", "ruff", "format", "--check", ".")
    python("-m", "ruff", "check", ".")
    python("-m", "mypy")
    python("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    python("manage.py", "check")
    python("manage.py", "makemigrations", "--check", "--dry-run")
    npm("run", "--silent", "types")
    npm("test", "--silent")
    browser()
    python("-m", "tests.services", "-m", "pytest", "--cov-fail-under=0", "-m", "not processes and not embedded")
    for variable in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(variable, None)  # once more in the embedded profile
    python("-m", "pytest", "--cov-append")


def bench(*options: str) -> None:
    """What is promised of speed and size, beside other designs and the limits; an hour or less, on Linux."""
    install("requirements-dev.txt")
    write_secret_key()
    install("tests/benchmarks/requirements.txt", BENCH_VENV)
    python("-m", "tests.benchmarks", *options)


def chaos(*options: str) -> None:
    """Break the server in every way we know, and say what held; some fifteen minutes."""
    install("requirements-dev.txt")
    write_secret_key()
    python("-m", "tests.chaos", *options)


TASKS = {"run": run, "test": test, "bench": bench, "chaos": chaos, "dashboard": dashboard}

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  (whoever runs this may have an older one)
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0])
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(f"usage: tasks.py {'|'.join(TASKS)}")
    with contextlib.suppress(KeyboardInterrupt):
        TASKS[sys.argv[1]](*sys.argv[2:])
