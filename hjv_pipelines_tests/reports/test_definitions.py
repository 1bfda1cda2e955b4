"""`docs/definitions.md` is what Dagster is told: no change of the lineage, of a time or of an owner is an accident."""

from pathlib import Path

import hjv_pipelines
from hjv_pipelines.reports.definitions import definitions_document

WRITTEN = Path(hjv_pipelines.__file__).parent.parent / "docs" / "definitions.md"


def section(name: str) -> str:
    return definitions_document().partition(f"### `{name}`\n")[2].partition("\n##")[0]


def test_the_document_is_what_dagster_is_told() -> None:
    assert definitions_document() == WRITTEN.read_text(), "Dagster is told something else now: run `make docs`, look."


def test_an_assets_lineage_partitions_and_checks_stand_in_it() -> None:
    cards = section("contact_cards")
    assert "- reads: `eservices`, `hsa_units`" in cards
    assert "- partitions: 22, `00-distans` to `25-norrbotten`" in cards
    assert "- check `no_card_is_behind_its_documents`:" in cards


def test_a_schedules_times_stand_in_it_with_their_zone() -> None:
    assert "- cron: `30 11,15,22 * * *`, Europe/Stockholm" in section("hsa_timetable")
