"""Which cards are not what they should be now: the documents that they stand on changed, or the clock did.

A card's fingerprint names everything that it was built of: the documents, the code and data that make cards, the
policy. Here: the fingerprint, computed alike by us and by the database, and the question which cards' differ. Not
here: building them again (`publish.py`).
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import psycopg

from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.code_version import code_version
from hjv_pipelines.store.documents import KeptDocument

CODE_OF_CARDS = (
    "cards/*.py",
    "sources/hsa/overlay.py",
    "sources/*.py",  # what all sources share, and the records of sources that are one module
    "sources/*/record.py",
    "regions.py",
    "codes.py",
    "data/**/*.csv",
)

STALE = """
WITH told AS (
    SELECT hsa_id FROM hjv.effective_documents WHERE source = 'hsa' AND region = %(region)s
        AND (%(hsa_ids)s::text[] IS NULL OR hsa_id = ANY(%(hsa_ids)s))
    UNION
    SELECT hsa_id FROM hjv.cards WHERE region = %(region)s
        AND (%(hsa_ids)s::text[] IS NULL OR hsa_id = ANY(%(hsa_ids)s))
), placed AS (  -- HSA's newest word on where the unit lies
    SELECT DISTINCT ON (t.hsa_id) t.hsa_id, e.region
    FROM told t LEFT JOIN hjv.effective_documents e
        ON e.hsa_id = t.hsa_id AND e.source = 'hsa' AND e.content_hash IS NOT NULL
    ORDER BY t.hsa_id, e.as_of DESC NULLS LAST
), units AS (
    SELECT hsa_id FROM placed WHERE coalesce(region, %(region)s) = %(region)s
), inputs AS (
    SELECT hsa_id, NULL AS input FROM units  -- a unit of which nobody says anything has a name too
    UNION ALL
    SELECT u.hsa_id, e.hsa_id || '/' || e.source || '/' || e.coverage || '/' || coalesce(e.content_hash, 'gone')
    FROM units u JOIN hjv.effective_documents e USING (hsa_id)
    UNION ALL
    SELECT u.hsa_id, e.hsa_id || '/' || e.source || '/' || e.coverage || '/' || coalesce(e.content_hash, 'gone')
    FROM units u JOIN hjv.card_dependencies d USING (hsa_id)
    JOIN hjv.effective_documents e ON e.hsa_id = d.depends_on AND e.source = d.source
), named AS (
    SELECT hsa_id, md5(%(configuration)s || coalesce(string_agg(E'\\n' || input, '' ORDER BY input COLLATE "C"), ''))
        AS fingerprint
    FROM inputs GROUP BY hsa_id
)
SELECT n.hsa_id, c.fingerprint
FROM named n LEFT JOIN hjv.cards c USING (hsa_id)
WHERE c.fingerprint IS DISTINCT FROM n.fingerprint OR c.next_change <= %(now)s
ORDER BY n.hsa_id
"""


def stale_units(
    connection: psycopg.Connection,
    region: str,
    policy: Policy,
    now: datetime,
    hsa_ids: Sequence[str] | None = None,
) -> dict[str, str | None]:
    """Return the units of `region` (or those of `hsa_ids` in it) whose cards must be built again at `now`.

    Each comes with the fingerprint that its card has now; None for a unit that was never judged.
    """
    asked = {
        "region": region,
        "hsa_ids": None if hsa_ids is None else list(hsa_ids),
        "configuration": configuration_of(policy),
        "now": now,
    }
    return dict(connection.execute(STALE, asked).fetchall())


def fingerprint(documents: Iterable[KeptDocument], configuration: str) -> str:
    """Return the name of what a card is built of; the store computes the same in `STALE`."""
    parts = sorted(
        f"{document.hsa_id}/{document.source}/{document.coverage}/{document.content_hash or 'gone'}"
        for document in documents
    )
    return hashlib.md5("\n".join((configuration, *parts)).encode(), usedforsecurity=False).hexdigest()


def configuration_of(policy: Policy) -> str:
    """Return the name of the code and policy that cards are built with."""
    return f"{code_version(CODE_OF_CARDS)} {sorted(policy.business_code_required_in)}"
