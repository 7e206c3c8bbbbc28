"""Log lines as JSON, each with the connection that it is about."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

connection_id: ContextVar[str | None] = ContextVar("connection_id", default=None)


class JSONFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (connection := connection_id.get()) is not None:
            line["connection"] = connection
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
