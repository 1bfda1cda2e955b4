"""Users of a shared text: KKA publishes it once and notifies one unit, and hundreds of cards show it.

Here: finding the other units that still hold the old wording, and a hint for each. Not here: reading them again.
"""

from collections.abc import Iterable
from datetime import datetime

import psycopg

from hjv_pipelines.store.inbox.arrivals import add_hints

SHARED_BY = """
SELECT DISTINCT text ->> 'id'
FROM hjv.effective_documents e JOIN hjv.contents c USING (content_hash),
    jsonb_array_elements(c.body::jsonb -> 'record' -> 'texts') AS text
WHERE e.source = 'kka' AND e.hsa_id = ANY(%(hsa_ids)s) AND (text ->> 'shared')::boolean
"""

HOLD_ANOTHER_WORDING = """
WITH kept AS MATERIALIZED (  -- most documents hold none of these texts: look for their ids before JSON is read
    SELECT e.hsa_id, e.as_of, c.body::jsonb -> 'record' -> 'texts' AS texts
    FROM hjv.effective_documents e JOIN hjv.contents c USING (content_hash)
    WHERE e.source = 'kka' AND c.body LIKE ANY(%(holding)s)
), texts AS (
    SELECT hsa_id, as_of, text ->> 'id' AS id, text AS wording
    FROM kept, jsonb_array_elements(texts) AS text
    WHERE (text ->> 'shared')::boolean AND text ->> 'id' = ANY(%(texts)s)
)
SELECT DISTINCT old.hsa_id
FROM texts new JOIN texts old USING (id)
WHERE new.hsa_id = ANY(%(hsa_ids)s) AND old.as_of < new.as_of AND old.wording <> new.wording
    AND NOT EXISTS (SELECT 1 FROM hjv.hints h
        WHERE h.source = 'kka' AND h.hsa_id = old.hsa_id AND h.state = 'waiting')
ORDER BY old.hsa_id
"""


def hint_users_of_shared_texts(
    connection: psycopg.Connection, changed_units: Iterable[str], now: datetime
) -> tuple[str, ...]:
    """Let KKA be asked again about units whose shared text has a newer wording at one of `changed_units`.

    Returns those units. None gets a second waiting hint.
    """
    hsa_ids = list(changed_units)
    texts = [text for (text,) in connection.execute(SHARED_BY, {"hsa_ids": hsa_ids})]
    if not texts:
        return ()
    asked = {"hsa_ids": hsa_ids, "texts": texts, "holding": [f'%"id":"{_literally(text)}"%' for text in texts]}
    users = tuple(hsa_id for (hsa_id,) in connection.execute(HOLD_ANOTHER_WORDING, asked))
    add_hints(connection, "kka", users, "shared_text", now)
    return users


def _literally(text: str) -> str:
    """Return `text` as a pattern of LIKE that matches it as it stands within JSON."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    for special in ("\\", "%", "_"):
        quoted = quoted.replace(special, f"\\{special}")
    return quoted
