"""wss:// and https:// by the server itself, with certificates of an authority of the test's own."""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import trustme
from websockets.sync.client import connect

from tests.realtime.test_serve import answers, environment, free_port, serving, wait_until  # noqa: F401

pytestmark = pytest.mark.processes

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def port(authority: trustme.CA, tmp_path: Path, environment: dict[str, str]) -> Iterator[int]:  # noqa: F811
    """Of a server whose certificate is vouched for by an intermediate one, as those of public authorities are."""
    issued = authority.create_child_ca().issue_cert("localhost")
    certificate, key = tmp_path / "chain: of two.pem", tmp_path / "key.pem"
    certificate.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    subprocess.run([sys.executable, "-m", "django", "add_demo_locations"], cwd=PROJECT, env=environment, check=True)
    port = free_port()
    files = ["--tls-cert", str(certificate), "--tls-key", str(key)]
    with serving(environment, "--port", str(port), "--no-beat", *files) as process:
        wait_until(lambda: answers(port), 20)
        yield port
        process.terminate()
        printed, log = process.communicate(timeout=5)
    assert f"wss://127.0.0.1:{port}/ws/aqi/" in printed
    assert "Traceback" not in log


def test_a_stock_client_that_trusts_the_authority_listens_over_tls(port: int, trust: ssl.SSLContext) -> None:
    with connect(f"wss://localhost:{port}/ws/aqi/delhi", ssl=trust) as socket:
        assert json.loads(socket.recv())["type"] == "connected"
        assert json.loads(socket.recv())["type"] == "aqi_update"
        socket.send('{"action": "ping"}')
        assert json.loads(socket.recv())["type"] == "pong"
    answer = httpx.get(f"https://localhost:{port}/api/v1/", verify=trust)
    assert answer.json()["locations"].startswith("https://")


def test_a_client_that_does_not_trust_it_and_one_without_tls_get_nothing(port: int) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(f"wss://localhost:{port}/ws/aqi/delhi")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://localhost:{port}/livez")


def test_old_versions_of_tls_are_refused(port: int, trust: ssl.SSLContext) -> None:
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        trust.maximum_version = ssl.TLSVersion.TLSv1_1
    trust.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://localhost:{port}/livez", verify=trust)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--tls-cert", "a.pem"], "--tls-cert and --tls-key go together."),
        (["--tls-key", "a.pem"], "--tls-cert and --tls-key go together."),
        (["--tls-cert", "no.pem", "--tls-key", "manage.py"], "no certificate and key in PEM: [Errno 2]"),
        (["--tls-cert", "manage.py", "--tls-key", "manage.py"], "no certificate and key in PEM"),
    ],
)
def test_files_that_will_not_do_are_named(options: list[str], complaint: str) -> None:
    command = [sys.executable, "manage.py", "serve", *options]
    answer = subprocess.run(command, cwd=PROJECT, env={**os.environ}, capture_output=True, text=True)
    assert answer.returncode == 1
    assert complaint in answer.stderr
    assert "Traceback" not in answer.stderr
