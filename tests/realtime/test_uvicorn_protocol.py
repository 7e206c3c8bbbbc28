import asyncio
import socket
from collections.abc import Callable

import pytest
import uvloop
from uvicorn.config import Config
from uvicorn.server import ServerState

from realtime.uvicorn_protocol import SharedFrames
from tests.realtime.wire_application import application


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_what_waits_is_not_overtaken_and_nothing_is_written_to_a_closed_connection(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(write_until_the_reader_is_behind())


async def write_until_the_reader_is_behind() -> None:
    config, loop = Config(application), asyncio.get_running_loop()
    config.load()
    ours, theirs = socket.socketpair()
    protocol = SharedFrames(config, ServerState(), {})
    transport, _ = await loop.connect_accepted_socket(lambda: protocol, ours)
    written = b""
    while not transport.get_write_buffer_size():
        piece = bytes([len(written) >> 16]) * 65536
        protocol.write(piece)
        written += piece
    heard = theirs.recv(65536)  # now the kernel has room again
    protocol.write(b"the newest")
    written += b"the newest"
    theirs.setblocking(False)
    while len(heard) < len(written):
        heard += await asyncio.wait_for(loop.sock_recv(theirs, 65536), 5)
    assert heard == written
    transport.abort()
    protocol.write(b"too late")  # the descriptor may soon be another client's
    await asyncio.sleep(0)
    assert await loop.sock_recv(theirs, 65536) == b""
    theirs.close()
