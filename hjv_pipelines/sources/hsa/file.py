"""HSA's complete file: every unit of the directory as it was when the file was begun.

Here: the file as a stream of documents, in bounded memory, read without trust. Not here: the zip around it
(`zip_entry.py`), a unit's XML (`unit_xml.py`), and fetching the file (`source.py`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Final

from lxml import etree

from hjv_pipelines.canonical import content_hash
from hjv_pipelines.code_version import code_version
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.hsa.dates import moment
from hjv_pipelines.sources.hsa.unit_xml import OFFICIAL, document_of_container
from hjv_pipelines.sources.hsa.zip_entry import LIMITS, Limits, ZipEntry
from hjv_pipelines.sources.source import Refusal, UnitDocument, UnreadRecord

CLOCK_MARGIN = timedelta(seconds=5)
"""HSA's clock and ours may differ so much; the file counts as that much older, so that a newer call wins."""

CODE_OF_READING = (
    "sources/hsa/*.py",
    "sources/*.py",
    "canonical.py",
    "codes.py",
    "hsa_id.py",
    "regions.py",
    "timetable.py",  # Swedish time
    "data/**/*.csv",
    "store/guard/measures.py",  # what the guard counts of a document is kept with its reading
)
"""What turns a record into a document: when any of it changes, every record is read again."""

_ROOT: Final = f"{{{OFFICIAL}}}FileGetHsaUnitsResponse"
_STARTED: Final = f"{{{OFFICIAL}}}startDate"
_UNITS: Final = f"{{{OFFICIAL}}}hsaUnits"
_UNIT: Final = f"{{{OFFICIAL}}}hsaUnit"


class HsaFile:
    """The complete file in `file`, a zip. Raises `PermanentError` when its beginning is not as agreed.

    `as_of` is when HSA began to write it, less `CLOCK_MARGIN`.
    """

    def __init__(self, file: IO[bytes], limits: Limits = LIMITS) -> None:
        self._entry = ZipEntry(file, limits)
        self._limits = limits
        with self._xml() as stream:
            self.as_of = _started(stream) - CLOCK_MARGIN

    def documents(self) -> Iterator[UnitDocument | Refusal]:
        """Yield every unit's document or refusal, in the file's order. Raises as `records` does."""
        return (record.read() for record in self.records())

    def records(self) -> Iterator[UnreadRecord]:
        """Yield every unit's record, in the file's order; each takes memory until it is let go of.

        Raises `PermanentError` where the file breaks off or breaks its form, or at its end when it held no
        unit: then nothing of it counts.
        """
        reader = code_version(CODE_OF_READING).encode()
        number = 0
        with self._xml() as stream:
            for number, (unit, raw) in enumerate(_units(stream), start=1):
                read = partial(document_of_container, unit, f"record {number}")
                yield UnreadRecord(content_hash(reader + raw), read)
        if number == 0:
            raise PermanentError("HSA's file holds no unit at all, and so cannot be true. Tell HSA.")

    @contextmanager
    def _xml(self) -> Iterator["_Metered"]:
        with self._entry.opened() as stream:
            try:
                yield _Metered(stream, self._limits.record)
            except etree.XMLSyntaxError as error:
                raise PermanentError(f"HSA's file is not well-formed XML ({error.msg}). Tell HSA.") from error


class _Metered:
    """A stream of records, each at most `limit` bytes.

    It bounds the memory, and refuses the huge text (over 10 MB) that libxml2 would drop.
    """

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._read = 0

    def begin_record(self) -> None:
        """Count from zero."""
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`."""
        piece = self._stream.read(size)
        self._read += len(piece)
        if self._read > self._limit:
            raise PermanentError(f"HSA's file holds a record of more than {self._limit:,} bytes. Tell HSA.")
        return piece


def _started(stream: _Metered) -> datetime:
    """Return the file's startDate, having seen that all before it is as agreed."""
    steps = _steps(stream, ("start", "end"))
    _, root = next(steps)
    if root.getroottree().docinfo.internalDTD is not None:
        raise PermanentError("HSA's file declares a document type, the door to entity bombs. Tell HSA.")
    if root.tag != _ROOT:
        raise PermanentError(f"HSA's file begins with {root.tag} and not with {_ROOT}. Tell HSA.")
    for event, element in steps:
        if element.tag == _UNITS:
            break
        if element.tag == _STARTED and event == "end":
            started = moment((element.text or "").strip()).value
            if started is not None:
                return started
            break
    raise PermanentError("HSA's file does not say when it was begun (startDate), so nobody knows its age. Tell HSA.")


def _steps(stream: _Metered, events: Sequence[str], tag: str | None = None) -> Iterator[tuple[str, etree._Element]]:
    """Return the steps of reading the XML: nothing loaded, expanded or mended, no comments."""
    steps: Iterator[tuple[str, etree._Element]] = etree.iterparse(
        stream,
        events=events,
        tag=tag,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    return steps


def _units(stream: _Metered) -> Iterator[tuple[etree._Element, bytes]]:
    """Yield the units with their bytes, each taken out of the tree: let go of, its memory is given back.

    Each stays in until the next one has ended, for the parser itself goes on from the newest.
    """
    newest: tuple[etree._Element, bytes] | None = None
    for _, unit in _steps(stream, ("end",), _UNIT):
        stream.begin_record()
        if newest is not None:
            _take_out(newest[0])
            yield newest
        # Written out where it stands: outside, its prefixes would be numbered anew.
        newest = unit, etree.tostring(unit, encoding="utf-8", with_tail=False)
    if newest is not None:
        yield newest


def _take_out(unit: etree._Element) -> None:
    parent = unit.getparent()
    if parent is not None:
        parent.remove(unit)
