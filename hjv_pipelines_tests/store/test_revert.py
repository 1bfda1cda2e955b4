"""A run that is reverted: what it changed is as it was before, and stays so until somebody lets go."""

from datetime import timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hjv_pipelines.cards.reading import read_facts
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.guarding.plan import plan_of
from hjv_pipelines.guarding.revert import revert_plan
from hjv_pipelines.store.guard.holds import holds
from hjv_pipelines.store.guard.release import allow
from hjv_pipelines.store.guard.standing import release, standing
from hjv_pipelines.store.ledger import ImportResult, Run, begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.revert import Revert, RevertedSource, put_back
from hjv_pipelines_tests.store.test_merge import LATER, publish, published, tellings
from hjv_pipelines_tests.store.told import EMPTY_STORE, MORNING, REGIONS, UNITS, Told, snapshot, tell

A, B, C = UNITS
STOCKHOLM, SKANE = REGIONS
BAD = Run("bad", "schedule")
REVERTING = Run("reverting", "revert")

EFFECTIVE = """
SELECT source, hsa_id, coverage, region, content_hash FROM hjv.effective_documents
WHERE (source, hsa_id) NOT IN (SELECT source, hsa_id FROM hjv.effective_documents WHERE content_hash IS NULL)
ORDER BY 1, 2, 3
"""


def tell_as(connection: psycopg.Connection, run: Run, told: Told) -> ImportResult:
    """Merge `told` as an import of `run`."""
    import_id = begin_import(connection, told.source, told.scope, run, MORNING)
    return merge(connection, snapshot(told), import_id, lambda: MORNING)


def reverted(
    connection: psycopg.Connection, run: Run = BAD, by: Run = REVERTING, **only: tuple[str, ...]
) -> RevertedSource:
    """Revert `run` at LATER, and return what that did to its first source."""
    with connection.transaction():
        return put_back(connection, Revert(run.run_id, "Karin", "Wrong names.", **only), by, lambda: LATER)[0]


def said(connection: psycopg.Connection) -> dict[str, str]:
    """Return each held unit's name."""
    return {facts.hsa_id: facts.hsa.name.split()[-1] for facts, _ in read_facts(connection, UNITS) if facts.hsa}


def test_what_the_run_changed_added_and_buried_is_as_it_was(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two"), C: (SKANE, "two")}, (SKANE,)))
    done = reverted(connection)
    assert (said(connection), done.units) == ({A: "one", B: "one"}, 3)


def test_what_others_told_since_stays(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two"), B: (SKANE, "two")}, (SKANE,)))
    tell(connection, Told(2, {A: (SKANE, "three")}, asked=(A,)))
    done = reverted(connection)
    assert (said(connection), done.changed_since) == ({A: "three", B: "one"}, (A,))


def test_only_the_named_region_goes_back(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (STOCKHOLM, "one")}, REGIONS))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two"), B: (STOCKHOLM, "two")}, REGIONS))
    reverted(connection, regions=(SKANE,))
    assert said(connection) == {A: "one", B: "two"}


def test_only_the_named_source_goes_back(connection: psycopg.Connection) -> None:
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two")}, (SKANE,)))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two")}, (SKANE,), source="kka"))
    reverted(connection, sources=("kka",))
    assert connection.execute(EFFECTIVE).fetchall()[0][:2] == ("hsa", A)
    assert len(connection.execute(EFFECTIVE).fetchall()) == 1


def test_a_unit_that_the_run_moved_lies_where_it_lay(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,), source="eservices"))
    tell_as(connection, BAD, Told(1, {A: (STOCKHOLM, "one")}, REGIONS, source="eservices"))
    reverted(connection)
    assert [row[3] for row in connection.execute(EFFECTIVE)] == [SKANE]


def test_a_partial_answer_that_the_run_overruled_counts_again(connection: psycopg.Connection) -> None:
    """Trap 51: the poorer service's newer word lies over the file's."""
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell(connection, Told(1, {A: (SKANE, "two")}, asked=(A,), coverage="partial"))
    tell_as(connection, BAD, Told(2, {A: (SKANE, "three")}, (SKANE,)))
    reverted(connection)
    assert said(connection) == {A: "two"}


def test_a_document_that_went_back_speaks_of_its_own_time(connection: psycopg.Connection) -> None:
    """Rule 6: a card never says that its source spoke when only we did."""
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two")}, (SKANE,)))
    reverted(connection)
    ((_, (document,)),) = read_facts(connection, [A])
    assert (document.as_of, document.fetched_at, document.run_id) == (MORNING, MORNING, "reverting")


def test_a_revert_wins_over_documents_of_a_clock_that_runs_ahead(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, BAD, Told(600, {A: (SKANE, "two")}, (SKANE,)))
    reverted(connection)
    assert said(connection) == {A: "one"}


