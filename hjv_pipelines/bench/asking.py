"""A client that costs little: one kept connection, HTTP/1.1, answers read and thrown away.

A comfortable client takes longer than the server it measures. Here: that, and asking at an even rate. Not here: what
is asked (`delivery.py`).
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from hjv_pipelines.failures import PermanentError

_CONNECTIONS = 16
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Question:
    """A GET of `path` at `address` (http://host:port), with `headers`."""

    address: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()

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
        headers = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return f"GET {self.path} HTTP/1.1\r\nHost: {self.host}\r\n{headers}\r\n".encode()


def ask_in_turn(question: Question, times: int) -> None:
    """Ask so many times, each after the answer to the one before."""
    asyncio.run(_in_turn(question, times))


def ask_at_rate(question: Question, per_second: float, seconds: float) -> list[float]:
    """Ask at even distances, whatever the answers take, and return the seconds from each one's turn to its answer."""
    return asyncio.run(_at_rate(question, per_second, seconds))


async def _in_turn(question: Question, times: int) -> None:
    reader, writer = await asyncio.open_connection(question.host, question.port, limit=_PIECE)
    for _ in range(times):
        await _once(reader, writer, question.on_the_wire)
    writer.close()


async def _at_rate(question: Question, per_second: float, seconds: float) -> list[float]:
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(_CONNECTIONS):
        free.put_nowait(await asyncio.open_connection(question.host, question.port, limit=_PIECE))
    begins = loop.time()

    async def one(turn: float) -> float:
        await asyncio.sleep(turn - loop.time())
        reader, writer = await free.get()
        await _once(reader, writer, question.on_the_wire)
        free.put_nowait((reader, writer))
        return loop.time() - turn

    turns = (begins + number / per_second for number in range(round(per_second * seconds)))
    taken = await asyncio.gather(*map(one, turns))
    while not free.empty():
        free.get_nowait()[1].close()
    return list(taken)


async def _once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif b"content-length: " in head:
        await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
    if not head.startswith((b"http/1.1 200", b"http/1.1 304")):
        raise PermanentError(f"The answer is none to measure: {head.decode().splitlines()[0]}")
