"""Long answers, written while their rows are read; neither format holds more than a few hundred rows at a time."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

ROWS_A_CHUNK = 500

Row = Mapping[str, Any]


def stream(request: HttpRequest, chunks: Iterator[str], content_type: str) -> StreamingHttpResponse:
    """Django wants an asynchronous iterator from an asynchronous server, and only from that."""
    content: Any = in_thread(chunks) if isinstance(request, ASGIRequest) else chunks
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Cache-Control"] = "no-cache"
    return response


async def in_thread(chunks: Iterator[str]) -> AsyncIterator[str]:
    while (chunk := await sync_to_async(following)(chunks)) is not None:
        yield chunk


def following(chunks: Iterator[str]) -> str | None:
    return next(chunks, None)  # as a StopIteration cannot leave a thread


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, ROWS_A_CHUNK)):
        yield batch


def as_csv(columns: list[str], rows: Iterable[Row]) -> Iterator[str]:
    yield ",".join(columns) + "\r\n"
    for batch in batches(rows):
        text = io.StringIO()
        csv.DictWriter(text, columns).writerows(batch)
        yield text.getvalue()


def as_json(head: Row, rows: Iterable[Row], tail: Callable[[], Row]) -> Iterator[str]:
    """`{head…, "rows": […], tail…}`; the tail is asked for after the last row was read."""
    yield dumps(head)[:-1] + ',"rows":['
    separator = ""
    for batch in batches(rows):
        yield separator + ",".join(dumps(row) for row in batch)
        separator = ","
    yield "]," + dumps(tail())[1:]


def dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
