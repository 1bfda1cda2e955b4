"""Files that are named by their content: SHA-256 of the bytes as received, kept compressed.

Only this user may read them. A file is written aside and takes its name when it is whole. Here: that. Not here: which
of them are needed (`index.py`), and for how long (`retention.py`).
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import zstandard

from hjv_pipelines.failures import PermanentError

LEVEL = 3
PIECE = 256 * 1024
ASIDE = "incoming"


@dataclass(frozen=True, slots=True)
class Part:
    """A whole file that stands aside: its content's hash, `bytes` as received and `stored_bytes` on disk."""

    path: Path
    content_hash: str
    bytes: int
    stored_bytes: int


class PartWriter:
    """A file that is being written aside, compressed on the way. Raises `OSError` when the disk does."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made with 0600, as all temporary files are.
        self._file = NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115  closed by `whole` and `drop`
        self._compressed = zstandard.ZstdCompressor(level=LEVEL).stream_writer(self._file, closefd=False)
        self._digest = hashlib.sha256()
        self._bytes = 0

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._compressed.write(piece)
        self._digest.update(piece)
        self._bytes += len(piece)

    def whole(self) -> Part:
        """Return the file; there is no more to come."""
        self._compressed.flush(zstandard.FLUSH_FRAME)
        self._file.close()
        path = Path(self._file.name)
        return Part(path, self._digest.hexdigest(), self._bytes, path.stat().st_size)

    def drop(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            Path(self._file.name).unlink(missing_ok=True)


class RawFiles:
    """The kept contents in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self) -> PartWriter:
        """Begin a file. Raises `OSError`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return PartWriter(self.folder / ASIDE)

    def take(self, part: Part) -> None:
        """Give a whole file its name; one of the same content may stand there already. Raises `OSError`."""
        place = self._place(part.content_hash)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        part.path.replace(place)

    def pieces(self, content_hash: str) -> Iterator[bytes]:
        """Yield a content as it was received. Raises `PermanentError` when it is gone or damaged."""
        digest = hashlib.sha256()
        try:
            with self._place(content_hash).open("rb") as file:
                for piece in zstandard.ZstdDecompressor().read_to_iter(file, read_size=PIECE):
                    digest.update(piece)
                    yield piece
        except (OSError, zstandard.ZstdError) as error:
            raise PermanentError(f"The raw input {content_hash} cannot be read from {self.folder}: {error}.") from error
        if digest.hexdigest() != content_hash:
            raise PermanentError(f"The raw input {content_hash} in {self.folder} is not what was kept.")

    def remove(self, content_hash: str) -> None:
        """Remove a content; nothing where it is gone already."""
        self._place(content_hash).unlink(missing_ok=True)

    def _place(self, content_hash: str) -> Path:
        return self.folder / content_hash[:2] / f"{content_hash}.zst"
