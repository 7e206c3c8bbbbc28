"""Else the kernel takes up to 4 MB for each socket that is not read, and a slow reader gets all of it before the news.

That memory is new each time, so that one who never reads costs as much as twenty who do.
"""

import socket
from typing import Any

UNSENT_BYTES = 16 * 1024
# Linux and macOS have it; a socket that somebody accepts has it of the one that listens.
_OPTION = getattr(socket, "TCP_NOTSENT_LOWAT", None)


def limit_unsent(connection: Any) -> None:
    """What is on its way does not count, so a fast reader far away is not slowed down."""
    if _OPTION is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, _OPTION, UNSENT_BYTES)
