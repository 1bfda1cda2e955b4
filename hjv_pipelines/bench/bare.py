"""A bare ASGI handler that gives bytes which stand in memory: the floor of every answer of the delivery.

`uvicorn --factory hjv_pipelines.bench.bare:create_app`, with the answers in the folder HJV_BENCH_BARE: `card.head` and
`card.body` answer `/card`, with the same status and headers as the delivery's answer, in one message, or in pieces as
it does where it streams. Here: that handler, and keeping an answer for it. Not here: asking it (`delivery.py`).
"""

import os
from pathlib import Path

import httpx
import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = "HJV_BENCH_BARE"

_PIECE_BYTES = 128_000
_OF_THE_SERVER = {b"date", b"server", b"transfer-encoding", b"connection"}


def keep(folder: Path, name: str, answer: httpx.Response) -> None:
    """Keep an answer, which came unencoded, to be given at `/name`."""
    raw = [(key.lower(), value) for key, value in answer.headers.raw if key.lower() not in _OF_THE_SERVER]
    headers = [(key.decode(), value.decode()) for key, value in raw]
    (folder / f"{name}.head").write_bytes(orjson.dumps({"status": answer.status_code, "headers": headers}))
    (folder / f"{name}.body").write_bytes(answer.content)


def create_app() -> ASGIApp:
    """Return the handler."""
    answers = {f"/{path.stem}": _messages(path) for path in Path(os.environ[FOLDER]).glob("*.head")}

    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for message in answers[scope["path"]]:
                await send(message)

    return answer


def _messages(path: Path) -> list[Message]:
    head, body = orjson.loads(path.read_bytes()), path.with_suffix(".body").read_bytes()
    headers = [(name.encode(), value.encode()) for name, value in head["headers"]]
    whole = b"content-length" in dict(headers) or not body
    size = max(len(body), 1) if whole else _PIECE_BYTES
    pieces = [body[start : start + size] for start in range(0, max(len(body), 1), size)]
    return [
        {"type": "http.response.start", "status": head["status"], "headers": headers},
        *({"type": "http.response.body", "body": piece, "more_body": True} for piece in pieces[:-1]),
        {"type": "http.response.body", "body": pieces[-1]},
    ]
