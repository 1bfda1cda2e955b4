"""HSA's complete file: a zip with the one entry `hsaunits.xml`, as it stands on the sandbox's disk.

Here: the official elements in the schema's order, then the profile's `unit`; streamed to disk, put in place
whole, kept for the next reader. Not here: which generation is served (`clock.py`), and damage on the way
(`wire.py`).
"""

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from filelock import FileLock

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.clock import Generation
from hjv_pipelines.sandbox.directory import Directory, Portion
from hjv_pipelines.sandbox.manifest import MANIFEST
from hjv_pipelines.sandbox.markup import element, parent
from hjv_pipelines.sandbox.profile import unit_element
from hjv_pipelines.sandbox.unit import SandboxUnit
from hjv_pipelines.timetable import STOCKHOLM

ENTRY = "hsaunits.xml"
"""The name of the zip's one entry."""

_NAMESPACE = "urn:riv:hsa:HsaWsResponder:3"
_OFFICIAL = (
    "hsaIdentity",
    "DN",
    "orgNo",
    "name",
    "publicName",
    "isHsaHealthCareProvider",
    "isHsaHealthCareUnit",
    "hsaResponsibleHealthCareProvider",
    "healthCareProviderIsArchived",
    "healthCareUnitIsArchived",
    "unitIsArchived",
    "startDate",
    "endDate",
)
"""The text elements of `hsaUnit` in the order of HsaCache.xsd."""

_MEGABYTE = 1 << 20
_KEPT = 8


class FileShelf:
    """The files that were asked for, in the nation's `folder`, made from `archive` when first wanted.

    A file never changes: it holds the directory as it was when its generation began. Only a new nation in the
    folder makes the old one's files void.
    """

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive = archive
        self._nation = folder / MANIFEST
        self._folder = folder / "files"

    def file(self, generation: Generation, portion: Portion = Portion.WHOLE) -> Path:
        """Return the path of the zip of `generation` with `portion` of its units. Safe among processes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = self._folder / f"hsaunits-{generation.start.astimezone(UTC):%Y%m%dT%H%M%SZ}-{portion.value}.zip"
        with FileLock(self._folder / "shelf.lock"):
            if not self._is_of_this_nation(kept):
                directory = Directory(self._archive, generation.start, portion)
                _write_whole(kept, generation, directory.units())
                self._drop_oldest()
        return kept

    def _is_of_this_nation(self, kept: Path) -> bool:
        nation_since = self._nation.stat().st_mtime_ns if self._nation.exists() else 0
        return kept.exists() and kept.stat().st_mtime_ns > nation_since

    def _drop_oldest(self) -> None:
        newest_first = sorted(self._folder.glob("hsaunits-*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest_first[_KEPT:]:
            path.unlink()


def write_file(path: Path, generation: Generation, units: Iterable[SandboxUnit]) -> None:
    """Write the zip of `generation` to `path`, one unit at a time."""
    entry = ZipInfo(ENTRY, generation.end.astimezone(STOCKHOLM).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    with (
        ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(entry, "w", force_zip64=True) as raw,
        io.TextIOWrapper(io.BufferedWriter(raw, _MEGABYTE), encoding="utf-8", newline="\n") as text,
    ):
        text.writelines(_document(generation, units))


def _write_whole(path: Path, generation: Generation, units: Iterable[SandboxUnit]) -> None:
    """Write the file beside its place and move it there, so that nobody ever reads half of it by mistake."""
    beside = path.with_suffix(".part")
    write_file(beside, generation, units)
    beside.replace(path)


def _document(generation: Generation, units: Iterable[SandboxUnit]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<FileGetHsaUnitsResponse xmlns="{_NAMESPACE}">\n'
    yield element("startDate", _moment(generation.start)) + element("endDate", _moment(generation.end))
    yield "<hsaUnits>\n"
    for unit in units:
        yield _hsa_unit(unit)
    yield "</hsaUnits>\n</FileGetHsaUnitsResponse>\n"


def _hsa_unit(unit: SandboxUnit) -> str:
    official = (element(name, unit.container[name]) for name in _OFFICIAL if name in unit.container)
    return parent("hsaUnit", *official, unit_element(unit)) + "\n"


def _moment(at: datetime) -> str:
    """Return `at` as HSA writes it: local time with milliseconds and offset."""
    return at.astimezone(STOCKHOLM).isoformat(timespec="milliseconds")
