"""Listening to an import: every answer goes into a file while it passes; what fails at that never costs the import.

Here: what is heard, in flat memory. Not here: the index of it (`index.py`).
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import zstandard

from hjv_pipelines.store.raw.files import Part, PartWriter, RawFiles
from hjv_pipelines.transport.addresses import address

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer that was read whole: to which `question` (`question_of`), `asked` of whom, when (UTC), and its file."""

    question: str
    asked: str
    received_at: datetime
    part: Part


class Recorder:
    """Listens to one import (`transport.wire.Listen`). `trouble` says why it stopped doing so, if it did."""

    def __init__(self, files: RawFiles, clock: Callable[[], datetime]) -> None:
        self._files = files
        self._clock = clock
        self.heard: list[Heard] = []
        self.trouble: str | None = None

    def listen(self, request: "httpx.Request", pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield `pieces`; keep them aside when all of them came."""
        writer = self._begin()
        try:
            for piece in pieces:
                if writer and not self._written(writer, piece):
                    writer = None
                yield piece
            if writer:
                self._keep(writer, request)
                writer = None
        finally:
            if writer:
                writer.drop()

    def _begin(self) -> PartWriter | None:
        if self.trouble:
            return None
        try:
            return self._files.begin()
        except OSError as error:
            self._stop(error)
            return None

    def _written(self, writer: PartWriter, piece: bytes) -> bool:
        try:
            writer.write(piece)
        except (OSError, zstandard.ZstdError) as error:
            self._stop(error)
            writer.drop()
            return False
        return True

    def _keep(self, writer: PartWriter, request: "httpx.Request") -> None:
        try:
            part = writer.whole()
        except (OSError, zstandard.ZstdError) as error:
            self._stop(error)
            writer.drop()
            return
        asked = f"{request.method} {address(str(request.url))}"
        self.heard.append(Heard(question_of(request), asked, self._clock(), part))

    def _stop(self, error: Exception) -> None:
        self.trouble = f"its raw inputs are not kept whole: {error}"


def question_of(request: "httpx.Request") -> str:
    """Return the name of a question: a hash of method, path, query and body.

    Not of the host: the same question may be put elsewhere. Only the hash is kept, since a query may hold a secret.
    """
    digest = hashlib.sha256(f"{request.method} ".encode())
    digest.update(request.url.raw_path)
    digest.update(b"\n")
    digest.update(request.read())
    return digest.hexdigest()
