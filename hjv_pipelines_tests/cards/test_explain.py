"""`explain`: one unit of every dirty kind gets the reason that a person would want, with the source's value.

What is expected is the sandbox generator's own word, from the manifest.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from hjv_pipelines.cards.explain import Explanation, explain
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.hsa_id import normalised
from hjv_pipelines.sandbox.manifest import Expectation, expectations
from hjv_pipelines.sources.source import LONGEST_VALUE, Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation

Nation = tuple[psycopg.Connection, dict[str, Expectation]]


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory, database_server: str, migrated_template: str) -> Iterator[Nation]:
    """Give an imported nation, and one unit of every kind of dirt by the kind."""
    folder = tmp_path_factory.mktemp("nation")
    with (
        served_nation(folder) as settings,
        temporary_database(database_server, migrated_template) as url,
        connect(url) as connection,
    ):
        flow = pipeline(settings, url)
        flow.import_source("hsa", Scope.nation(), RUN)
        flow.publish(Scope.nation(), RUN)
        yield connection, {unit.dirt: unit for unit in expectations(folder) if unit.dirt and unit.hsa_id}


def explained(connection: psycopg.Connection, unit: Expectation) -> Explanation:
    return explain(connection, normalised(unit.hsa_id), datetime.now(UTC), Policy())


def test_every_hidden_kind_is_told_all_its_failing_rules(nation: Nation) -> None:
    connection, by_dirt = nation
    hidden = {dirt: unit for dirt, unit in by_dirt.items() if unit.verdict == "hidden"}
    told = {
        dirt: [rule.rule for rule in explained(connection, unit).rules if not rule.passed]
        for dirt, unit in hidden.items()
    }
    assert hidden
    assert told == {dirt: list(unit.failed_rules) for dirt, unit in hidden.items()}


def test_every_broken_value_is_shown_as_it_stands_in_the_source(nation: Nation) -> None:
    connection, by_dirt = nation
    for dirt, unit in by_dirt.items():
        shown = {(finding.rule, finding.value) for finding in explained(connection, unit).findings}
        assert shown == {(rule, value[:LONGEST_VALUE]) for _, rule, value in unit.findings}, dirt


def test_every_failing_rule_and_every_finding_says_who_can_mend_it(nation: Nation) -> None:
    connection, by_dirt = nation
    for dirt, unit in by_dirt.items():
        explanation = explained(connection, unit)
        assert all(rule.mend for rule in explanation.rules if not rule.passed), dirt
        assert all(finding.mend for finding in explanation.findings), dirt


def test_swapped_coordinates_are_told_with_the_value_that_was_left_out(nation: Nation) -> None:
    """Trap 20."""
    connection, by_dirt = nation
    swapped = next(
        unit
        for unit in by_dirt.values()
        if unit.verdict == "hidden" and any(rule == "coordinates_swapped" for _, rule, _ in unit.findings)
    )
    value = next(value for _, rule, value in swapped.findings if rule == "coordinates_swapped")
    rules = {rule.rule: rule for rule in explained(connection, swapped).rules}
    assert value in rules["coordinates"].value
    assert "northing" in rules["coordinates"].mend


def test_a_visible_unit_is_told_when_each_source_last_spoke(nation: Nation) -> None:
    connection, by_dirt = nation
    visible = next(unit for unit in by_dirt.values() if unit.verdict == "visible")
    (source,) = explained(connection, visible).sources
    assert (source.source, source.run_id) == ("hsa", RUN.run_id)
    assert source.age_seconds > 0


def test_an_id_that_nobody_knows_is_told_so(nation: Nation) -> None:
    connection, _ = nation
    explanation = explain(connection, "SE2321000016-NOBODY", datetime.now(UTC), Policy())
    assert [rule.rule for rule in explanation.rules if not rule.passed] == ["known_to_hsa"]
