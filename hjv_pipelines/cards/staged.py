"""Building what is stale into two temporary tables, piece by piece: a region takes no more memory than a piece of it.

Here: from units to the rows `built` and `depended`. Not here: which units are stale (`staleness.py`), what a card says
(`build.py`), and what the rows do to what is published (`publish.py`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

import psycopg

from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.cards.build import BuiltCard, build_card
from hjv_pipelines.cards.disagreements import disagreements
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.neighbours import SOURCES, Neighbours, dependencies
from hjv_pipelines.cards.reading import read_facts
from hjv_pipelines.cards.staleness import configuration_of, fingerprint
from hjv_pipelines.cards.swedish_time import day_of
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.sources.source import Finding

MOST_UNITS = 1000
"""So many are read and built at once."""

BUILT_TABLE = """
CREATE TEMPORARY TABLE built (
    hsa_id text COLLATE "C" NOT NULL, card_hash text COLLATE "C", body text, failed_rules text[] NOT NULL,
    fingerprint text NOT NULL, next_change timestamptz, seen_fingerprint text
) ON COMMIT DROP
"""

DEPENDED_TABLE = """
CREATE TEMPORARY TABLE depended (
    hsa_id text COLLATE "C" NOT NULL, depends_on text COLLATE "C" NOT NULL, source text NOT NULL
) ON COMMIT DROP
"""

Disagreed = dict[str, tuple[Finding, ...]]
"""What sources disagree about, by unit."""


def stage_built(
    connection: psycopg.Connection, stale: Mapping[str, str | None], policy: Policy, now: datetime
) -> Iterator[tuple[list[str], Disagreed]]:
    """Build the units of `stale`, each with the fingerprint of its card, and give them with what is disagreed about.

    Must run inside a transaction. All are staged when the last piece was given.
    """
    connection.execute(BUILT_TABLE)
    connection.execute(DEPENDED_TABLE)
    units = iter(stale.items())
    while piece := dict(islice(units, MOST_UNITS)):
        yield list(piece), _stage_piece(connection, piece, policy, now)
    connection.execute("ANALYZE built")


def _stage_piece(
    connection: psycopg.Connection, units: Mapping[str, str | None], policy: Policy, now: datetime
) -> Disagreed:
    known = {facts.hsa_id: (facts, documents) for facts, documents in read_facts(connection, units)}
    others = {dependency.hsa_id for facts, _ in known.values() for dependency in dependencies(facts)}
    neighbours = Neighbours(read_facts(connection, others, SOURCES), now, policy)
    configuration = configuration_of(policy)
    depended: list[tuple[str, str, str]] = []
    with connection.cursor().copy("COPY built FROM STDIN") as copy:
        copy.set_types(["text", "text", "text", "text[]", "text", "timestamptz", "text"])
        for hsa_id, seen_fingerprint in units.items():
            facts, documents = known.get(hsa_id, (UnitFacts(hsa_id, None), ()))
            built = build_card(facts, now, policy, neighbours)
            inputs = (*documents, *neighbours.documents_of(built.depends_on))
            changes = (built.next_change, neighbours.next_flip(built.depends_on))
            copy.write_row(
                (
                    hsa_id,
                    *_name_and_body(built),
                    list(built.failed_rules),
                    fingerprint(inputs, configuration),
                    min(filter(None, changes), default=None),
                    seen_fingerprint,
                )
            )
            depended += ((hsa_id, *dependency) for dependency in built.depends_on)
    with connection.cursor().copy("COPY depended FROM STDIN") as copy:
        for row in depended:
            copy.write_row(row)
    today = day_of(now)
    return {hsa_id: disagreements(facts, today) for hsa_id, (facts, _) in known.items()}


def _name_and_body(built: BuiltCard) -> tuple[str | None, str | None]:
    """Return the card's content hash and its canonical JSON."""
    if built.card is None:
        return None, None
    body = canonical_json(built.card)
    return content_hash(body), body.decode()
