"""What the store says of itself becomes causes, and one thing that is wrong becomes one."""

from datetime import timedelta

import psycopg
import pytest

from hjv_pipelines.alerts.cause import INBOX_AGE, Cause
from hjv_pipelines.alerts.standing import explained_steps, standing_causes
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines.store.ledger import Run, begin_import, fail_import
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines_tests.alerts.causes import PLACES
from hjv_pipelines_tests.store.guard.held import SKANE, STOCKHOLM, tell_region
from hjv_pipelines_tests.store.told import MORNING

HSA = tuple(row for row in TIMETABLE if row.source == "hsa")
LATER = timedelta(days=3)


def causes(connection: psycopg.Connection, after: timedelta) -> list[tuple[str, str]]:
    """Return the kinds and subjects, so long after the first import."""
    return [(cause.kind, cause.subject) for cause in said(connection, after)]


def said(connection: psycopg.Connection, after: timedelta) -> list[Cause]:
    return list(standing_causes(connection, HSA, {"hsa": (SKANE,)}, MORNING + after, PLACES))


def test_before_the_first_import_nothing_is_late(connection: psycopg.Connection) -> None:
    assert causes(connection, LATER) == []


def test_an_import_that_does_not_come_is_late(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    assert causes(connection, timedelta(minutes=1)) == []
    assert causes(connection, LATER) == [("late_import", "hsa")]


def test_a_source_that_is_off_is_not_late(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    assert list(standing_causes(connection, HSA, {}, MORNING + LATER, PLACES)) == []


def test_a_held_region_is_held_and_not_late_as_well(connection: psycopg.Connection) -> None:
    """What holds it back is why it is late: one alert a cause. A day later nothing has come at all."""
    tell_region(connection, 0, 40)
    tell_region(connection, 1, 20)
    assert causes(connection, timedelta(days=1, hours=1)) == [("held_back", f"hsa {SKANE}")]
    assert causes(connection, LATER) == [("held_back", f"hsa {SKANE}"), ("late_import", "hsa")]


def test_a_region_left_failed_is_that_until_it_comes(connection: psycopg.Connection) -> None:
    tell_region(connection, 0, 40)
    for region in (SKANE, STOCKHOLM):
        run = Run("run-2", "schedule")
        import_id = begin_import(connection, "hsa", Scope((region,)), run, MORNING + timedelta(days=1))
        fail_import(connection, import_id, "HSA's file: HTTP 403.", MORNING + timedelta(days=1))
    (cause,) = said(connection, timedelta(days=1, hours=1))
    assert (cause.kind, cause.subject) == ("region_failed", "hsa")
    assert cause.says.endswith(f"{STOCKHOLM}, {SKANE}: HSA's file: HTTP 403.")
    assert explained_steps(connection, ["run-2", "run-3"]) == {("run-2", "hsa")}

    tell_region(connection, 1, 40)
    (cause,) = said(connection, timedelta(days=1, hours=1))
    assert SKANE not in cause.says


@pytest.mark.parametrize("minutes", [-1, 1])
def test_the_inbox_is_looked_at(connection: psycopg.Connection, minutes: int) -> None:
    for source in ("hsa", "kka"):
        add_hints(connection, source, ["SE2321000016-1"], "operator", MORNING)
    late = causes(connection, INBOX_AGE + timedelta(minutes=minutes))
    assert late == ([] if minutes < 0 else [("inbox_age", "hsa"), ("inbox_age", "kka")])
