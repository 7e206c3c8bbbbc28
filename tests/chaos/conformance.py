"""Frames and handshakes as the RFC has them, and as it forbids them."""

import asyncio
from contextlib import suppress

from tests.chaos.fault import Fault, Outcome, Size
from tests.chaos.site import Site
from tests.realtime.test_server import BROKEN
from tests.realtime.wire import BINARY, CLOSE, PING, TEXT, RawSocket, frame, upgrade

ANSWER_SECONDS = 20.0
HANDSHAKE_SECONDS = 5.0
PONG = 10
PING_MESSAGE = b'{"action": "ping"}'
# Sent, and the opcode and close code of what must come back. Whoever limits the bytes of a message and not its
# fragments may answer the message that many empty ones make.
ANSWERED: dict[str, tuple[bytes, set[tuple[int, int]]]] = {
    **{name: (sent, {(CLOSE, code)}) for name, (code, sent) in BROKEN.items()},
    "a text": (frame(TEXT, PING_MESSAGE), {(TEXT, 0)}),
    "a binary": (frame(BINARY, b"\x00\x01"), {(TEXT, 0)}),
    "a ping": (frame(PING, b"abc"), {(PONG, 0)}),
    "a text in two fragments with a ping between": (
        frame(TEXT, PING_MESSAGE[:5], 0) + frame(PING, b"abc") + frame(0, PING_MESSAGE[5:]),
        {(PONG, 0)},
    ),
    "a text of 1.5 MB": (frame(TEXT, b"a" * 1_500_000), {(CLOSE, 1009)}),
    "endless empty fragments": (BROKEN["endless empty fragments"][1] + frame(0), {(CLOSE, 1009), (TEXT, 0)}),
}
HANDSHAKES = {
    "as it should be": upgrade("ws/aqi/place-0"),
    "a version that is not 13": [line.replace("Version: 13", "Version: 12") for line in upgrade("ws/aqi/place-0")],
    "a key that is none": upgrade("ws/aqi/place-0", key="abc"),
    "an encoded way up": upgrade("ws/aqi/..%2f..%2fetc%2fpasswd"),
    "a way up": upgrade("ws/aqi/../../etc/passwd"),
    "an unknown path": upgrade("nope"),
    "a zero byte": upgrade("ws/aqi/a%00b"),
    "a tag": upgrade("ws/aqi/%3Cscript%3E"),
    "a name with a space and an accent": upgrade("ws/aqi/S%C3%A3o%20Paulo"),
    "a path that is not UTF-8": upgrade("ws/aqi/%ff%fe"),
    "a path of 8 KB": upgrade("ws/aqi/" + "a" * 8000),
    "a header of 70 KB": upgrade("ws/aqi/place-0", "X-A: " + "a" * 70_000),
    "500 headers": upgrade("ws/aqi/place-0", *(f"X-{number}: a" for number in range(500))),
    "an origin of somebody else": upgrade("ws/aqi/place-0", "Origin: http://evil.example"),
    "the null origin": upgrade("ws/aqi/place-0", "Origin: null"),
    "Daphne's header for the root path": upgrade("ws/aqi/place-0", "Daphne-Root-Path: /admin"),
    "a sub-protocol that is not ASCII": upgrade("ws/aqi/place-0", "Sec-WebSocket-Protocol: \xe9"),
    "a separator inside a header": upgrade("ws/aqi/place-0", "X-A: a\x1cX-Forwarded-For: 1.2.3.4"),
}


async def open_socket(site: Site, lines: list[str]) -> tuple[RawSocket, bytes]:
    """And the first line of what it was answered; nothing if there was no answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1 << 20)
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    head = b""
    with suppress(TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
    return RawSocket(reader, writer), head.partition(b"\r\n")[0]


async def answer(site: Site, sent: bytes) -> tuple[int, int]:
    """Opcode and close code of the first frame that is not a greeting or news."""
    client, _ = await open_socket(site, upgrade("ws/aqi/place-0"))
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            for _ in range(2):
                await client.frame()
            client.writer.write(sent)
            while True:
                opcode, payload = await client.frame()
                if opcode == CLOSE:
                    return opcode, int.from_bytes(payload[:2], "big")
                if b'"aqi_update"' not in payload:
                    return opcode, 0
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        return -1, 0
    finally:
        client.writer.transport.abort()


async def frames(site: Site, size: Size) -> Outcome:
    wrong = []
    for name, (sent, right) in ANSWERED.items():
        got = await answer(site, sent)
        if got not in right:
            wrong.append(f"{name}: {got}")
    return Outcome(f"{len(ANSWERED) - len(wrong)} of {len(ANSWERED)} {'; '.join(wrong)}".rstrip(), not wrong)


async def handshakes(site: Site, size: Size) -> Outcome:
    before, wrong, silent = site.tracebacks(), [], []
    for name, lines in HANDSHAKES.items():
        client, status = await open_socket(site, lines)
        client.writer.transport.abort()
        if not status:
            silent.append(name)
        elif status.split()[1].startswith(b"5"):
            wrong.append(f"{name}: {status.decode()}")
    tracebacks = site.tracebacks() - before
    notes = [*wrong, *([f"no answer to {', '.join(silent)}"] if silent else [])]
    measured = f"{len(wrong)} of {len(HANDSHAKES)} answered 5xx, {tracebacks} tracebacks {'; '.join(notes)}"
    return Outcome(measured.rstrip(), not wrong and not tracebacks)


CONFORMANCE = [
    Fault("frames", f"{len(ANSWERED)} of {len(ANSWERED)}", frames),
    Fault("handshakes", "0 answered 5xx", handshakes),
]
