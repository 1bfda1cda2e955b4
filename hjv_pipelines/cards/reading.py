"""From kept documents to the facts that a card is built of.

Here: which documents make up a unit's facts, HSA's full and partial one laid together. Not here: what the facts
mean (`build.py`), and the queries (`store/documents.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import psycopg

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.sources.hsa.overlay import overlay
from hjv_pipelines.sources.registry import RECORD_TYPES
from hjv_pipelines.store.documents import Content, KeptDocument, documents_of, read_content

if TYPE_CHECKING:
    from hjv_pipelines.sources.hsa.record import HsaUnit
    from hjv_pipelines.sources.source import Finding, Record


def read_facts(
    connection: psycopg.Connection, hsa_ids: Iterable[str], sources: Sequence[str] | None = None
) -> Iterator[tuple[UnitFacts, tuple[KeptDocument, ...]]]:
    """Give the facts of each unit of which any source says something, with the documents that they stand on.

    Where `sources` are named, nothing is read of what others say.
    """
    for hsa_id, documents in documents_of(connection, hsa_ids, sources):
        yield facts_of(hsa_id, documents), documents


def facts_of(hsa_id: str, documents: Sequence[KeptDocument]) -> UnitFacts:
    """Lay a unit's documents together."""
    records: dict[str, Record] = {}
    findings: dict[str, tuple[Finding, ...]] = {}
    for source, told in _by_source(documents).items():
        content = _laid_together(told)
        if content is not None:
            records[source] = content.record
            findings[source] = content.findings
    hsa = cast("HsaUnit | None", records.pop("hsa", None))
    return UnitFacts(hsa_id=hsa_id, hsa=hsa, records=records, findings=findings)


def _by_source(documents: Iterable[KeptDocument]) -> Mapping[str, dict[str, KeptDocument]]:
    told: dict[str, dict[str, KeptDocument]] = {}
    for document in documents:
        told.setdefault(document.source, {})[document.coverage] = document
    return told


def _laid_together(told: Mapping[str, KeptDocument]) -> Content | None:
    """Return what a source says by its full document and, where one is newer, its partial one (trap 51)."""
    full = read_content(told["full"], RECORD_TYPES) if "full" in told else None
    if "partial" not in told:
        return full
    partial = read_content(told["partial"], RECORD_TYPES)
    if partial is None or full is None:
        return partial
    record = overlay(cast("HsaUnit", full.record), cast("HsaUnit", partial.record))
    return Content(record=record, findings=partial.findings)
