"""The flow with KKA: what editors publish is kept, stands on the cards as the manifest says, and changes in one run."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from hjv_pipelines.flow import Pipeline
from hjv_pipelines.sandbox.editors_texts import SECTIONS
from hjv_pipelines.sandbox.faults import Fault, Faults
from hjv_pipelines.sandbox.kka import publish_shared_text, publish_text, withdraw
from hjv_pipelines.sandbox.manifest import Expectation, expectations
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation

SKANE = Scope(regions=("12-skane",))


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with served_nation(tmp_path) as asking:
        yield asking


@pytest.fixture
def nation(settings: Settings) -> dict[str, Expectation]:
    """Give what the manifest expects of every unit."""
    return {expected.hsa_id: expected for expected in expectations(settings.data_dir)}


@pytest.fixture
def imported(settings: Settings, database_url: str) -> Pipeline:
    """Give a pipeline that has imported what KKA's part of the cards stands on, and published them."""
    flow = pipeline(settings, database_url)
    for source in ("hsa", "eservices", "kka"):
        assert not flow.import_source(source, Scope.nation(), RUN).failures
    flow.publish(Scope.nation(), RUN)
    return flow


def test_what_editors_publish_is_kept_and_shown_as_the_manifest_says(
    imported: Pipeline, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    """Also of units without a card; what is only saved is nowhere. Traps 25, 28, 29 and 34."""
    told = {unit.hsa_id for unit in nation.values() if "kka" in unit.told}
    assert documents(connection) == told
    assert {nation[hsa_id].verdict for hsa_id in told} == {"visible", "hidden"}
    cards = dict(
        connection.execute("SELECT hsa_id, body::jsonb FROM hjv.cards JOIN hjv.contents ON card_hash = content_hash")
    )
    texts = {
        hsa_id: [[section, text["heading"]] for section in SECTIONS for text in card.get(section, ())]
        for hsa_id, card in cards.items()
    }
    assert shown(texts) == facts(nation, "kka_texts")
    names = {hsa_id: [service["name"] for service in card.get("eservices", ())] for hsa_id, card in cards.items()}
    assert shown(names) == facts(nation, "eservices")
    everything = " ".join(map(str, cards.values()))
    assert "Ännu inte publicerat" not in everything
    assert not [mark for mark in ("<script", "<img", "<iframe", "onerror=", "javascript:") if mark in everything]
    found: dict[str, list[str]] = {}
    for hsa_id, rule in connection.execute("SELECT hsa_id, rule FROM hjv.findings WHERE source = 'kka' ORDER BY 1, 2"):
        found.setdefault(hsa_id, []).append(rule)
    assert found == {unit.hsa_id: sorted(unit.breaks["kka"]) for unit in nation.values() if "kka" in unit.breaks}


def test_a_region_that_fails_keeps_what_it_had_and_costs_no_other(
    imported: Pipeline, settings: Settings, connection: psycopg.Connection
) -> None:
    """Traps 6 and 46."""
    before, archive, now = documents(connection), open_nation(settings.data_dir), datetime.now(UTC)
    gone = min(documents(connection, "12-skane")), min(documents(connection, "01-stockholm"))
    for hsa_id in gone:
        withdraw(archive, hsa_id, now)
    faults = Faults(settings.data_dir)
    faults.set("kka", Fault("forbidden"))
    assert [failure.scope for failure in imported.import_source("kka", SKANE, RUN).failures] == [SKANE]
    faults.mend("kka")
    assert not imported.import_source("kka", Scope(regions=("01-stockholm",)), RUN).failures
    assert documents(connection) == before - {gone[1]}


def test_a_shared_text_that_is_published_anew_changes_all_its_cards_in_one_run(
    imported: Pipeline, settings: Settings, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    """Trap 33."""
    _, users = publish_shared_text(open_nation(settings.data_dir), "12-skane", "Nya avgifter", datetime.now(UTC))
    cards = {hsa_id for hsa_id in users if nation[hsa_id].verdict == "visible"}
    assert len(cards) > 10
    scope = Scope(hsa_ids=tuple(users))
    assert not imported.import_source("kka", scope, RUN).failures
    assert sum(published.changed for published in imported.publish(scope, RUN)) == len(cards)
    rows = connection.execute(
        "SELECT hsa_id FROM hjv.cards JOIN hjv.contents ON card_hash = content_hash WHERE body LIKE '%Nya avgifter%'"
    )
    assert {hsa_id for (hsa_id,) in rows} == cards


def test_a_text_of_a_unit_without_a_card_is_kept_until_it_is_withdrawn(
    imported: Pipeline, settings: Settings, nation: dict[str, Expectation], connection: psycopg.Connection
) -> None:
    hsa_id = next(unit.hsa_id for unit in nation.values() if unit.verdict == "hidden" and "kka" not in unit.told)
    archive, scope = open_nation(settings.data_dir), Scope(hsa_ids=(hsa_id,))
    publish_text(archive, hsa_id, {"id": "x", "section": "news", "heading": "Snart öppnar vi"}, datetime.now(UTC))
    imported.import_source("kka", scope, RUN)
    assert hsa_id in documents(connection)
    withdraw(archive, hsa_id, datetime.now(UTC))
    imported.import_source("kka", scope, RUN)
    assert hsa_id not in documents(connection)


def documents(connection: psycopg.Connection, region: str = "%") -> set[str]:
    """Return the units of which the store has KKA's content."""
    query = "SELECT hsa_id FROM hjv.effective_documents WHERE source = 'kka' AND content_hash IS NOT NULL"
    return {hsa_id for (hsa_id,) in connection.execute(f"{query} AND region LIKE %s", (region,))}


def shown(lists: dict[str, list[object]] | dict[str, list[list[str]]] | dict[str, list[str]]) -> dict[str, object]:
    """Return those that hold anything."""
    return {hsa_id: each for hsa_id, each in lists.items() if each}


def facts(nation: dict[str, Expectation], name: str) -> dict[str, object]:
    """Return what the manifest says of the cards."""
    return {unit.hsa_id: unit.expect[name] for unit in nation.values() if name in unit.expect}
