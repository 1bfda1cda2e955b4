"""Clients that cost little: kept connections, HTTP/1.1, answers read and thrown away.

A comfortable client takes longer than the server it measures. Here: that, one after the other over a plain socket, some
at once, and at an even rate. Not here: what is asked (`delivery.py`, `receiver.py`).
"""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.serving.pauses import short_pauses

_CONNECTIONS = 16
_PIECE = 1 << 20
_GOOD = (b"HTTP/1.1 200", b"HTTP/1.1 202", b"HTTP/1.1 304")
_LAST_CHUNK = b"\r\n0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Question:
    """A GET of `path` at `address` (http://host:port), with `headers`; a POST where there is a `body`."""

    address: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def host(self) -> str:
        """Return the server's host."""
        return urlsplit(self.address).hostname or ""

    @property
    def port(self) -> int:
        """Return the server's port."""
        return urlsplit(self.address).port or 0

    @property
    def on_the_wire(self) -> bytes:
        """Return the request."""
        of_body = (("Content-Length", str(len(self.body))),) if self.body else ()
        headers = "".join(f"{name}: {value}\r\n" for name, value in (*self.headers, *of_body))
        method = "POST" if self.body else "GET"
        return f"{method} {self.path} HTTP/1.1\r\nHost: {self.host}\r\n{headers}\r\n".encode() + self.body


def ask_in_turn(questions: Sequence[Question]) -> None:
    """Ask of one server, each question after the answer to the one before."""
    with socket.create_connection((questions[0].host, questions[0].port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for question in questions:
            line.sendall(question.on_the_wire)
            _read(line)


def ask_at_once(questions: Sequence[Question], askers: int) -> None:
    """Ask of one server over so many connections, each asking in turn, as fast as they are answered."""
    asyncio.run(_at_once(questions, askers))


def ask_at_rate(questions: Sequence[Question], per_second: float) -> list[float]:
    """Ask at even distances, whatever the answers take, and return the seconds from each one's turn to its answer."""
    with short_pauses():  # of the client's own: they would be told as the server's
        return asyncio.run(_at_rate(questions, per_second))


async def _at_once(questions: Sequence[Question], askers: int) -> None:
    waiting = iter(questions)
    await asyncio.gather(*(_ask_on(questions[0], waiting) for _ in range(askers)))


async def _ask_on(server: Question, waiting: Iterator[Question]) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port, limit=_PIECE)
    for question in waiting:
        await _once(reader, writer, question.on_the_wire)
    writer.close()


async def _at_rate(questions: Sequence[Question], per_second: float) -> list[float]:
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(_CONNECTIONS):
        free.put_nowait(await asyncio.open_connection(questions[0].host, questions[0].port, limit=_PIECE))
    asked: list[asyncio.Task[float]] = []

    async def one(turn: float, question: Question) -> float:
        reader, writer = await free.get()
        await _once(reader, writer, question.on_the_wire)
        free.put_nowait((reader, writer))
        return loop.time() - turn

    begins = loop.time()
    for number, question in enumerate(questions):
        # Each task begins in its turn: to make them all at once would let the first ones wait for it.
        turn = begins + number / per_second
        await asyncio.sleep(turn - loop.time())
        asked.append(loop.create_task(one(turn, question)))
    taken = await asyncio.gather(*asked)
    while not free.empty():
        free.get_nowait()[1].close()
    return taken


def _read(line: socket.socket) -> None:
    """Read an answer."""
    answer = bytearray(_more(line))
    while (ends := answer.find(b"\r\n\r\n")) < 0:
        answer += _more(line)
    head = bytes(answer[:ends])
    _check(head)
    if b"transfer-encoding: chunked" in head.lower():
        while not answer.endswith(_LAST_CHUNK):
            del answer[: -len(_LAST_CHUNK)]
            answer += _more(line)
        return
    missing = _content_length(head.lower()) - (len(answer) - ends - 4)
    while missing > 0:
        missing -= len(_more(line))


def _more(line: socket.socket) -> bytes:
    piece = line.recv(_PIECE)
    if not piece:
        raise PermanentError("The server that is measured hung up in the midst of an answer.")
    return piece


async def _once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    _check(head)
    if length := _content_length(head.lower()):
        await reader.readexactly(length)


def _content_length(head: bytes) -> int:
    _, _, told = head.partition(b"content-length: ")
    return int(told.split(b"\r\n")[0] or 0)


def _check(head: bytes) -> None:
    if not head.startswith(_GOOD):
        raise PermanentError(f"The answer is none to measure: {head.decode().splitlines()[0]}")
