"""Limits what the kernel keeps for a reader who is behind.

Left alone it takes up to 4 MB a socket, memory that is new each time, and a slow reader gets all of it before the
newest update. What is on its way does not count.
"""

import socket
from contextlib import suppress
from typing import Any

UNSENT_BYTES = 16 * 1024
# Linux takes no more than that; macOS only says later that the socket is writable. An accepted socket inherits it.
_OPTION = getattr(socket, "TCP_NOTSENT_LOWAT", None)


def limit_unsent(connection: Any) -> None:
    """Of a TCP socket, if there is one."""
    if _OPTION is None or getattr(connection, "family", None) not in (socket.AF_INET, socket.AF_INET6):
        return
    with suppress(OSError):  # macOS refuses where the client has just gone, and everything works without it
        connection.setsockopt(socket.IPPROTO_TCP, _OPTION, UNSENT_BYTES)
