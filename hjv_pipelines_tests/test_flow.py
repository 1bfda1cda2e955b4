"""The flow as a whole: an import of the sandbox nation gives what its manifest says, unit by unit.

The manifest is written by the generator from the dirt that it made, not by any parser of ours.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from hjv_pipelines.cards.published import card_of, feed_position
from hjv_pipelines.comparison.differences import compare
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.hsa_id import HSA_ID
from hjv_pipelines.sandbox.manifest import Expectation, expectations
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import LONGEST_VALUE, Scope
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines_tests.conftest import name_of, temporary_database
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with served_nation(tmp_path_factory.mktemp("nation")) as asking:
        yield asking


@pytest.fixture
def nation(settings: Settings) -> dict[str, Expectation]:
    """Give what the manifest expects of every unit."""
    return {expected.hsa_id: expected for expected in expectations(settings.data_dir)}


@pytest.fixture(scope="module")
def imported_template(settings: Settings, database_server: str, migrated_template: str) -> Iterator[str]:
    """Give the name of a database to copy in which the nation is imported and its cards are published."""
    with temporary_database(database_server, migrated_template) as url:
        flow = pipeline(settings, url)
        for source in flow.source_names:
            assert not flow.import_source(source, Scope.nation(), RUN).failures
        flow.publish(Scope.nation(), RUN)
        yield name_of(url)


@pytest.fixture
def database_url(database_server: str, imported_template: str) -> Iterator[str]:
    with temporary_database(database_server, imported_template) as url:
        yield url


@pytest.fixture
def imported(settings: Settings, database_url: str) -> Pipeline:
    """Give a pipeline over a store in which the nation is imported and its cards are published."""
    return pipeline(settings, database_url)


def test_every_unit_is_visible_hidden_or_refused_as_the_manifest_says(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    rows = connection.execute("SELECT hsa_id, card_hash IS NOT NULL FROM hjv.cards")
    told = {hsa_id: "visible" if visible else "hidden" for hsa_id, visible in rows}
    assert told == {unit.hsa_id: unit.verdict for unit in nation.values() if unit.verdict != "refused"}


def test_every_hidden_unit_fails_the_rules_that_the_manifest_says(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    failed = dict(connection.execute("SELECT hsa_id, failed_rules FROM hjv.cards WHERE card_hash IS NULL"))
    hidden = (unit for unit in nation.values() if unit.verdict == "hidden")
    assert failed == {unit.hsa_id: list(unit.failed_rules) for unit in hidden}


def test_every_finding_is_the_manifests_and_none_is_missing(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    rows = connection.execute("SELECT hsa_id, field, rule, value FROM hjv.findings WHERE source = 'hsa'")
    expected = {
        (unit.hsa_id if HSA_ID.fullmatch(unit.hsa_id) else "", field, rule, value[:LONGEST_VALUE])
        for unit in nation.values()
        for field, rule, value in unit.findings
    }
    assert set(rows) == expected


def test_every_unit_lies_in_its_region(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    regions = dict(connection.execute("SELECT hsa_id, region FROM hjv.cards"))
    assert regions == {unit.hsa_id: unit.region for unit in nation.values() if unit.verdict != "refused"}


def test_the_cards_hold_the_names_and_positions_that_the_manifest_says(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    rows = connection.execute(
        "SELECT hsa_id, body::jsonb #>> '{header,name}' FROM hjv.cards JOIN hjv.contents ON card_hash = content_hash"
    )
    named = dict(rows)
    expected = {
        unit.hsa_id: unit.expect["name"]
        for unit in nation.values()
        if unit.verdict == "visible" and "name" in unit.expect
    }
    assert {hsa_id: named[hsa_id] for hsa_id in expected} == expected


SOURCES = tuple(row.source for row in TIMETABLE if row.source != "hsa")


def test_every_section_stands_on_the_cards_that_the_manifest_says_and_on_no_others(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    """Of all nine sources, with every document and finding of each: queues, shares, reasons (traps 31, 32)."""
    compared = {each.aspect: each for each in compare(connection, nation.values())}
    assert {aspect: each.differing for aspect, each in compared.items() if each.differing} == {}
    for source in SOURCES:
        assert compared[f"documents of {source}"].expected > 2
        assert compared[f"cards with {'kka_texts' if source == 'kka' else source}"].expected > 2


def test_a_difference_is_told_with_its_unit(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    listed = next(unit for unit in nation.values() if "listing" in unit.expect)
    other = replace(listed, expect={**listed.expect, "listing": "another"}, breaks={"listing": ["no_such_rule"]})
    compared = compare(connection, {**nation, listed.hsa_id: other}.values())
    differing = {each.aspect: each.differing for each in compared if each.differing}
    assert differing == {
        "cards with listing": (listed.hsa_id,),
        "findings of listing: no_such_rule": (listed.hsa_id,),
    }


def test_a_second_import_of_the_same_writes_no_card_and_no_feed_entry(
    imported: Pipeline, connection: psycopg.Connection
) -> None:
    before = (feed_position(connection), cards(connection))
    for source in imported.source_names:
        imported.import_source(source, Scope.nation(), RUN)
    publications = imported.publish(Scope.nation(), RUN)
    assert (feed_position(connection), cards(connection)) == before
    assert sum(published.appeared + published.changed + published.withdrawn for published in publications) == 0


def test_one_region_is_imported_without_touching_the_others(imported: Pipeline, connection: psycopg.Connection) -> None:
    result = imported.import_source("hsa", Scope(regions=("12-skane",)), RUN)
    assert {region for region, counts in result.counts.items() if counts.unchanged} == {"12-skane"}
    assert result.results[0].total.removed == 0


def test_every_source_can_be_asked_for_a_unit_while_the_store_takes_the_answer(
    imported: Pipeline, nation: dict[str, Expectation]
) -> None:
    """A source may look into the directory at any record: it must not wait for the store that waits for it."""
    for source in imported.source_names:
        unit = next((unit for unit in nation.values() if source in unit.told), a_clean_unit(nation))
        assert not imported.import_source(source, Scope(hsa_ids=(unit.hsa_id,)), RUN).failures


@pytest.mark.parametrize(
    ("source", "region"), [("waiting_times_skane", "01-stockholm"), ("waiting_times", "00-distans")]
)
def test_a_region_of_which_a_source_says_nothing_is_not_asked_about(
    source: str, region: str, settings: Settings, database_url: str
) -> None:
    done = pipeline(settings, database_url).import_source(source, Scope(regions=(region,)), RUN)
    assert (done.results, done.failures) == ((), ())


def test_a_unit_read_again_stands_changed_on_its_card(
    imported: Pipeline, settings: Settings, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    unit = a_clean_unit(nation)
    open_nation(settings.data_dir).change(unit.hsa_id, {"publicName": ["Nya vårdcentralen"]}, datetime.now(UTC))
    scope = Scope(hsa_ids=(unit.hsa_id,))
    imported.import_source("hsa", scope, RUN)
    imported.publish(scope, RUN)
    card = card_of(connection, unit.hsa_id)
    assert card is not None
    assert "Nya vårdcentralen" in (card.body or "")


def test_the_file_does_not_undo_a_unit_that_was_read_after_it_was_made(
    imported: Pipeline, settings: Settings, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    """Trap 1: the file of 11:30 holds the directory of 10:00; a change of 10:45 survives it."""
    unit = a_clean_unit(nation)
    open_nation(settings.data_dir).change(unit.hsa_id, {"publicName": ["Ändrad efter filen"]}, datetime.now(UTC))
    imported.import_source("hsa", Scope(hsa_ids=(unit.hsa_id,)), RUN)
    imported.import_source("hsa", Scope.nation(), RUN)
    imported.publish(Scope.nation(), RUN)
    card = card_of(connection, unit.hsa_id)
    assert card is not None
    assert "Ändrad efter filen" in (card.body or "")


def test_a_unit_that_moved_keeps_its_eservices_when_only_its_old_region_is_imported(
    imported: Pipeline, settings: Settings, connection: psycopg.Connection
) -> None:
    """Trap 5: it is asked about with the region that still holds its e-services."""
    (hsa_id,) = connection.execute(
        "SELECT hsa_id FROM hjv.effective_documents WHERE source = 'eservices' AND region = '01-stockholm' LIMIT 1"
    ).fetchone() or ("",)
    moved = {"countyCode": ["12"], "countyName": ["Skåne län"], "municipalityCode": [], "municipalityName": []}
    open_nation(settings.data_dir).change(hsa_id, dict(moved), datetime.now(UTC))
    imported.import_source("hsa", Scope(hsa_ids=(hsa_id,)), RUN)
    imported.import_source("eservices", Scope(regions=("01-stockholm",)), RUN)
    region = connection.execute(
        "SELECT region FROM hjv.effective_documents WHERE source = 'eservices' AND hsa_id = %s", (hsa_id,)
    ).fetchone()
    assert region == ("12-skane",)


def a_clean_unit(nation: dict[str, Expectation]) -> Expectation:
    return next(unit for unit in nation.values() if unit.verdict == "visible" and unit.dirt is None)


def cards(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT hsa_id, card_hash, since FROM hjv.cards ORDER BY hsa_id").fetchall()
