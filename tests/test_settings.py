import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


def check(**variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check"]
    environment = {**os.environ, "SECRET_KEY": "x" * 50, **variables}
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("DEBUG", "maybe", "must be one of true, yes"),
        ("AQI_STALE_AFTER_HOURS", "three", "must be a whole number"),
        ("AQI_UPDATE_INTERVAL_SECONDS", "0", "must be at least 1"),
        ("AQI_PROXIES", "-1", "must be at least 0"),
        ("AQI_THROTTLE_ANONYMOUS", "often", "such as 600/min"),
        ("AQI_THROTTLE_USER", "0/min", "a number above 0"),
        ("AQI_SOCKET_MESSAGES", "0/MIN", "such as 600/min"),
        ("AQI_SOCKET_MESSAGES", "60/\N{LATIN SMALL LETTER LONG S}", "such as 600/min"),
        ("AQI_OPENAQ_QUOTA", "0/min", "calls above 0"),
        ("AQI_OPENAQ_QUOTA", "60/min, 0/hour", "such as 60/min, 2000/hour"),
        ("AQI_LOG_FORMAT", "xml", "must be line or json"),
        ("AQI_LOG_LEVEL", "loud", "must be DEBUG, INFO"),
        ("DATABASE_URL", "mysql2://x", "sqlite:/// or postgresql://"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_the_cure(name: str, value: str, cure: str) -> None:
    answer = check(**{name: value})
    assert answer.returncode != 0
    assert name in answer.stderr.splitlines()[-1]
    assert cure in answer.stderr.splitlines()[-1]


def test_a_database_host_that_does_not_answer_is_given_up_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        command = [sys.executable, "manage.py", "migrate", "--check"]
        environment = {**os.environ, "SECRET_KEY": "x" * 50, "DATABASE_URL": url}
        answer = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    assert answer.returncode != 0
    assert "timeout" in answer.stderr


ONE_FILE_IS_LEFT = """
import os, resource
from django.db import OperationalError, connection
free = os.dup(0)
os.close(free)
resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, free + 1))
try:
    connection.ensure_connection()
except OperationalError as error:
    os.write(1, str(error).encode())
"""


def test_a_connection_that_fails_for_want_of_a_file_is_a_fault_of_the_database() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ONE_FILE_IS_LEFT]
        environment = {**os.environ, "SECRET_KEY": "x" * 50, "DATABASE_URL": url}
        answer = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    assert answer.stdout.startswith("No connection to the database could be made: [Errno 24]"), answer.stderr


def test_a_secret_key_may_come_from_a_file_that_a_container_mounts(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("y" * 50)
    variables = {key: value for key, value in os.environ.items() if key != "SECRET_KEY"}
    command = [sys.executable, "-c", "from aqiproject import settings; print(settings.SECRET_KEY)"]
    environment = {**variables, "SECRET_KEY_FILE": str(file)}
    answer = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "y" * 50


def test_a_deployment_behind_tls_has_no_warnings() -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = {**os.environ, "SECRET_KEY": "".join(map(chr, range(40, 110))), "AQI_HTTPS": "true"}
    answer = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
