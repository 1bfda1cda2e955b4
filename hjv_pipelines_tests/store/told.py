"""Snapshots as tests tell them to the store: small, by hand, in a nation of three units and two regions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg

from hjv_pipelines.sources.eservices.record import EService, EServices
from hjv_pipelines.sources.hsa.record import HsaUnit, Rt90
from hjv_pipelines.sources.kka.record import BorrowedEServices, PublishedContent, PublishedText
from hjv_pipelines.sources.source import Coverage, Finding, Record, Refusal, Scope, Snapshot, UnitDocument, UnreadRecord
from hjv_pipelines.store.ledger import ImportResult, Run, begin_import
from hjv_pipelines.store.merge import merge

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OPENING = MORNING + timedelta(minutes=2)
"""When a unit of the word `opening` starts."""

EMPTY_STORE = """
TRUNCATE hjv.contents, hjv.imports, hjv.publications, hjv.findings, hjv.documents, hjv.document_versions,
    hjv.complete_snapshots, hjv.cards, hjv.feed CASCADE
"""
"""Leaves nothing that a snapshot told."""

REGIONS = ("01-stockholm", "12-skane")
UNITS = ("SE2321000016-A", "SE2321000016-B", "SE2321000016-C")
PLACES = {"01-stockholm": ("01", Rt90(x=6581164, y=1630250)), "12-skane": ("12", Rt90(x=6166000, y=1323000))}
RUN = Run("test", "manual")
FINDING = Finding(field="unitName", rule="name_missing", value="", mend="Write a name.")


@dataclass(frozen=True)
class Told:
    """What a snapshot of `source` says at `minute` of the morning.

    `units` maps each unit that it names to (region, word), or to None for a record that cannot be used. Without
    `regions` it is an answer about the units `asked`.
    """

    minute: int
    units: Mapping[str, tuple[str, str] | None]
    regions: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    coverage: Coverage = "full"
    source: str = "hsa"

    @property
    def scope(self) -> Scope:
        """Return what was asked for."""
        return Scope(regions=self.regions, hsa_ids=() if self.regions else self.asked)


def unit(hsa_id: str, region: str, word: str) -> HsaUnit:
    """Return a unit that has a card, told apart by `word`; each links to the others."""
    county, place = PLACES[region]
    return HsaUnit(
        hsa_id=hsa_id,
        name=f"Vårdcentralen {word}",
        destination_indicators=("03",) if word != "hidden" else (),
        care_types=("01",),
        county_code=county,
        rt90=place,
        start_date=OPENING if word == "opening" else None,
        related_units=tuple(other for other in UNITS if other != hsa_id),
    )


def eservices(hsa_id: str, _region: str, word: str) -> EServices:
    """Return e-services: one that every unit has, and one of the unit's own that is told apart by `word`."""
    return EServices(
        services=(
            EService(resource_id="same", name=f"Boka {word}"),
            EService(resource_id=f"{hsa_id} {word}", name="Kontakta oss"),
        )
    )


def content(hsa_id: str, _region: str, word: str) -> PublishedContent:
    """Return a text that is told apart by `word`, and what is borrowed of the other units: some, all or nothing."""
    others = [other for other in UNITS if other != hsa_id]
    lent = {"one": [(other, ("same", f"{other} one")) for other in others], "two": [(other, None) for other in others]}
    return PublishedContent(
        texts=(PublishedText(id="1", section="news", heading=word),),
        borrowed=tuple(
            BorrowedEServices(lender=lender, resource_ids=resource_ids) for lender, resource_ids in lent.get(word, ())
        ),
    )


RECORDS: Mapping[str, Callable[[str, str, str], Record]] = {"hsa": unit, "eservices": eservices, "kka": content}
"""What a source says of a unit in a region, told apart by a word."""


def snapshot(told: Told) -> Snapshot:
    """Return `told` as its source would give it: HSA's regions are a file, whose records come unread."""
    is_file = told.source == "hsa" and bool(told.regions)
    records = (
        UnreadRecord(f"{hsa_id} {said}", partial(_record, told.source, hsa_id, said))
        if is_file
        else _record(told.source, hsa_id, said)
        for hsa_id, said in told.units.items()
    )
    as_of = MORNING + timedelta(minutes=told.minute)
    return Snapshot(told.source, told.scope, as_of, as_of, records, told.coverage)


def _record(source: str, hsa_id: str, said: tuple[str, str] | None) -> UnitDocument | Refusal:
    if said is None:
        return Refusal(hsa_id, "record 1", (FINDING,))
    return UnitDocument(hsa_id, said[0], RECORDS[source](hsa_id, *said))


def tell(connection: psycopg.Connection, told: Told) -> ImportResult:
    """Merge `told` into the store."""
    import_id = begin_import(connection, told.source, told.scope, RUN, MORNING)
    return merge(connection, snapshot(told), import_id, lambda: MORNING)
