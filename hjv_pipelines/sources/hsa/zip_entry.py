"""The zip of HSA's complete file, opened without trust: one entry, bounded, whole.

Here: what a zip may be, and its one entry as a stream. Not here: what stands in the entry (`file.py`).
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from struct import error as StructError  # noqa: N812 - an error's name
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from hjv_pipelines.failures import PermanentError

ENTRY = "hsaunits.xml"
"""The name of the one entry."""

_ENCRYPTED = 0x1

_DAMAGED = (BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, OSError)
"""What `zipfile` and its decompressors raise over a damaged zip."""

_DAMAGED_LISTING = (*_DAMAGED, StructError, ValueError, OverflowError)
"""What it raises besides over a damaged list of entries: names in no encoding, sizes that cannot be."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large the file may be, in bytes, and how much smaller than its content the zip may be.

    Many times what the nation needs today (some 30 MB, 300 MB unpacked), so that growth is no failure; few
    enough that a hostile file cannot fill the disk or the memory.
    """

    zipped: int = 2 << 30
    unpacked: int = 16 << 30
    ratio: int = 200
    record: int = 8 << 20


LIMITS = Limits()
"""The limits unless told otherwise."""


class ZipEntry:
    """The one entry of the zip in `file`, checked. Raises `PermanentError` for one that is not as agreed."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        with _permanent(_DAMAGED_LISTING):
            self._zip = ZipFile(file)
            self._entry = _only_entry(self._zip, limits)

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Lend the entry's bytes, from the first. What proves unreadable inside becomes `PermanentError`."""
        with _permanent(_DAMAGED_LISTING):
            opened = self._zip.open(self._entry)
        with _permanent(_DAMAGED), opened as stream:
            yield stream


@contextmanager
def _permanent(damaged: tuple[type[Exception], ...]) -> Iterator[None]:
    """Turn what is `damaged` inside into `PermanentError`."""
    try:
        yield
    except damaged as error:
        raise PermanentError(f"HSA's file is a damaged zip ({error}). Fetch it again or tell HSA.") from error


def _only_entry(archive: ZipFile, limits: Limits) -> ZipInfo:
    names = archive.namelist()
    if names != [ENTRY]:
        shown = ", ".join(names[:5]) or "nothing"
        raise PermanentError(f"HSA's file should hold {ENTRY} alone, and holds {shown}. Tell HSA.")
    entry = archive.getinfo(ENTRY)
    if entry.flag_bits & _ENCRYPTED:
        raise PermanentError("HSA's file is encrypted. Tell HSA.")
    if entry.file_size > limits.unpacked:
        raise PermanentError(
            f"HSA's file unpacks to {entry.file_size:,} bytes, and we take {limits.unpacked:,}. "
            "If the directory has grown that much, raise the limit."
        )
    if entry.file_size > limits.ratio * max(entry.compress_size, 1):
        raise PermanentError(f"HSA's file is packed more than {limits.ratio} times: a zip bomb. Tell HSA.")
    return entry
