"""The design that most have at first: one process, a list of sockets, and a message encoded for each in turn.

An application for uvicorn; TRIGGER is the port on which a byte asks for an update, SIZE that of the message.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from tests.benchmarks.message import frame

MESSAGE = frame(os.environ["SIZE"], 1)
connected: list[WebSocket] = []


async def broadcast() -> None:
    MESSAGE["seq"] += 1
    for socket in connected.copy():
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.send_json(MESSAGE)


async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(1):
        await broadcast()
    writer.close()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with await asyncio.start_server(hear, "127.0.0.1", int(os.environ["TRIGGER"])):
        yield


application = FastAPI(lifespan=lifespan)


@application.websocket("/ws/aqi/{location}")
async def subscribe(socket: WebSocket, location: str) -> None:
    await socket.accept()
    connected.append(socket)
    try:
        await socket.send_json(MESSAGE)
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        connected.remove(socket)
