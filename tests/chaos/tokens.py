"""Forged and expired tokens, at every door; and no token stands in a log afterwards."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.chaos.fault import Fault, Outcome, Size
from tests.chaos.site import PROJECT, Site

CURRENT = "api/v1/locations/place-5/current/"
NOT_AUTHENTICATED = 4001
SECRET = 40  # letters: the head of a token, which all have, is shorter


async def tokens(site: Site, size: Size) -> Outcome:
    shown = await asyncio.to_thread(made_for, site)
    good = shown.pop("good")
    refused = 0
    async with httpx.AsyncClient(base_url=site.url("").replace("ws", "http", 1)) as client:
        for token in shown.values():
            codes = [await offered(site, token), await sent(site, token), await in_address(site, token)]
            answer = await client.get(CURRENT, headers={"Authorization": f"Bearer {token}"})
            refused += codes == [NOT_AUTHENTICATED] * 3 and answer.status_code == 401
        welcome = (await client.get(CURRENT, headers={"Authorization": f"Bearer {good}"})).status_code
    logs = "".join(path.read_text(errors="replace") for path in site.folder.glob("*.log"))
    told = sum(part in logs for token in [*shown.values(), good] for part in token.split(".") if len(part) > SECRET)
    measured = (
        f"{refused} of {len(shown)} refused at 4 doors each, {told} parts of one in a log, a good one got {welcome}"
    )
    return Outcome(measured, refused == len(shown) and welcome == 200 and not told)


def made_for(site: Site) -> dict[str, str]:
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "aqiproject.settings"}
    command = [sys.executable, "-m", "tests.chaos.forgeries"]
    made = subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)
    return json.loads(made.stdout)  # type: ignore[no-any-return]


async def offered(site: Site, token: str) -> int | None:
    """As a sub-protocol, which not every text can be."""
    protocols: Any = ["aqi.v1", f"bearer.{token}"]
    return await closed(connect(site.url("ws/aqi/place-5"), subprotocols=protocols))


async def sent(site: Site, token: str) -> int | None:
    message = json.dumps({"action": "authenticate", "token": token})
    return await closed(connect(site.url("ws/aqi/place-5")), message)


async def in_address(site: Site, token: str) -> int | None:
    return await closed(connect(site.url(f"ws/aqi/place-5?token={token}")))


async def closed(opening: connect, message: str = "") -> int | None:
    async with opening as socket:
        try:
            if message:
                await socket.send(message)
            async with asyncio.timeout(10):
                while True:
                    await socket.recv()
        except ConnectionClosed:
            return socket.close_code
        except TimeoutError:
            return None


TOKENS = Fault("forged and expired tokens", "all refused, no token in a log", tokens)
