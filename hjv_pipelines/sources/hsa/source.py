"""HSA as a source: the complete file for regions, a single-unit service for units.

Here: which of the two is asked for a scope, and what of the answer belongs to it. Not here: reading the file
(`file.py`), and the services (`unit_service.py`).
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.asking import utc_now
from hjv_pipelines.sources.hsa.file import HsaFile
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.hsa.unit_service import UNIT_CONTRACTS, UnitService
from hjv_pipelines.sources.hsa.zip_entry import LIMITS, Limits
from hjv_pipelines.sources.source import Directory, Refusal, Scope, Snapshot, UnitDocument, UnreadRecord
from hjv_pipelines.transport.http import client, download
from hjv_pipelines.transport.pace import Pause
from hjv_pipelines.transport.rivta import RivtaClient
from hjv_pipelines.transport.wire import heard

_PIECE = 1 << 20

Told = UnitDocument | Refusal | UnreadRecord


class HsaSource:
    """The national directory. Any scope of regions costs the whole file, which holds the nation."""

    name = "hsa"
    record = HsaUnit
    by_region = False
    regions = REGION_KEYS

    def __init__(self, settings: Settings, *, limits: Limits = LIMITS, clock: Callable[[], datetime] = utc_now) -> None:
        self._settings = settings
        self._limits = limits
        self._clock = clock

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Return the scope's units: the file is fetched at once, single units are asked as they are read.

        Besides the units that lie in the scope's regions, the snapshot of a file has those that the store
        holds there and the file has elsewhere: they moved.
        """
        return self._units(scope) if scope.hsa_ids else self._regions(scope, directory)

    def _regions(self, scope: Scope, directory: Directory) -> Snapshot:
        opened = self._file()
        fetched_at = self._clock()
        file = HsaFile(opened, self._limits)
        if file.as_of > fetched_at:
            raise PermanentError(
                f"HSA's file says that it was begun at {file.as_of:%Y-%m-%d %H:%M} UTC, still to come. "
                "It would outlive every newer answer. Check the clocks, ours and HSA's."
            )
        records = _closing(opened, _of_scope(file, scope, directory))
        return Snapshot(self.name, scope, as_of=file.as_of, fetched_at=fetched_at, records=records)

    def _units(self, scope: Scope) -> Snapshot:
        service = self._service
        asked_at = self._clock()
        return Snapshot(
            self.name,
            scope,
            as_of=asked_at,
            fetched_at=asked_at,
            records=service.documents(scope.hsa_ids),
            coverage=service.unit_contract.coverage,
        )

    def _file(self) -> IO[bytes]:
        """Return the file, open: from the address in the settings, or from a disk of this machine."""
        address = self._address("hsa_file_url")
        scheme = urlsplit(address).scheme
        if scheme in {"http", "https"}:
            with TemporaryDirectory(prefix="hjv-hsa-") as folder:
                target = Path(folder, "hsaunits.zip")
                download(self._client, address, target, self._limits.zipped, "HSA's complete file")
                # Open, the file outlives its name; nothing is left behind, whatever happens to us.
                return target.open("rb")
        path = Path(url2pathname(urlsplit(address).path)) if scheme == "file" else Path(address)
        try:
            opened = path.open("rb")
            _listened_to(opened, path)
        except OSError as error:
            raise PermanentError(f"{path} cannot be read: {error.strerror}. Check HJV_HSA_FILE_URL.") from error
        return opened

    def _address(self, setting: str) -> str:
        address = self._settings.address(setting)
        if address is None:
            raise PermanentError(f"HSA has no address there. Set HJV_{setting.upper()}.")
        return address

    @cached_property
    def _client(self) -> httpx.Client:
        return client(self._settings)

    @cached_property
    def _service(self) -> UnitService:
        settings = self._settings
        return UnitService(
            RivtaClient(self._client, settings.consumer_hsa_id, turn=Pause(settings.hsa_unit_pause_seconds).turn),
            UNIT_CONTRACTS[settings.hsa_unit_contract],
            self._address("hsa_unit_url"),
            settings.hsa_unit_logical_address,
        )


def _of_scope(file: HsaFile, scope: Scope, directory: Directory) -> Iterator[Told]:
    """Return the records of the scope's units. Only of the nation can they be left unread: none is not of it."""
    regions = frozenset(scope.regions)
    if regions.issuperset(REGION_KEYS):
        return file.records()
    held = directory.held_units(HsaSource.name, scope).keys()
    return filter(partial(_belongs, regions, held), file.documents())


def _belongs(regions: AbstractSet[str], held: AbstractSet[str], record: UnitDocument | Refusal) -> bool:
    """Tell whether a record of the file is of the scope. A refusal always is."""
    return isinstance(record, Refusal) or record.region in regions or record.hsa_id in held


def _listened_to(file: IO[bytes], path: Path) -> None:
    """Let whoever listens to the import hear a file that came over no wire."""
    for _ in heard(httpx.Request("GET", path.absolute().as_uri()), iter(partial(file.read, _PIECE), b"")):
        pass
    file.seek(0)


def _closing(file: IO[bytes], records: Iterator[Told]) -> Iterator[Told]:
    with file:
        yield from records
