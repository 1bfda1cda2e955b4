"""What imports did is forgotten after its time, and nothing that is still needed goes with it."""

from datetime import datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from hjv_pipelines.alerts.cause import KINDS
from hjv_pipelines.alerts.telling import tell as tell_alerts
from hjv_pipelines.cards.explain import explain
from hjv_pipelines.cards.feed import feed_entries
from hjv_pipelines.cards.history import card_at, history_of
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.published import newest_changes, sources_of
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.forgetting.forget import Forgotten, forget, look
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.documents import documents_of
from hjv_pipelines.store.guard.guard import guard_with
from hjv_pipelines.store.guard.holds import Hold, holds
from hjv_pipelines.store.guard.judgement import Threshold, Thresholds
from hjv_pipelines.store.guard.standing import standing
from hjv_pipelines.store.integrity import dangling
from hjv_pipelines.store.ledger import ImportResult, Run, begin_import, complete_imports, fail_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.past import TOLD_THEN
from hjv_pipelines.store.quality import failed_regions
from hjv_pipelines.store.revert import Revert, put_back
from hjv_pipelines_tests.alerts.causes import a_cause
from hjv_pipelines_tests.store.told import MORNING, PLACES, UNITS, Told, snapshot

A, B, C = UNITS
STOCKHOLM, SKANE = PLACES
DAY = timedelta(days=1)
SETTINGS = Settings.model_validate({"ledger_retention_days": 30, "raw_days": 14})
WIDE = Threshold(9, 9)
STRICT = dict.fromkeys(("hsa", "kka"), Thresholds(Threshold(0.3, 1), WIDE, WIDE, WIDE))


def moment(day: float) -> datetime:
    return MORNING + day * DAY


def tell(connection: psycopg.Connection, day: int, word: str, run: str = "", units: tuple[str, ...] = (A, B)) -> None:
    """Tell of `units` on a day: A as `word`, the others as ever; and publish."""
    said = {unit: (SKANE, word if unit == A else "same") for unit in units}
    merged(connection, day, Told(day * 24 * 60, said, (SKANE,)), run)
    publish_region(connection, SKANE, Policy(), Run(run or f"day {day}", "schedule"), lambda: moment(day))


def merged(connection: psycopg.Connection, day: int, told: Told, run: str = "") -> ImportResult:
    by = Run(run or f"day {day}", "schedule")
    import_id = begin_import(connection, told.source, told.scope, by, moment(day))
    return merge(connection, snapshot(told), import_id, lambda: moment(day), guard_with(STRICT))


def forgotten(connection: psycopg.Connection, day: int) -> dict[str, int | None]:
    """Forget on a day, see that nothing needed is lost, and return how many rows of each table went."""
    done = forget(connection, SETTINGS, moment(day))
    assert dangling(connection) == {}
    return {one.table: one.rows for one in done}


