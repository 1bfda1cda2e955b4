"""Promised: the first line of a region's materialisation tells of that region, and then of the whole run."""

from datetime import UTC, datetime

import dagster as dg

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.imported import SourceImport
from hjv_pipelines.orchestration.reporting import Metadata, import_metadata, publication_metadata
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.ledger import Counts, ImportResult

GOTLAND, SKANE = "09-gotland", "12-skane"
AT = datetime(2026, 12, 1, tzinfo=UTC)


def imported(scope: Scope, **counts: Counts) -> SourceImport:
    by_region = {key: counts[name] for key, name in ((GOTLAND, "gotland"), (SKANE, "skane")) if name in counts}
    return SourceImport("hsa", scope, (ImportResult(1, "hsa", scope, AT, by_region, {"coordinates": 4}),), (), 5.9)


def published(region: str, visible: int, changed: int) -> Publication:
    return Publication(region, 1, 0, changed, 0, visible - changed, visible, 10, 0.5, ())


def glance(told: Metadata) -> str:
    said = told["at_a_glance"]
    assert isinstance(said, dg.TextMetadataValue)
    return said.text or ""


def test_an_import_of_several_regions_tells_of_each_first() -> None:
    both = imported(Scope((GOTLAND, SKANE)), gotland=Counts(added=1, unchanged=2), skane=Counts(changed=4, refused=1))
    told = import_metadata(both, (GOTLAND, SKANE), 100, {}, str)
    assert glance(told[GOTLAND]).startswith("Gotland: 3 documents; 1 added, 0 changed, 0 removed, 2 as before; ")
    assert "In all: hsa, 09-gotland, 12-skane: 7 documents; 1 added, 4 changed" in glance(told[GOTLAND])
    assert glance(told[SKANE]).startswith("Skåne: 4 documents; 0 added, 4 changed, 0 removed, 0 as before; 1 records")


def test_an_import_of_one_region_tells_of_it_once() -> None:
    one = imported(Scope((SKANE,)), skane=Counts(added=2))
    assert glance(import_metadata(one, (SKANE,), 100, {}, str)[SKANE]).startswith("hsa, 12-skane: 2 documents; 2 added")


def test_a_region_of_which_nothing_was_told_says_so() -> None:
    told = import_metadata(imported(Scope.nation(), gotland=Counts(1), skane=Counts(1)), ("20-dalarna",), 0, {}, str)
    assert glance(told["20-dalarna"]).startswith("Dalarna: 0 documents")


def test_a_publication_of_several_regions_tells_of_each_first() -> None:
    told = publication_metadata((published(GOTLAND, 120, 3), published(SKANE, 2000, 0)), (GOTLAND, SKANE), str)
    assert glance(told[GOTLAND]) == (
        "Gotland: 120 cards; 0 appeared, 3 changed, 0 withdrawn; 10 units have none. "
        "In all 2 regions: 2,120 cards; 0 appeared, 3 changed, 0 withdrawn; 20 units have none."
    )


def test_a_publication_of_one_region_tells_of_it_once() -> None:
    told = publication_metadata((published(GOTLAND, 120, 3),), (GOTLAND,), str)
    assert glance(told[GOTLAND]) == "Gotland: 120 cards; 0 appeared, 3 changed, 0 withdrawn; 10 units have none."
