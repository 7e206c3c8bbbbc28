import asyncio
from typing import Any

import pytest

from realtime.listener import Listener, Update, start


def update(seq: int, epoch: str = "e", published_at: float = 0.0, text: str = "") -> Update:
    return Update(
        type="aqi.update", epoch=epoch, seq=seq, published_at=published_at, checked_at=0.0, text=text or f"{epoch}{seq}"
    )


class Line:
    """The server's end of a socket: `send` blocks for as long as the line is closed."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.is_clear = asyncio.Event()
        self.is_clear.set()
        self.closed = 0

    async def send(self, message: dict[str, Any]) -> None:
        await self.is_clear.wait()
        self.sent.append(message["text"])

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
async def line() -> Line:
    return Line()


def listening(line: Line, last: Update | None = None, patience: float = 20) -> Listener:
    listener = Listener(line.send, line.close, patience)
    listener.open(last or update(0))
    return listener


async def test_an_update_is_sent_before_offer_returns_when_the_line_is_clear(line: Line) -> None:
    listening(line).offer(update(1))
    assert line.sent == ["e1"]


async def test_a_blocked_line_keeps_only_the_newest(line: Line) -> None:
    listener = listening(line)
    line.is_clear.clear()
    for seq in range(1, 100):
        listener.offer(update(seq))
    line.is_clear.set()
    await asyncio.sleep(0.01)
    assert line.sent == ["e1", "e99"]


async def test_what_comes_before_the_opening_waits_for_it(line: Line) -> None:
    listener = Listener(line.send, line.close)
    listener.offer(update(1))
    listener.offer(update(2))
    assert line.sent == []
    listener.open(update(1))
    assert line.sent == ["e2"]


async def test_the_newer_of_what_was_read_and_what_came_meanwhile_is_first(line: Line) -> None:
    listener = Listener(line.send, line.close)
    assert listener.newest(update(3))["seq"] == 3
    listener.offer(update(4))
    assert listener.newest(update(3))["seq"] == 4
    listener.offer(update(2))
    assert listener.newest(update(3))["seq"] == 3


async def test_seq_never_goes_down(line: Line) -> None:
    listener = listening(line)
    for seq in (1, 3, 2, 3, 4):
        listener.offer(update(seq))
    assert line.sent == ["e1", "e3", "e4"]


async def test_the_same_seq_is_sent_again_only_when_its_frame_says_something_new(line: Line) -> None:
    listener = listening(line)
    for text in ("first round", "first round", "second round"):
        listener.offer(update(1, text=text))
    assert line.sent == ["first round", "second round"]


async def test_a_new_epoch_is_believed_when_it_is_younger(line: Line) -> None:
    listener = listening(line, update(9, "a", published_at=100))
    listener.offer(update(1, "b", published_at=200))
    listener.offer(update(10, "a", published_at=150))
    assert line.sent == ["b1"]


async def test_repeat_sends_what_the_reader_has_had(line: Line) -> None:
    listener = listening(line, update(1))
    listener.repeat(update(1))
    assert line.sent == ["e1"]


async def test_repeat_never_goes_back_behind_what_was_sent_or_waits(line: Line) -> None:
    listener = listening(line, update(3))
    listener.repeat(update(2))
    line.is_clear.clear()
    for seq in (4, 6):
        listener.offer(update(seq))
    listener.repeat(update(5))
    line.is_clear.set()
    await asyncio.sleep(0.01)
    assert line.sent == ["e3", "e4", "e6"]


async def test_a_line_that_stays_blocked_is_given_up(line: Line) -> None:
    listener = listening(line, patience=0.01)
    line.is_clear.clear()
    listener.offer(update(1))
    await asyncio.sleep(0.05)
    assert line.closed == 1
    listener.offer(update(2))
    line.is_clear.set()
    await asyncio.sleep(0.01)
    assert line.sent == []


async def test_a_line_that_blocked_for_a_moment_is_kept(line: Line) -> None:
    listener = listening(line, patience=0.05)
    line.is_clear.clear()
    listener.offer(update(1))
    line.is_clear.set()
    await asyncio.sleep(0.1)
    assert (line.sent, line.closed) == (["e1"], 0)


async def test_a_broken_line_hears_nothing_more() -> None:
    sent = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["text"])
        await asyncio.sleep(0)
        raise ConnectionResetError

    async def close() -> None:
        raise AssertionError

    listener = Listener(send, close)
    listener.open(update(0))
    listener.offer(update(1))
    await asyncio.sleep(0.01)
    listener.offer(update(2))
    assert sent == ["e1"]


async def test_what_the_server_writes_at_once_needs_no_send(line: Line) -> None:
    written = []

    def write(text: str) -> bool:
        written.append(text)
        return len(written) < 3

    listener = Listener(line.send, line.close, write=write)
    listener.open(update(0))
    for seq in range(1, 4):
        listener.offer(update(seq))
    assert written == ["e1", "e2", "e3"]
    assert line.sent == ["e3"]


async def test_what_waits_for_a_slow_reader_is_not_overtaken_by_what_could_be_written(line: Line) -> None:
    is_possible = False
    listener = Listener(line.send, line.close, write=lambda text: is_possible)
    listener.open(update(0))
    line.is_clear.clear()
    listener.offer(update(1))
    is_possible = True
    listener.offer(update(2))
    assert line.sent == []
    is_possible = False
    line.is_clear.set()
    await asyncio.sleep(0.01)
    assert line.sent == ["e1", "e2"]


async def test_a_reader_who_stops_after_what_was_written_at_once_is_given_up_too(line: Line) -> None:
    could_be_written = iter((True, False))
    listener = Listener(line.send, line.close, 0.05, write=lambda text: next(could_be_written))
    listener.open(update(0))
    line.is_clear.clear()
    for seq in (1, 2):
        listener.offer(update(seq))
    await asyncio.sleep(0.2)
    assert (line.sent, line.closed) == ([], 1)


async def test_leaving_cancels_the_send_that_is_stuck(line: Line) -> None:
    listener = listening(line)
    line.is_clear.clear()
    listener.offer(update(1))
    listener.close()
    line.is_clear.set()
    await asyncio.sleep(0.01)
    assert line.sent == []


async def test_a_started_send_sees_its_cancellation() -> None:
    seen = []

    async def send() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            seen.append("cancelled")

    task = start(send())
    assert task is not None
    await asyncio.sleep(0)
    task.cancel()
    await task
    assert seen == ["cancelled"]
