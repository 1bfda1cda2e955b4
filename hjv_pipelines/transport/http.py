"""The one HTTP client: certificates, time-outs, and answers that are bounded in bytes and in time.

Here: sending a request once and reading its answer, and downloading a file. Not here: judging what failed
(`wire_failures.py`), how often to try again (`patience.py`), and SOAP (`rivta.py`).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import httpx

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.transport.addresses import address
from hjv_pipelines.transport.patience import PATIENCE, Patience
from hjv_pipelines.transport.tls import tls_context
from hjv_pipelines.transport.wire import heard, send
from hjv_pipelines.transport.wire_failures import status_failure, wire_failures

TIMEOUTS = httpx.Timeout(connect=10, read=60, write=60, pool=10)
"""Seconds that one step may take. The whole exchange has a deadline of its own."""

_LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")


class AnswerTooLargeError(PermanentError):
    """The answer holds more bytes than we take. Asking for less at a time may help."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that an answer may be: so many bytes, and so many seconds from question to last byte."""

    max_bytes: int
    seconds: float


class Answer:
    """A response whose body is still to be read, within its bounds. `what` says what was asked of whom."""

    def __init__(self, response: httpx.Response, what: str, bounds: Bounds, ends: float) -> None:
        self._response = response
        self._what = what
        self._bounds = bounds
        self._ends = ends

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._response.status_code

    def failure(self) -> TransientError | PermanentError:
        """Return what a status other than 200 means."""
        return status_failure(self._response, self._what, datetime.now(UTC))

    def pieces(self) -> Iterator[bytes]:
        """Yield the body. Raises `AnswerTooLargeError` or, past the deadline, `TransientError`."""
        bounded = self._bounded()
        return heard(self._response.request, bounded) if self.status == HTTPStatus.OK else bounded

    def _bounded(self) -> Iterator[bytes]:
        size = 0
        for piece in self._response.iter_bytes():
            size += len(piece)
            if size > self._bounds.max_bytes:
                raise AnswerTooLargeError(
                    f"{self._what}: the answer is larger than the {self._bounds.max_bytes:,} bytes we take."
                )
            if time.monotonic() > self._ends:
                raise TransientError(
                    f"{self._what}: no complete answer within {self._bounds.seconds:g} seconds. Trying again may help."
                )
            yield piece

    def read(self) -> bytes:
        """Return the whole body. Raises as `pieces` does."""
        return b"".join(self.pieces())


def client(settings: Settings, *, timeouts: httpx.Timeout = TIMEOUTS) -> httpx.Client:
    """Return the client that the settings describe. It may be shared between threads; close it when done.

    It follows no redirects, and uses the environment's proxies for everything but this machine. Raises
    `PermanentError` when a certificate cannot be used.
    """
    return httpx.Client(
        verify=tls_context(settings),
        timeout=timeouts,
        follow_redirects=False,
        headers={"User-Agent": f"hjv-pipelines/{version('hjv-pipelines')}", "Accept-Encoding": "identity"},
        mounts=dict.fromkeys(_LOOPBACK),
    )


@contextmanager
def ask(http: httpx.Client, request: httpx.Request, what: str, bounds: Bounds) -> Iterator[Answer]:
    """Send `request` once and lend its answer, of whatever status.

    What httpx raises, here or while the body is read, becomes `TransientError` or `PermanentError`.
    """
    ends = time.monotonic() + bounds.seconds
    with wire_failures(what):
        response = send(http, request)
        try:
            yield Answer(response, what, bounds, ends)
        finally:
            response.close()


def download(
    http: httpx.Client,
    url: str,
    target: Path,
    max_bytes: int,
    what: str,
    *,
    seconds: float = 600,
    patience: Patience = PATIENCE,
) -> None:
    """Write the file at `url` to `target`: whole, or not at all. A file that stood there before is replaced.

    `what` says what is asked ("HSA's complete file"). Raises `TransientError` when the tries are used up,
    `PermanentError` at once.
    """
    asked = f"{what} at {address(url)}"
    patience.ask(lambda: _download_once(http, url, target, asked, Bounds(max_bytes, seconds)))


def _download_once(http: httpx.Client, url: str, target: Path, what: str, bounds: Bounds) -> None:
    with wire_failures(what):
        request = http.build_request("GET", url)
    with _replacing(target) as part, ask(http, request, what, bounds) as answer:
        if answer.status != HTTPStatus.OK:
            raise answer.failure()
        for piece in answer.pieces():
            part.write(piece)
        if part.tell() == 0:
            raise TransientError(f"{what}: an empty answer. Trying again may help.")


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """Lend a file beside `target` that takes its place when all went well, and is gone when it did not."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=f"{target.name}.", delete=False) as part:
            try:
                yield part
                part.close()
                Path(part.name).replace(target)
            finally:
                Path(part.name).unlink(missing_ok=True)
    except OSError as error:
        raise PermanentError(f"{target} cannot be written: {error.strerror}. Make room for it there.") from error
