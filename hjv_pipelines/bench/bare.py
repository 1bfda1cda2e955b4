"""A bare ASGI handler that gives bytes which stand in memory: the floor of every answer of the delivery.

`uvicorn --factory hjv_pipelines.bench.bare:create_app`, with the bytes in the folder HJV_BENCH_BARE: the file `card`
answers `/card`. Here: that handler. Not here: asking it (`delivery.py`).
"""

import os
from http import HTTPStatus
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

FOLDER = "HJV_BENCH_BARE"

_PIECE_BYTES = 128_000


def create_app() -> ASGIApp:
    """Return the handler. An empty file is answered as 304."""
    bodies = {f"/{path.name}": path.read_bytes() for path in Path(os.environ[FOLDER]).iterdir()}

    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = bodies.get(scope["path"], b"-")
        status = HTTPStatus.OK if body else HTTPStatus.NOT_MODIFIED
        headers = [(b"content-length", str(len(body)).encode())] if body else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        pieces = [body[start : start + _PIECE_BYTES] for start in range(0, len(body), _PIECE_BYTES)]
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return answer
