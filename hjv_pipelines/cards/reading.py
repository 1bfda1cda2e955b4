"""From kept documents to the facts that a card is built of.

Here: which documents make up a unit's facts, HSA's full and partial one laid together, and the fingerprint that
names them. Not here: what the facts mean (`build.py`), and the queries (`store/documents.py`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import cast

import psycopg

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.sources.hsa.overlay import overlay
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.registry import RECORD_TYPES
from hjv_pipelines.sources.source import Finding, Record
from hjv_pipelines.store.documents import Content, KeptDocument, documents_of, read_content

PACKAGE = Path(__file__).parent.parent
CODE_OF_CARDS = (
    "cards/*.py",
    "sources/hsa/overlay.py",
    "sources/*/record.py",
    "regions.py",
    "codes.py",
    "data/**/*.csv",
)


@cache
def code_version() -> str:
    """Return a hash of the code and data that make cards of documents: other code means building again."""
    digest = hashlib.sha256()
    for pattern in CODE_OF_CARDS:
        for path in sorted(PACKAGE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_facts(
    connection: psycopg.Connection, hsa_ids: Iterable[str]
) -> Iterator[tuple[UnitFacts, tuple[KeptDocument, ...]]]:
    """Give the facts of each unit of which any source says something, with the documents that they stand on."""
    for hsa_id, documents in documents_of(connection, hsa_ids):
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


def fingerprint(documents: Iterable[KeptDocument], configuration: str) -> str:
    """Return the name of what a card is built of; the store computes the same in `publish.STALE`."""
    parts = sorted(
        f"{document.hsa_id}/{document.source}/{document.coverage}/{document.content_hash or 'gone'}"
        for document in documents
    )
    return hashlib.md5("\n".join((configuration, *parts)).encode(), usedforsecurity=False).hexdigest()


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
