"""wss:// through Caddy, with a certificate of an authority of our own."""

import asyncio
import json
import os
import shutil
import ssl
import subprocess
from pathlib import Path

import trustme
from websockets.asyncio.client import connect

from tests.benchmarks.contenders import wait_for_port
from tests.chaos.fault import Fault, Outcome, Size
from tests.chaos.site import PROJECT, Site
from tests.services import free_port

CADDYFILE = PROJECT / "docs" / "operations" / "Caddyfile"
OPTIONS = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"
NEWS_WITHIN_SECONDS = 30


def ensure_caddy() -> bool:
    """Debian has it; whoever is root gets it from there."""
    if shutil.which("caddy") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "caddy"], capture_output=True)
    return shutil.which("caddy") is not None


def configure(folder: Path, authority: trustme.CA) -> Path:
    """What the documentation has, but for where the certificate comes from."""
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "certificate.pem")
    head, line, rest = CADDYFILE.read_text().partition("{$SITE:localhost} {\n")
    ours = f"\tbind 127.0.0.1\n\ttls {folder / 'certificate.pem'} {folder / 'key.pem'}\n"
    file = folder / "Caddyfile"
    file.write_text(OPTIONS + head + line + ours + rest)
    return file


async def through_caddy(site: Site, size: Size) -> Outcome:
    if not await asyncio.to_thread(ensure_caddy):
        return Outcome("NOT run: there is no caddy, nor the right to install it", is_sound=False)
    authority, port = trustme.CA(), free_port()
    file = configure(site.folder, authority)
    environment = {
        **os.environ,
        "SITE": f"localhost:{port}",
        "SERVERS": f"127.0.0.1:{site.port}",
        "HOME": str(site.folder),
    }
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]
    with (site.folder / "caddy.log").open("wb") as log:
        caddy = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        await asyncio.to_thread(wait_for_port, port)
        return await follow(port, authority)
    finally:
        caddy.terminate()
        caddy.wait()


async def follow(port: int, authority: trustme.CA) -> Outcome:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    async with connect(f"wss://localhost:{port}/ws/aqi/place-0", ssl=trust, host="127.0.0.1") as client:
        greeting, first = [json.loads(await client.recv()) for _ in range(2)]
        async with asyncio.timeout(NEWS_WITHIN_SECONDS):
            while json.loads(await client.recv())["seq"] <= first["seq"]:
                pass
    return Outcome(f"{greeting['type']}, snapshot and news arrived", is_sound=True)


PROXY = Fault("wss:// through Caddy", "a stock client is greeted and hears news", through_caddy)
