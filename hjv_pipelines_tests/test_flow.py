"""The flow as a whole: an import of the sandbox nation gives what its manifest says, unit by unit.

The manifest is written by the generator from the dirt that it made, not by any parser of ours.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from hjv_pipelines.cards.published import card_of, feed_position
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.hsa_id import HSA_ID
from hjv_pipelines.sandbox.manifest import Expectation, expectations
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import LONGEST_VALUE, Scope
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with served_nation(tmp_path_factory.mktemp("nation")) as asking:
        yield asking


@pytest.fixture
def nation(settings: Settings) -> dict[str, Expectation]:
    """Give what the manifest expects of every unit."""
    return {expected.hsa_id: expected for expected in expectations(settings.data_dir)}


@pytest.fixture
def imported(settings: Settings, database_url: str) -> Pipeline:
    """Give a pipeline that has imported the nation and published its cards."""
    flow = pipeline(settings, database_url)
    for source in flow.source_names:
        assert not flow.import_source(source, Scope.nation(), RUN).failures
    flow.publish(Scope.nation(), RUN)
    return flow


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


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("listing", {"true": "queue", "false": "no queue", None: "unknown"}),
        ("patient_survey", {}),
    ],
)
def test_the_cards_show_what_the_other_sources_say_and_no_others(
    source: str,
    shown: dict[str | None, str],
    imported: Pipeline,
    nation: dict[str, Expectation],
    connection: psycopg.Connection,
) -> None:
    """Traps 30 to 32: an unknown queue, a proportion, a reason in its place."""
    rows = connection.execute(
        "SELECT hsa_id, body::jsonb #>> '{listing,queue}',"
        " coalesce(body::jsonb #>> '{patient_survey,share}', body::jsonb #>> '{patient_survey,missing}')"
        " FROM hjv.cards JOIN hjv.contents ON card_hash = content_hash WHERE body::jsonb ? %s",
        (source,),
    )
    told = {hsa_id: shown[queue] if source == "listing" else result for hsa_id, queue, result in rows}
    expected = {unit.hsa_id: str(unit.expect[source]) for unit in nation.values() if source in unit.expect}
    assert len(set(expected.values())) > 2
    assert told == expected


@pytest.mark.parametrize("source", ["waiting_times", "waiting_times_skane"])
def test_the_cards_show_the_waiting_times_that_the_manifest_says_and_no_others(
    source: str, imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    """Traps 31 and 32: a proportion as it was told, a wait in its unit, a reason where there is no figure."""
    units = {"weeks": "wk", "days": "d"}
    told: dict[str, list[str]] = {}
    rows = connection.execute(
        "SELECT hsa_id, body::jsonb -> 'waiting_times' FROM hjv.cards JOIN hjv.contents ON card_hash = content_hash"
    )
    for hsa_id, shown in rows:
        for figure in shown or ():
            if figure["source"] == source:
                amount = (
                    f"{figure['proportion']['rate']:.4f}"
                    if "proportion" in figure
                    else figure["withheld"]["code"]
                    if "withheld" in figure
                    else f"{figure['wait']['length']:.0f} {units[figure['wait']['unit']]}"
                )
                day = figure["first_day"].replace("-", "")
                told.setdefault(hsa_id, []).append(f"{figure['indicator']['code']} {day} {amount}")
    expected = {unit.hsa_id: unit.expect[source] for unit in nation.values() if source in unit.expect}
    assert {hsa_id: sorted(figures) for hsa_id, figures in told.items()} == expected
    assert expected


@pytest.mark.parametrize(("source", "section"), [("offerings", "offerings"), ("vaccinera", "vaccination")])
def test_what_stockholm_offers_is_on_the_cards_that_the_manifest_says_and_no_others(
    source: str,
    section: str,
    imported: Pipeline,
    nation: dict[str, Expectation],
    connection: psycopg.Connection,
) -> None:
    rows = connection.execute(
        "SELECT hsa_id, array(SELECT jsonb_array_elements(body::jsonb -> %(section)s) ->> 'name')"
        " FROM hjv.cards JOIN hjv.contents ON card_hash = content_hash WHERE body::jsonb ? %(section)s",
        {"section": section},
    )
    shown = {hsa_id: sorted(names) for hsa_id, names in rows}
    expected = {unit.hsa_id: sorted(unit.expect[source]) for unit in nation.values() if source in unit.expect}
    assert len(expected) > 2
    assert shown == expected


def test_what_stockholm_says_of_units_elsewhere_is_kept_and_told(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    """The finding says why; the document stays for the card that the unit has or may get."""
    rows = connection.execute("SELECT hsa_id, rule FROM hjv.findings WHERE source = 'offerings'")
    told = [unit for unit in nation.values() if "offerings" in unit.told]
    unmarked = {unit.hsa_id: "unit_not_marked" for unit in told if "destination" in unit.failed_rules}
    elsewhere = {
        unit.hsa_id: "unit_of_another_county" for unit in told if unit.region not in {"01-stockholm", "00-distans"}
    }
    assert elsewhere
    assert dict(rows) == elsewhere | unmarked


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
