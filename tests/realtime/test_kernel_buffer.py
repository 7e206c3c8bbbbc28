"""What the kernel keeps for a reader who is behind, on both servers."""

import asyncio
import os
import socket
import sys

import pytest

from realtime.kernel_buffer import UNSENT_BYTES, limit_unsent
from tests.realtime.test_uvicorn import WIRE, serving
from tests.realtime.wire import RawSocket, WireServer, started, upgrade

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel takes what it is given")


@pytest.mark.processes
@pytest.mark.parametrize("name", ["daphne", "uvicorn"])
async def test_the_kernel_keeps_little_for_who_does_not_read(name: str) -> None:
    with started() if name == "daphne" else serving(dict(os.environ), application=WIRE) as server:
        assert await written_unread(server) < 200_000


async def written_unread(server: WireServer) -> int:
    """Bytes that were written at once to one who does not read and has hardly a buffer; without a limit it is 4 MB."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", server.port))
    reader, writer = await asyncio.open_connection(sock=client, limit=4096)
    writer.write("\r\n".join([*upgrade("news?size=2000"), "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(0.5)
    while (text := (await RawSocket(reader, writer).frame())[1]) == b"a" * 2000:
        pass
    writer.transport.abort()
    return int(text) * 2000


def test_a_listening_socket_hands_its_limit_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        limit_unsent(listening)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == UNSENT_BYTES


def test_what_is_no_open_tcp_socket_is_left_alone() -> None:
    with socket.socket() as closed:
        pass
    one, other = socket.socketpair()
    with one, other:
        for connection in (closed, one, None):
            limit_unsent(connection)