def number(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM hjv.{}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def a_year(connection: psycopg.Connection) -> psycopg.Connection:
    """Give a store whose unit A changed every thirty days for a year; today is day 360."""
    for day in range(0, 361, 30):
        tell(connection, day, f"word{day}")
    return connection


def test_looking_tells_what_would_go_and_forgets_nothing(a_year: psycopg.Connection) -> None:
    def figures(told: tuple[Forgotten, ...]) -> dict[str, int | None]:
        return {one.table: one.rows for one in told}

    before = {table: number(a_year, table) for table in ("document_versions", "imports", "publications", "contents")}
    looked = figures(look(a_year, SETTINGS, moment(360)))
    assert {table: number(a_year, table) for table in before} == before
    assert figures(forget(a_year, SETTINGS, moment(360))) == looked
    assert {table: number(a_year, table) + (looked[table] or 0) for table in before} == before


def test_what_is_old_goes_and_a_second_time_nothing_more(a_year: psycopg.Connection) -> None:
    first = forgotten(a_year, 360)
    assert all(first[table] for table in ("feed", "document_versions", "publications", "imports", "contents"))
    assert not any(forgotten(a_year, 360).values())


def test_what_stands_is_told_as_before(a_year: psycopg.Connection) -> None:
    """`explain`, with its "since when", the documents' age and run, and the last import of each region."""

    def told() -> object:
        return (
            explain(a_year, A, moment(360), Policy()),
            explain(a_year, B, moment(360), Policy()),
            sources_of(a_year, A, B),
            complete_imports(a_year, "hsa"),
            newest_changes(a_year),
        )

    before = told()
    forgotten(a_year, 360)
    forgotten(a_year, 900)
    assert told() == before


def test_history_and_feed_reach_back_as_far_as_is_promised(a_year: psycopg.Connection) -> None:
    since = moment(360 - SETTINGS.feed_retention_days)
    versions = [one for one in history_of(a_year, A).versions if one.at >= since]
    entries = [one for one in feed_entries(a_year, 0, 1000, 10**9) if one.at >= since]
    then = card_at(a_year, A, since)
    forgotten(a_year, 360)
    assert history_of(a_year, A).versions[: len(versions) - 1] == versions[:-1]
    assert [one for one in feed_entries(a_year, 0, 1000, 10**9) if one.at >= since] == entries
    assert card_at(a_year, A, since) == then


def test_a_region_that_failed_long_ago_is_still_known_to_have_failed(connection: psycopg.Connection) -> None:
    tell(connection, 0, "one")
    for day in (1, 2):
        told = Told(day, {}, (SKANE,))
        fail_import(
            connection, begin_import(connection, "hsa", told.scope, Run("f", ""), moment(day)), "403", moment(day)
        )
    before = failed_regions(connection, "hsa", given_up=moment(400))
    assert forgotten(connection, 400)["imports"] == 1
    assert failed_regions(connection, "hsa", given_up=moment(400)) == before
    assert before


def test_the_import_that_spoke_of_the_latest_time_stays_though_an_older_answer_came_after_it(
    connection: psycopg.Connection,
) -> None:
    """A replay of a day that is still within reach begins with what was told last before it."""
    for day, of_day in ((0, 0), (1, 3), (4, 1), (5, 2), (190, 190)):
        merged(connection, day, Told(of_day * 24 * 60, {A: (SKANE, "same")}, (SKANE,)))
    then = {"at": moment(180)}
    told = connection.execute(TOLD_THEN, then).fetchall()
    assert told == [("hsa", SKANE, moment(3))]
    assert forgotten(connection, 200)["imports"] == 1
    assert connection.execute(TOLD_THEN, then).fetchall() == told


def test_the_guard_judges_as_before(connection: psycopg.Connection) -> None:
    """The last accepted snapshot counts however old it is, and the highest of seven days."""
    tell(connection, 0, "one", units=(A, B, C))
    tell(connection, 300, "one", units=(A, B, C))
    tell(connection, 304, "one", units=(A, B))
    assert forgotten(connection, 305)["measures"] == 1
    held = merged(connection, 306, Told(306 * 24 * 60, {A: (SKANE, "one")}, (SKANE,))).held
    (breach,) = held[0].breaches
    assert (breach.rule, breach.before) == ("units_gone", 3)


def test_the_guard_judges_by_the_last_snapshot_however_old(connection: psycopg.Connection) -> None:
    tell(connection, 0, "one", units=(A, B, C))
    assert forgotten(connection, 400)["measures"] == 0
    assert merged(connection, 401, Told(401 * 24 * 60, {A: (SKANE, "one")}, (SKANE,))).held


def test_an_alert_of_which_nobody_could_be_told_is_kept_however_old(connection: psycopg.Connection) -> None:
    tell_alerts(connection, [a_cause()], KINDS, ["mail"], moment(0))
    tell_alerts(connection, [], KINDS, ["mail"], moment(1))
    assert forgotten(connection, 400)["alerts"] == 0
    connection.execute("UPDATE hjv.alert_messages SET delivered_at = %s", (moment(2),))
    assert forgotten(connection, 400)["alerts"] == 1


def test_a_region_s_newest_publication_stays_though_it_changed_nothing(connection: psycopg.Connection) -> None:
    tell(connection, 0, "one")
    tell(connection, 1, "one")
    tell(connection, 2, "one")
    newest = newest_publication(connection)
    assert forgotten(connection, 400)["publications"] == 1
    assert newest_publication(connection) == newest


def newest_publication(connection: psycopg.Connection) -> object:
    return connection.execute("SELECT max(publication_id) FROM hjv.publications").fetchone()


def test_what_is_held_back_waits_however_long(connection: psycopg.Connection) -> None:
    tell(connection, 0, "one", units=(A, B, C))
    merged(connection, 1, Told(24 * 60, {A: (SKANE, "two")}, (SKANE,)))
    before: list[Hold] = holds(connection)
    assert forgotten(connection, 400)["holds"] == 0
    assert holds(connection) == before
    assert before


def test_a_run_within_the_ledgers_reach_can_be_reverted(a_year: psycopg.Connection) -> None:
    tell(a_year, 361, "bad", "bad")
    forgotten(a_year, 390)
    with a_year.transaction():
        (done,) = put_back(a_year, Revert("bad", "Karin", "Wrong."), Run("r", "revert"), lambda: moment(390))
    assert done.units == 1


def test_a_run_whose_past_is_forgotten_is_refused_and_removes_nothing(a_year: psycopg.Connection) -> None:
    """Its documents still stand, and what stood before them is gone: taking it back would bury the units."""
    merged(a_year, 10, Told(10 * 24 * 60, {A: (SKANE, "text")}, (SKANE,), source="kka"), "old")
    merged(a_year, 20, Told(20 * 24 * 60, {A: (SKANE, "other")}, (SKANE,), source="kka"), "bad")
    forgotten(a_year, 361)
    with pytest.raises(PermanentError, match="HJV_LEDGER_RETENTION_DAYS"), a_year.transaction():
        put_back(a_year, Revert("bad", "Karin", "Wrong."), Run("r", "revert"), lambda: moment(361))


def test_a_revert_that_holds_keeps_what_it_is_judged_by(connection: psycopg.Connection) -> None:
    """However long nobody lets go: the source that still says what was reverted is held back."""
    for day, word in enumerate(("zero", "one", "bad")):
        tell(connection, day, word, word)
    with connection.transaction():
        put_back(connection, Revert("bad", "Karin", "Wrong."), Run("r", "revert"), lambda: moment(3))
    assert forgotten(connection, 400)["document_versions"] == 1
    (held,) = merged(connection, 401, Told(401 * 24 * 60, {A: (SKANE, "bad"), B: (SKANE, "same")}, (SKANE,))).held
    assert any(breach.rule == "reverted" and breach.now == 1 for breach in held.breaches)
    assert standing(connection)


def test_what_a_revert_put_back_keeps_the_age_that_it_has(connection: psycopg.Connection) -> None:
    tell(connection, 0, "one")
    tell(connection, 1, "bad", "bad")
    with connection.transaction():
        put_back(connection, Revert("bad", "Karin", "Wrong."), Run("r", "revert"), lambda: moment(2))
    connection.execute("UPDATE hjv.reverts SET released_at = %s", (moment(3),))
    before = list(documents_of(connection, [A, B]))
    forgotten(connection, 400)
    assert list(documents_of(connection, [A, B])) == before
