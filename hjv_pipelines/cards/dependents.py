"""Which cards a change concerns besides its own: those that depend on the changed units, wherever they lie.

Here: the questions, and which region's publication each unit belongs to. Not here: what a card depends on
(`build.py`), and publishing (`publish.py`).
"""

import psycopg

REGIONS_OF_UNITS = """
SELECT region, array_agg(DISTINCT hsa_id) FROM (
    SELECT region, hsa_id FROM hjv.effective_documents WHERE source = 'hsa' AND hsa_id = ANY(%(hsa_ids)s)
    UNION ALL
    SELECT region, hsa_id FROM hjv.cards WHERE hsa_id = ANY(%(hsa_ids)s)
) placed WHERE region <> '' GROUP BY region ORDER BY region
"""

DEPENDENTS_OF_UNITS = "SELECT DISTINCT hsa_id FROM hjv.card_dependencies WHERE depends_on = ANY(%s)"

DEPENDENTS_ELSEWHERE = """
SELECT DISTINCT d.hsa_id
FROM hjv.cards c JOIN hjv.card_dependencies d ON d.depends_on = c.hsa_id JOIN hjv.cards o ON o.hsa_id = d.hsa_id
WHERE c.region = ANY(%(regions)s) AND o.region <> ALL(%(regions)s)
"""


def units_by_region(connection: psycopg.Connection, hsa_ids: list[str]) -> list[tuple[str, list[str]]]:
    """Return the regions where HSA has these units or their cards were, each with its units; one may stand in two."""
    return connection.execute(REGIONS_OF_UNITS, {"hsa_ids": hsa_ids}).fetchall()


def dependents_of(connection: psycopg.Connection, hsa_ids: list[str]) -> list[str]:
    """Return the units whose cards depend on these."""
    return [row[0] for row in connection.execute(DEPENDENTS_OF_UNITS, (hsa_ids,))]


def dependents_elsewhere(connection: psycopg.Connection, regions: list[str]) -> list[str]:
    """Return the units of other regions whose cards depend on units of these."""
    return [row[0] for row in connection.execute(DEPENDENTS_ELSEWHERE, {"regions": regions})]
