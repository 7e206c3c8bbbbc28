"""WebSocket frames as a server sends them, RFC 6455, 5.2."""

import struct
from functools import cached_property

TEXT, BINARY = 1, 2
FINAL = 0x80
# Of our servers, in scope["extensions"]: writes a SharedText at once, without a coroutine, or says that it cannot.
WRITE = "aqi.write"


def frame_head(opcode: int, length: int) -> bytes:
    """Of a message in one frame."""
    if length < 126:
        return bytes((FINAL | opcode, length))
    if length < 1 << 16:
        return struct.pack("!BBH", FINAL | opcode, 126, length)
    return struct.pack("!BBQ", FINAL | opcode, 127, length)


class SharedText(str):
    """A text that a thousand sockets are sent: it is encoded and framed once, by the first that asks.

    To a server that does not know it, it is a text like any other, which encodes itself fast.
    """

    @cached_property
    def octets(self) -> bytes:
        return super().encode()

    @cached_property
    def frame(self) -> bytes:
        octets = super().encode()
        return frame_head(TEXT, len(octets)) + octets

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return self.octets
