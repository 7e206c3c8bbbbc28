"""What every long-lived connection gets, whatever it speaks: an id in the log, and a place in the count."""

import secrets
from collections.abc import Mapping
from typing import Any

from .counters import SOCKETS
from .logs import connection_id


class Connections:
    """An ASGI application around another one; `kind` is a label of the metric."""

    def __init__(self, application: Any, kind: str) -> None:
        self.application, self.open = application, SOCKETS.labels(kind)

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        # The server runs each connection in a task, whose context ends with it.
        connection_id.set(secrets.token_hex(6))
        with self.open.track_inprogress():
            await self.application(scope, receive, send)
