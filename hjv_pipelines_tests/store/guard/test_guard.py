"""Nothing wrong gets in, nothing good gets lost: what the guard holds back, and what an operator makes of it."""

from datetime import timedelta

import psycopg
import pytest

from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.guarding.plan import plan_of
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.guard.guard import everything_held
from hjv_pipelines.store.guard.holds import holds
from hjv_pipelines.store.guard.release import allow, reject
from hjv_pipelines.store.ledger import complete_imports
from hjv_pipelines_tests.store.guard.held import (
    SKANE,
    STOCKHOLM,
    UNITS,
    documents,
    held_units,
    tell,
    tell_region,
)
from hjv_pipelines_tests.store.told import MORNING, RUN

LATER = MORNING + timedelta(days=30)


def allow_it(connection: psycopg.Connection) -> None:
    """Allow the one hold that waits."""
    (hold,) = holds(connection)
    allow(connection, hold.hold_id, "Karin", "The authority closed them.", RUN, lambda: LATER)


def test_a_region_that_would_lose_half_keeps_what_it_has(connection: psycopg.Connection) -> None:
    """Trap 6 and 10: half a file that looks whole withdraws nothing."""
    tell_region(connection, 0, 40)
    result = tell_region(connection, 1, 20)
    assert (held_units(connection), [str(breach) for hold in result.held for breach in hold.breaches]) == (
        40,
        ["20 of 40 units would be gone"],
    )


def test_what_is_held_back_of_one_region_does_not_hold_up_another(connection: psycopg.Connection) -> None:
    nation = Scope(regions=(STOCKHOLM, SKANE))
    stockholm = documents((f"SE2321000016-S{number}" for number in range(10)), STOCKHOLM)
    tell(connection, 0, documents(UNITS), nation)
    result = tell(connection, 1, [*documents(UNITS[:3]), *stockholm], nation)
    assert ([hold.region for hold in result.held], held_units(connection)) == ([SKANE], 50)


def test_a_region_that_is_held_back_is_not_imported_on_time(connection: psycopg.Connection) -> None:
    """Rule 8: freshness is judged by what was accepted."""
    tell_region(connection, 0, 40)
    tell_region(connection, 1, 20)
    assert complete_imports(connection, "hsa")[SKANE].as_of == MORNING


def test_a_mass_removal_goes_out_with_one_command(connection: psycopg.Connection) -> None:
    """Trap 8: an authority closes half of the units."""
    tell_region(connection, 0, 40)
    tell_region(connection, 1, 20)
    allow_it(connection)
    assert (held_units(connection), holds(connection)) == (20, [])


def test_what_was_allowed_is_the_height_that_the_next_import_is_judged_against(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    tell_region(connection, 1, 20)
    allow_it(connection)
    assert tell_region(connection, 2, 20).held == ()


def test_what_was_told_since_survives_the_allowing_of_an_older_snapshot(connection: psycopg.Connection) -> None:
    """Trap 1: what is allowed speaks of its own time, not of the operator's."""
    tell_region(connection, 0, 40)
    tell_region(connection, 1, 20)
    tell(connection, 2, documents(UNITS[39:], word="two"), Scope(hsa_ids=UNITS[39:]))
    allow_it(connection)
    assert held_units(connection) == 21


def test_one_per_cent_a_day_stops_within_the_week(connection: psycopg.Connection) -> None:
    """Trap 9, with forty units: one a day."""
    held = [bool(tell_region(connection, day, 40 - day).held) for day in range(7)]
    assert held == [False, False, False, False, False, True, True]


def test_a_later_import_that_is_whole_again_ends_the_hold_by_itself(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    tell_region(connection, 1, 20)
    tell_region(connection, 2, 40)
    assert (holds(connection), len(holds(connection, "superseded"))) == ([], 1)


def test_what_the_store_has_moved_on_from_cannot_be_allowed(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    tell_region(connection, 1, 20)
    (shown,) = holds(connection)
    tell_region(connection, 2, 30)
    with pytest.raises(PermanentError, match=f"Hold {shown.hold_id} .* is superseded"):
        allow(connection, shown.hold_id, "Karin", "", RUN, lambda: LATER)
    assert held_units(connection) == 40


def test_what_is_rejected_is_forgotten_and_remembered_who_did(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    tell_region(connection, 1, 20)
    (hold,) = holds(connection)
    reject(connection, hold.hold_id, "Karin", "A broken export.", LATER)
    (rejected,) = holds(connection, "rejected")
    assert (held_units(connection), rejected.decided_by, rejected.reason) == (40, "Karin", "A broken export.")


def test_a_plan_says_what_would_happen_and_does_nothing(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    publish_region(connection, SKANE, Policy(), RUN, lambda: MORNING)
    tell_region(connection, 1, 20, word="two")
    (hold,) = holds(connection)
    plan = plan_of(connection, hold, Policy(), lambda: LATER)
    assert (plan.counts.removed, plan.counts.changed, plan.cards.withdrawn, plan.cards.changed) == (20, 20, 20, 20)
    assert [(change.field, change.change) for change in plan.fields] == [("name", 20)]
    assert (held_units(connection), holds(connection)) == (40, [hold])


def test_what_is_allowed_is_what_the_plan_showed(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    publish_region(connection, SKANE, Policy(), RUN, lambda: MORNING)
    tell_region(connection, 1, 20, word="two")
    plan = plan_of(connection, holds(connection)[0], Policy(), lambda: LATER)
    allow_it(connection)
    published = publish_region(connection, SKANE, Policy(), RUN, lambda: LATER)
    assert published.changes == plan.cards.changes


def test_an_import_can_be_planned_first(connection: psycopg.Connection) -> None:
    scope = Scope(regions=(SKANE,))
    tell(connection, 0, documents(UNITS), scope, everything_held)
    assert (held_units(connection), [hold.documents for hold in holds(connection)]) == (0, [40])
    allow_it(connection)
    assert held_units(connection) == 40


def test_units_that_a_held_region_would_be_given_stay_where_they_were(connection: psycopg.Connection) -> None:
    """Few enough for the region that they leave to be believed: there they are not gone, but named elsewhere."""
    nation = Scope(regions=(STOCKHOLM, SKANE))
    stockholm = [f"SE2321000016-S{number:04}" for number in range(1200)]
    tell(connection, 0, [*documents(stockholm, STOCKHOLM), *documents(UNITS)], nation)
    told = [*documents(stockholm[55:], STOCKHOLM), *documents([*stockholm[:55], *UNITS])]
    result = tell(connection, 1, told, nation)
    assert ([hold.region for hold in result.held], held_units(connection)) == ([SKANE], 1240)
    allow_it(connection)
    moved = "SELECT count(*) FROM hjv.effective_documents WHERE region = %s"
    assert connection.execute(moved, (SKANE,)).fetchone() == (95,)
