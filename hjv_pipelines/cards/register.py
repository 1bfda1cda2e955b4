"""KKA's unit register: the units of HSA that editors may administer in KKA, whether they have a card yet or not.

It is made of the same facts as the cards (HSA's full and partial document laid together) and stands beside them, not
below them: a publication that is late or held back keeps no editor waiting. Here: who is in it, and bringing it up to
date, some regions in one transaction. Not here: reading it (`registered.py`), and when it is made (`orchestration/`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import psycopg

from hjv_pipelines.cards.reading import read_facts
from hjv_pipelines.cards.sections import header
from hjv_pipelines.failures import HjvError, PermanentError
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.documents import StoredDirectory
from hjv_pipelines.store.ledger import Counts, ImportResult, Run, begin_import, fail_import, finish_import
from hjv_pipelines.timetable import UNIT_REGISTER

REGISTER = UNIT_REGISTER.source
"""The register's name in the timetable, the ledger and Dagster."""

TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('hjv unit register', 0))"

TOLD_BY_HSA = """
SELECT region, as_of FROM hjv.complete_snapshots WHERE source = 'hsa' AND region = ANY(%(regions)s) ORDER BY region
"""

REGISTERED = "SELECT hsa_id FROM hjv.unit_register WHERE removed_at IS NULL AND region = ANY(%(regions)s)"

LISTED_TABLE = """
CREATE TEMPORARY TABLE listed (
    hsa_id text COLLATE "C" PRIMARY KEY, region text NOT NULL, name text NOT NULL, municipality_code text
) ON COMMIT DROP
"""

COUNT = """
SELECT coalesce(l.region, u.region),
    CASE WHEN u.hsa_id IS NULL THEN 'added' WHEN l.hsa_id IS NULL THEN 'removed'
         WHEN (u.region, u.name, u.municipality_code) IS DISTINCT FROM (l.region, l.name, l.municipality_code)
         THEN 'changed' ELSE 'unchanged' END,
    count(*)
FROM listed l
FULL JOIN (SELECT * FROM hjv.unit_register WHERE removed_at IS NULL) u USING (hsa_id)
WHERE l.hsa_id IS NOT NULL OR u.region = ANY(%(regions)s)
GROUP BY 1, 2
"""

KEEP = """
INSERT INTO hjv.unit_register AS u (hsa_id, region, name, municipality_code, first_registered_at, registered_at)
SELECT hsa_id, region, name, municipality_code, %(now)s, %(now)s FROM listed ORDER BY hsa_id
ON CONFLICT (hsa_id) DO UPDATE SET
    region = excluded.region, name = excluded.name, municipality_code = excluded.municipality_code,
    registered_at = CASE WHEN u.removed_at IS NULL THEN u.registered_at ELSE excluded.registered_at END,
    removed_at = NULL
WHERE u.removed_at IS NOT NULL
   OR (u.region, u.name, u.municipality_code)
      IS DISTINCT FROM (excluded.region, excluded.name, excluded.municipality_code)
"""

REMOVE = """
UPDATE hjv.unit_register u SET removed_at = %(now)s
WHERE removed_at IS NULL AND region = ANY(%(regions)s)
  AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.hsa_id = u.hsa_id)
"""

TELL_MADE = """
-- A register made again of the same state of HSA is the same register: what was new in it still is.
INSERT INTO hjv.complete_snapshots AS c (source, region, as_of, import_id)
SELECT %(register)s, region, as_of, %(import_id)s
FROM hjv.complete_snapshots WHERE source = 'hsa' AND region = ANY(%(regions)s) ORDER BY region
ON CONFLICT (source, region) DO UPDATE SET as_of = excluded.as_of, import_id = excluded.import_id
WHERE c.as_of < excluded.as_of
"""


def is_administered(unit: HsaUnit, at: datetime) -> bool:
    """Tell whether editors may administer the unit in KKA at the moment `at`.

    It is marked for Hitta vård, visible or not yet: one that lacks something or opens later is written about before
    it is shown. An archived, feigned or ended one is not (assumed: docs/contracts.md).
    """
    has_ended = unit.end_date is not None and unit.end_date <= at
    return unit.marked_for_public and not (unit.archived or unit.feigned or has_ended)


def make_register(
    connection: psycopg.Connection, regions: Sequence[str], run: Run, clock: Callable[[], datetime]
) -> ImportResult:
    """Bring the register of `regions` up to date in one transaction, and write in the ledger what that did.

    A region of which HSA never told everything is left as it is. `clock` gives the time (UTC) at which a unit is
    registered or removed. Raises `PermanentError` when HSA told everything of none of them.
    """
    told_by_hsa = _told_by_hsa(connection, regions)
    if not told_by_hsa:
        asked = Scope(regions=tuple(regions))
        raise PermanentError(f"HSA has not told everything of {asked} yet: import hsa, then make the register.")
    scope = Scope(regions=tuple(told_by_hsa))
    import_id = begin_import(connection, REGISTER, scope, run, clock())
    try:
        with connection.transaction():
            connection.execute(TAKE_TURNS)
            return _make(connection, scope, import_id, clock())
    except HjvError as error:
        fail_import(connection, import_id, str(error), clock())
        raise


def _make(connection: psycopg.Connection, scope: Scope, import_id: int, now: datetime) -> ImportResult:
    told = {"regions": list(scope.regions), "now": now, "register": REGISTER, "import_id": import_id}
    as_of = min(_told_by_hsa(connection, scope.regions).values())
    _list_units(connection, scope, now)
    counts = {region: Counts() for region in scope.regions}
    for region, kind, number in connection.execute(COUNT, told):
        setattr(counts.setdefault(region, Counts()), kind, number)
    connection.execute(KEEP, told)
    connection.execute(REMOVE, told)
    connection.execute(TELL_MADE, told)
    result = ImportResult(import_id, REGISTER, scope, as_of, counts)
    finish_import(connection, result, fetched_at=now, now=now)
    return result


def _told_by_hsa(connection: psycopg.Connection, regions: Sequence[str]) -> dict[str, datetime]:
    """Return of which time HSA last told everything, for those of `regions` of which it ever did."""
    return dict(connection.execute(TOLD_BY_HSA, {"regions": list(regions)}).fetchall())


def _list_units(connection: psycopg.Connection, scope: Scope, now: datetime) -> None:
    """Fill the table `listed` with the units of `scope` that belong in the register.

    A unit that was registered there and lies elsewhere now is listed where it lies: it moved, it did not go.
    """
    marked = StoredDirectory(connection).marked_units(scope)
    registered = (hsa_id for (hsa_id,) in connection.execute(REGISTERED, {"regions": list(scope.regions)}))
    candidates = sorted({*marked, *registered})
    units = [
        (facts.hsa_id, facts.region.key, header(facts.hsa).name, facts.hsa.municipality_code)
        for facts, _ in read_facts(connection, candidates)
        if facts.hsa is not None and is_administered(facts.hsa, now)
    ]
    connection.execute(LISTED_TABLE)
    with connection.cursor().copy("COPY listed FROM STDIN") as copy:
        for row in units:
            copy.write_row(row)
    connection.execute("ANALYZE listed")
