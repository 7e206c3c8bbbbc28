import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from forecasts.models import Location, Source
from realtime.management.commands.serve import Beat, banner, end

PROJECT = Path(__file__).parents[2]

pytestmark = pytest.mark.processes


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A migrated database of this test's own."""
    variables = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'serve.sqlite3'}", "REDIS_URL": ""}
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], cwd=PROJECT, env=variables, check=True)
    return variables


@contextmanager
def serving(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "django", "serve", *arguments]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except ConnectionRefusedError:
        return False
    return True


def children(process: subprocess.Popen[str]) -> list[int]:
    answer = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, check=False)
    return [int(pid) for pid in answer.stdout.split()]


def runs(pid: int) -> bool:
    answer = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False)
    return answer.stdout != b"" and not answer.stdout.startswith(b"Z")


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_beat_that_dies_is_started_again_and_sigterm_ends_both(environment: dict[str, str]) -> None:
    port = free_port()
    with serving(environment, "--port", str(port)) as server:
        wait_until(lambda: answers(port) and len(children(server)) == 1, 10)
        (first,) = children(server)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: children(server) not in ([], [first]), 3)
        (second,) = children(server)
        server.terminate()
        printed, log = server.communicate(timeout=4)
    assert server.returncode == 0
    assert not runs(second)
    assert f"http://127.0.0.1:{port}/" in printed
    assert log.count("The beat ended with status -9 and starts again in 1 s") == 1
    assert "Fatal Python error" not in log


def test_control_c_ends_both_and_is_no_death_of_the_beat(environment: dict[str, str]) -> None:
    port = free_port()
    with serving(environment, "--port", str(port)) as server:
        wait_until(lambda: answers(port) and len(children(server)) == 1, 10)
        (beat,) = children(server)
        server.send_signal(signal.SIGINT)
        _, log = server.communicate(timeout=4)
    assert not runs(beat)
    assert "The beat ended" not in log


def test_the_beat_ends_when_the_server_is_killed(environment: dict[str, str]) -> None:
    port = free_port()
    with serving(environment, "--port", str(port)) as server:
        wait_until(lambda: answers(port) and len(children(server)) == 1, 10)
        (beat,) = children(server)
        time.sleep(1.5)  # until the beat has come as far as reading its standard input
        server.kill()
        wait_until(lambda: not runs(beat), 4)


def test_no_beat_means_no_child(environment: dict[str, str]) -> None:
    port = free_port()
    with serving(environment, "--port", str(port), "--no-beat") as server:
        wait_until(lambda: answers(port), 10)
        assert children(server) == []


@pytest.mark.parametrize(("command", "status"), [("serve", 1), ("runserver", 1)])
def test_a_port_in_use_is_one_line_with_the_cure(environment: dict[str, str], command: str, status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = ["serve", "--port", str(port)] if command == "serve" else ["runserver", str(port)]
        answer = subprocess.run(
            [sys.executable, "-m", "django", *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True
        )
    assert answer.returncode == status
    complaint = [line for line in answer.stderr.splitlines() if "Address already in use" in line]
    assert len(complaint) == 1
    cure = complaint[0].partition("Choose another port: ")[2].split()
    assert Path(PROJECT, cure[0]) == Path(sys.executable)
    assert cure[1:] == ["manage.py", *(["serve", "--port"] if command == "serve" else ["runserver"]), str(port + 1)]
    assert "Traceback" not in answer.stderr


def test_a_beat_that_cannot_start_is_tried_less_and_less_often(caplog: pytest.LogCaptureFixture) -> None:
    beat = Beat()
    beat.command = [sys.executable, "-c", "raise SystemExit(3)"]
    beat.start()
    wait_until(lambda: len(caplog.messages) == 2, 4)
    beat.stop()
    assert caplog.messages == [f"The beat ended with status 3 and starts again in {wait} s" for wait in (1, 2)]


def test_a_child_that_does_not_listen_to_sigterm_is_killed() -> None:
    script = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert end(child) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("host", "name"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "localhost"), ("::", "localhost"), ("fd00::1", "[fd00::1]")],
)
def test_the_banner_names_addresses_that_a_browser_opens(db: None, host: str, name: str) -> None:
    assert "/ws/aqi/" not in banner(host, 8000)
    Location.objects.create(slug="shed", name="Shed", latitude=0, longitude=0)
    assert f"http://{name}:8000/" in banner(host, 8000)
    assert f"ws://{name}:8000/ws/aqi/shed" in banner(host, 8000)


def test_the_banner_says_that_air_is_simulated_and_how_to_make_it_live(db: None) -> None:
    cure = "Make it live: AQI_PROVIDER=open_meteo make run"
    assert cure not in banner("127.0.0.1", 8000)
    place = Location.objects.create(slug="place", name="Place", latitude=0, longitude=0)
    Source.objects.create(location=place, provider="simulated")
    assert "SIMULATED, not measured: the air of 1 of 1 locations." in banner("127.0.0.1", 8000)
    assert cure in banner("127.0.0.1", 8000)


def test_where_a_provider_is_set_the_banner_names_the_places_that_it_did_not_make_live(db: None, settings: Any) -> None:
    settings.AQI_PROVIDER = "open_meteo"
    for slug in ("shed", "roof", "yard", "pier", "hill", "dune"):
        place = Location.objects.create(slug=slug, name=slug, latitude=0, longitude=0)
        Source.objects.create(location=place, provider="simulated")
    told = banner("127.0.0.1", 8000)
    assert "the air of 6 of 6 locations: shed, roof, yard, pier, hill and 1 more." in told
    assert "change their sources in the admin" in told
    assert "make run" not in told


def test_the_tutorial_shows_what_the_first_start_prints(db: None) -> None:
    call_command("add_demo_locations", provider="simulated", stdout=io.StringIO())
    assert f"\n{banner('127.0.0.1', 8000)}\n" in (PROJECT / "docs" / "tutorial.md").read_text(encoding="utf-8")
