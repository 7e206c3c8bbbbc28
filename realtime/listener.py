"""One socket's end of a feed: it never waits, keeps only the newest, and never goes back."""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypedDict

from .counters import CONFLATIONS, DROPS

SLOW_AFTER_SECONDS = 20.0

Send = Callable[..., Any]  # makes a coroutine, as an ASGI send does of a message
Write = Callable[[str], bool]  # sends a text at once, or says that this is not possible


class Update(TypedDict):
    """What crosses the channel layer: `text` is the frame that every socket gets."""

    type: str
    epoch: str
    seq: int
    published_at: float
    checked_at: float
    text: str


class Listener:
    __slots__ = ("_closing", "_is_open", "_last", "_patience", "_send", "_sending", "_too_slow", "_waiting", "_write")

    def __init__(
        self, send: Send, too_slow: Send, patience: float = SLOW_AFTER_SECONDS, write: Write | None = None
    ) -> None:
        self._send, self._too_slow, self._patience, self._write = send, too_slow, patience, write
        self._last: Update | None = None
        self._waiting: Update | None = None
        self._sending: asyncio.Task[None] | None = None
        self._is_open = False

    def newest(self, read: Update) -> Update:
        """The newer of what was read and what the feed brought meanwhile."""
        waiting, self._waiting = self._waiting, None
        return read if waiting is None or is_older(waiting, read) else waiting

    def open(self, last: Update) -> None:
        """`last` has been sent; from here on updates go out as they come."""
        self._is_open, self._last = True, last
        self._send_waiting()

    def offer(self, update: Update) -> None:
        """Send it, unless the reader has had it, or something newer."""
        known = self._waiting or self._last
        if known is None or (update["text"] != known["text"] and not is_older(update, known)):
            self._put(update)

    def repeat(self, update: Update) -> None:
        """Send it even if the reader has had it; but what is newer, if that is known here already."""
        known = self._waiting or self._last
        self._put(known if known is not None and is_older(update, known) else update)

    def _put(self, update: Update) -> None:
        if not self._is_open or self._sending is not None:
            CONFLATIONS.inc(self._waiting is not None)
            self._waiting = update
            return
        self._last = update
        if self._write is not None and self._write(update["text"]):
            return
        self._sending = start(self._send({"type": "websocket.send", "text": update["text"]}))
        if self._sending is not None:
            self._sending.add_done_callback(self._sent)
            asyncio.get_running_loop().call_later(self._patience, self._give_up, self._sending)

    def close(self) -> None:
        self._is_open, self._waiting = False, None
        if self._sending is not None:
            self._sending.cancel()

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending = None
        if task.cancelled() or task.exception() is not None:
            self.close()  # the socket is gone; its consumer hears of it and leaves
        self._send_waiting()

    def _send_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.offer(waiting)

    def _give_up(self, task: asyncio.Task[None]) -> None:
        if task is self._sending:
            DROPS.inc()
            self.close()
            self._closing = asyncio.ensure_future(self._too_slow())


def is_older(update: Update, than: Update) -> bool:
    if update["epoch"] == than["epoch"]:
        return update["seq"] < than["seq"]
    return update["published_at"] < than["published_at"]


def start(sending: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run a send up to where it would block; only one that really blocks costs a task."""
    try:
        awaited = sending.send(None)
    except StopIteration:
        return None
    return asyncio.ensure_future(_finish(sending, awaited))


@types.coroutine
def _finish(sending: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    try:
        while True:
            try:
                yield awaited
            except BaseException as error:  # a cancellation, say: it is the send's to handle
                awaited = sending.throw(error)
            else:
                awaited = sending.send(None)
    except StopIteration:
        return