def test_a_revert_can_be_reverted_and_lets_go_of_what_it_held(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two")}, (SKANE,)))
    reverted(connection)
    reverted(connection, REVERTING, Run("again", "revert"))
    assert (said(connection), standing(connection)) == ({A: "two"}, [])


def test_runs_go_back_one_after_the_other(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, Run("first", "schedule"), Told(1, {A: (SKANE, "two")}, (SKANE,)))
    tell_as(connection, BAD, Told(2, {A: (SKANE, "three")}, (SKANE,)))
    reverted(connection)
    reverted(connection, Run("first", "schedule"), Run("again", "revert"))
    assert said(connection) == {A: "one"}


def test_the_next_complete_import_is_held_back_since_the_source_says_the_same(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "one")}, (SKANE,)))
    bad = {A: (SKANE, "two"), C: (SKANE, "two")}
    tell_as(connection, BAD, Told(1, bad, (SKANE,)))
    reverted(connection)
    tell(connection, Told(90, {**bad, C: (SKANE, "three")}, (SKANE,)))
    (hold,) = holds(connection)
    assert said(connection) == {A: "one", B: "one"}
    assert [(breach.rule, breach.before, breach.now) for breach in hold.breaches] == [("reverted", 3, 2)]


def test_other_regions_are_imported_as_usual(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (STOCKHOLM, "one")}, REGIONS))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two"), B: (STOCKHOLM, "one")}, REGIONS))
    reverted(connection)
    tell(connection, Told(90, {A: (SKANE, "two"), B: (STOCKHOLM, "three")}, REGIONS))
    assert said(connection) == {A: "one", B: "three"}


def test_allowing_what_is_held_back_shows_its_plan_and_lets_go(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two")}, (SKANE,)))
    reverted(connection)
    tell(connection, Told(90, {A: (SKANE, "three")}, (SKANE,)))
    (hold,) = holds(connection)
    assert plan_of(connection, hold, Policy(), lambda: LATER).counts.changed == 1
    allow(connection, hold.hold_id, "Karin", "Mended.", Run("allowing", "guard"), lambda: LATER)
    assert (said(connection), standing(connection)) == ({A: "three"}, [])


def test_what_is_released_is_imported_next(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two")}, (SKANE,)))
    reverted(connection)
    release(connection, "hsa", SKANE, "Karin", "Mended.", LATER + timedelta(minutes=1))
    tell(connection, Told(90, {A: (SKANE, "three")}, (SKANE,)))
    assert (said(connection), holds(connection)) == ({A: "three"}, [])
    with pytest.raises(PermanentError, match="No revert holds back hsa in 12-skane"):
        release(connection, "hsa", SKANE, "Karin", "Mended.", LATER)


def test_a_run_that_answered_about_units_leaves_nothing_held(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two")}, asked=(A,)))
    reverted(connection)
    assert (said(connection), standing(connection)) == ({A: "one"}, [])


def test_a_run_that_nobody_knows_is_an_error_that_says_so(connection: psycopg.Connection) -> None:
    with pytest.raises(PermanentError, match="Run bad imported nothing"):
        reverted(connection)


def test_a_plan_shows_what_a_revert_does_and_does_nothing(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (STOCKHOLM, "one")}, REGIONS))
    publish(connection, MORNING)
    tell_as(connection, BAD, Told(1, {A: (SKANE, "two")}, REGIONS))
    publish(connection, MORNING)
    before = (connection.execute(EFFECTIVE).fetchall(), published(connection))
    plan = revert_plan(connection, Revert("bad", "Karin", "Wrong."), Policy(), lambda: LATER)
    (hsa,) = plan.sources
    assert [(field.field, field.change, field.samples) for field in hsa.fields] == [
        ("name", 1, [f"{A}: Vårdcentralen two → Vårdcentralen one"])
    ]
    assert {cards.region: (cards.appeared, cards.changed) for cards in plan.cards} == {SKANE: (0, 1), STOCKHOLM: (1, 0)}
    assert (connection.execute(EFFECTIVE).fetchall(), published(connection)) == before
    assert standing(connection) == []


@given(
    before=st.lists(tellings(), min_size=1, max_size=4),
    bad=st.lists(tellings(), min_size=1, max_size=3),
    late=st.booleans(),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reverting_the_last_run_is_the_state_before_it(
    connection: psycopg.Connection, before: list[Told], bad: list[Told], *, late: bool
) -> None:
    """Whatever came before it and whatever it told; and telling it all once more, late, changes nothing."""
    connection.execute(EMPTY_STORE)
    for told in before:
        tell(connection, told)
    publish(connection, MORNING + timedelta(minutes=10))
    expected = (connection.execute(EFFECTIVE).fetchall(), published(connection))
    for told in bad:
        tell_as(connection, BAD, told)
    publish(connection, MORNING + timedelta(minutes=10))
    with connection.transaction():
        put_back(connection, Revert("bad", "Karin", "Wrong."), REVERTING, lambda: LATER)
    for told in (*before, *bad) if late else ():
        connection.execute("UPDATE hjv.reverts SET released_at = now()")
        tell(connection, told)
    publish(connection, MORNING + timedelta(minutes=10))
    assert (connection.execute(EFFECTIVE).fetchall(), published(connection)) == expected
