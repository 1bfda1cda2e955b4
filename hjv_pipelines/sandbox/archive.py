"""The nation on disk: every version of every unit, so that the directory can be shown as it was at any time.

Here: one SQLite file that several processes may read while one writes. Not here: which moment a file shows
(`clock.py`), and what is in the units (`nation.py`).
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from hjv_pipelines.sandbox.unit import EService, Json, Profile, SandboxUnit, normalised

_FOR_EVER = 2**62

_SCHEMA = """
CREATE TABLE version (
    position INTEGER NOT NULL,  -- of the record in the file
    hsa_id TEXT NOT NULL,  -- normalised
    valid_from INTEGER NOT NULL,  -- microseconds since 1970, UTC
    valid_until INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX version_position ON version (position);
CREATE INDEX version_hsa_id ON version (hsa_id, position);
CREATE TABLE told (  -- the units of which each source beside HSA has ever said something
    source TEXT NOT NULL,
    hsa_id TEXT NOT NULL,
    PRIMARY KEY (source, hsa_id)
) WITHOUT ROWID;
CREATE TABLE declared (  -- what a source beside HSA says in words of its own, by names of its own
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (source, name, valid_from)
) WITHOUT ROWID;
"""


class Archive:
    """All versions of all units, in the SQLite file at `path`. Each call opens a connection of its own.

    A unit that stands twice in the file has two records, which stay apart. Moments are aware datetimes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def create(cls, path: Path, units: Iterable[SandboxUnit], valid_from: datetime) -> "Archive":
        """Write a new archive of `units`, in file order, all valid from `valid_from`."""
        with closing(sqlite3.connect(path)) as connection:
            # Whoever creates an archive moves it into place once it is whole: until then it needs no journal.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(_SCHEMA)
            with connection:
                _insert(connection, enumerate(units), valid_from)
            connection.execute("PRAGMA journal_mode = WAL")
        return cls(path)

    def units(self, as_of: datetime) -> Iterator[SandboxUnit]:
        """Yield every record that stood in the directory at `as_of`, in file order, from one reading."""
        query = "SELECT body FROM version WHERE valid_from <= :at AND :at < valid_until ORDER BY position"
        with self._connection() as connection:
            for (body,) in connection.execute(query, {"at": _instant(as_of)}):
                yield SandboxUnit.from_json(body)

    def unit(self, hsa_id: str, at: datetime) -> SandboxUnit | None:
        """Return the unit as it was at `at` (of several records, the first); `None` when there was none."""
        with self._connection() as connection:
            records = _records(connection, hsa_id, at)
        return records[0][1] if records else None

    def eservices(self, hsa_ids: Sequence[str], at: datetime) -> dict[str, list[EService]]:
        """Return the e-services at `at` of those of `hsa_ids` that have any, by normalised HSA-id."""
        with self._connection() as connection:
            units = [unit for hsa_id in hsa_ids for _, unit in _records(connection, hsa_id, at)[:1]]
        return {unit.key: unit.eservices for unit in units if unit.eservices}

    def told(self, source: str, at: datetime) -> Iterator[SandboxUnit]:
        """Yield the units of which `source` says something at `at`, by HSA-id."""
        query = (
            "SELECT body FROM told JOIN version USING (hsa_id)"
            " WHERE source = :source AND valid_from <= :at AND :at < valid_until ORDER BY hsa_id, position"
        )
        with self._connection() as connection:
            for (body,) in connection.execute(query, {"source": source, "at": _instant(at)}):
                unit = SandboxUnit.from_json(body)
                if source in unit.told:
                    yield unit

    def tell(self, hsa_id: str, source: str, says: Json, at: datetime) -> None:
        """Let `source` say something else of the unit from `at` on; `None` for nothing. Raises as `change` does."""
        self._rewrite(hsa_id, at, lambda unit: unit.telling(source, says))

    def declared(self, source: str, at: datetime) -> Iterator[tuple[str, Json]]:
        """Yield what `source` says at `at` beside the units' records, by its names for that."""
        query = (
            "SELECT name, body FROM declared"
            " WHERE source = :source AND valid_from <= :at AND :at < valid_until ORDER BY name"
        )
        with self._connection() as connection:
            for name, body in connection.execute(query, {"source": source, "at": _instant(at)}):
                yield name, orjson.loads(body)

    def declare(self, source: str, says: Mapping[str, Json], at: datetime) -> None:
        """Let `source` say something else, by its names for that, from `at` on; what it does not name stays."""
        begins = _instant(at)
        with self._writing() as connection:
            connection.executemany(
                "UPDATE declared SET valid_until = ? WHERE source = ? AND name = ? AND valid_until > ?",
                [(begins, source, name, begins) for name in says],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO declared VALUES (?, ?, ?, ?, ?)",
                [(source, name, begins, _FOR_EVER, orjson.dumps(body)) for name, body in says.items()],
            )

    def add(self, units: Iterable[SandboxUnit], at: datetime) -> None:
        """Let new records stand last in the file from `at` on."""
        with self._writing() as connection:
            (last,) = connection.execute("SELECT coalesce(max(position), -1) FROM version").fetchone()
            _insert(connection, enumerate(units, start=last + 1), at)

    def change(self, hsa_id: str, elements: Profile, at: datetime) -> None:
        """Give the unit other values for `elements` from `at` on (see `SandboxUnit.changed`).

        Raises `LookupError` when there is no such unit at `at`, `ValueError` when it has changed after `at`.
        """
        self._rewrite(hsa_id, at, lambda unit: unit.changed(elements))

    def offer(self, hsa_id: str, eservices: list[EService], at: datetime) -> None:
        """Give the unit other e-services from `at` on. Raises as `change` does."""
        self._rewrite(hsa_id, at, lambda unit: replace(unit, eservices=eservices))

    def remove(self, hsa_id: str, at: datetime) -> None:
        """Take every record of the unit out of the directory from `at` on. Raises as `change` does."""
        with self._writing() as connection:
            _bury(connection, hsa_id, at)

    def counts(self) -> dict[str, int]:
        """Return how many `records` and `units` stand after the last change, and all `versions` ever."""
        query = (
            "SELECT count(*), count(*) FILTER (WHERE valid_until = :end),"
            " count(DISTINCT hsa_id) FILTER (WHERE valid_until = :end) FROM version"
        )
        with self._connection() as connection:
            versions, records, units = connection.execute(query, {"end": _FOR_EVER}).fetchone()
        return {"records": records, "units": units, "versions": versions}

    def _rewrite(self, hsa_id: str, at: datetime, rewrite: Callable[[SandboxUnit], SandboxUnit]) -> None:
        with self._writing() as connection:
            records = _bury(connection, hsa_id, at)
            _insert(connection, [(position, rewrite(unit)) for position, unit in records], at)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # `mode=rw`: a path that is wrong is an error, not a new and empty nation.
        address = f"{self._path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection


def _records(connection: sqlite3.Connection, hsa_id: str, at: datetime) -> list[tuple[int, SandboxUnit]]:
    rows = connection.execute(
        "SELECT position, body FROM version"
        " WHERE hsa_id = :hsa_id AND valid_from <= :at AND :at < valid_until ORDER BY position",
        {"hsa_id": normalised(hsa_id), "at": _instant(at)},
    )
    return [(position, SandboxUnit.from_json(body)) for position, body in rows]


def _bury(connection: sqlite3.Connection, hsa_id: str, at: datetime) -> list[tuple[int, SandboxUnit]]:
    """End the unit's records at `at`, and return them."""
    records = _records(connection, hsa_id, at)
    if not records:
        raise LookupError(f"The directory holds no unit {hsa_id!r} at {at.isoformat()}.")
    later = "SELECT 1 FROM version WHERE hsa_id = ? AND valid_from > ?"
    if connection.execute(later, (normalised(hsa_id), _instant(at))).fetchone():
        raise ValueError(f"{hsa_id} has changed after {at.isoformat()}; choose a later moment.")
    connection.execute(
        "UPDATE version SET valid_until = :at WHERE hsa_id = :hsa_id AND valid_until > :at",
        {"hsa_id": normalised(hsa_id), "at": _instant(at)},
    )
    return records


def _insert(connection: sqlite3.Connection, units: Iterable[tuple[int, SandboxUnit]], at: datetime) -> None:
    begins = _instant(at)
    told: set[tuple[str, str]] = set()

    def rows() -> Iterator[tuple[int, str, int, int, bytes]]:
        for position, unit in units:
            told.update((source, unit.key) for source in unit.told)
            yield position, unit.key, begins, _FOR_EVER, unit.to_json()

    connection.executemany("INSERT INTO version VALUES (?, ?, ?, ?, ?)", rows())
    connection.executemany("INSERT OR IGNORE INTO told VALUES (?, ?)", sorted(told))


def _instant(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1_000_000)
