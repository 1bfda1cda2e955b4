"""KKA's unit register: who is in it, what is new in it, and that making it again changes nothing."""

from datetime import timedelta

import psycopg
import pytest

from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.register import REGISTER, make_register
from hjv_pipelines.cards.registered import RegisteredUnit, new_units, register_state, registered_units
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.source import Scope, Snapshot, UnitDocument
from hjv_pipelines.store.ledger import begin_import, complete_imports, last_complete
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import MORNING, REGIONS, RUN, UNITS, Told, tell, unit

A, B, C = UNITS
STOCKHOLM, SKANE = REGIONS
OPENING = MORNING + timedelta(days=1)


def test_a_marked_unit_is_in_the_register_though_it_has_no_card(connection: psycopg.Connection) -> None:
    """It lacks something, or opens later: editors write about it before it is shown."""
    say(connection, 0, A, start_date=OPENING)
    make(connection)
    publish_region(connection, SKANE, Policy(), RUN, lambda: MORNING)
    (registered,) = listed(connection)
    assert (registered.hsa_id, registered.name, registered.region) == (A, "Vårdcentralen one", SKANE)
    assert (registered.visible, registered.failed_rules) == (False, ("started",))


@pytest.mark.parametrize(
    "changes",
    [
        {"destination_indicators": ("01",)},
        {"archived": True},
        {"feigned": True},
        {"end_date": MORNING},
    ],
    ids=str,
)
def test_a_unit_that_nobody_may_write_about_is_not_in_it(
    connection: psycopg.Connection, changes: dict[str, object]
) -> None:
    """Trap 27 for editors."""
    say(connection, 0, A, **changes)
    make(connection)
    assert listed(connection) == []


def test_a_unit_with_a_card_is_told_as_visible(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    make(connection)
    assert [registered.visible for registered in listed(connection)] == [False]
    publish_region(connection, SKANE, Policy(), RUN, lambda: MORNING)
    assert [registered.visible for registered in listed(connection)] == [True]


def test_a_unit_is_new_until_the_next_register(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    make(connection, hour=1)
    tell(connection, Told(60, {A: (SKANE, "one"), B: (SKANE, "two")}, (SKANE,)))
    make(connection, hour=2)
    assert {one.hsa_id: one.new for one in listed(connection)} == {A: False, B: True}
    assert [one.hsa_id for one in new_units(connection, [SKANE], limit=10)] == [B]
    tell(connection, Told(120, {A: (SKANE, "one"), B: (SKANE, "two")}, (SKANE,)))
    make(connection, hour=3)
    assert new_units(connection, [SKANE], limit=10) == []
    first = {one.hsa_id: one.first_registered_at for one in listed(connection)}
    assert first == {A: MORNING + timedelta(hours=1), B: MORNING + timedelta(hours=2)}


def test_a_register_made_again_changes_nothing(connection: psycopg.Connection) -> None:
    """What was new in it still is: a run that is tried again, or one by hand, takes no news from KKA."""
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "two")}, (SKANE,)))
    assert make(connection, hour=1) == {SKANE: (2, 0, 0, 0)}
    before = listed(connection), register_state(connection, [SKANE])
    assert make(connection, hour=2) == {SKANE: (0, 0, 0, 2)}
    assert (listed(connection), register_state(connection, [SKANE])) == before
    assert all(one.new for one in listed(connection))


def test_it_tells_what_it_changed(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "two")}, (SKANE,)))
    make(connection)
    tell(connection, Told(1, {A: (SKANE, "uno"), C: (SKANE, "three")}, (SKANE,)))
    assert make(connection) == {SKANE: (1, 1, 1, 0)}
    assert [(one.hsa_id, one.name) for one in listed(connection)] == [
        (A, "Vårdcentralen uno"),
        (C, "Vårdcentralen three"),
    ]


def test_a_unit_that_went_is_kept_with_the_time(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    make(connection, hour=1)
    tell(connection, Told(60, {A: (SKANE, "hidden")}, (SKANE,)))
    make(connection, hour=2)
    assert listed(connection) == []
    assert connection.execute("SELECT hsa_id, removed_at FROM hjv.unit_register").fetchall() == [
        (A, MORNING + timedelta(hours=2))
    ]


def test_a_unit_that_comes_back_is_new_again_and_keeps_its_first_time(connection: psycopg.Connection) -> None:
    for hour, word in ((1, "one"), (2, "hidden"), (3, "one")):
        tell(connection, Told(60 * hour, {A: (SKANE, word)}, (SKANE,)))
        make(connection, hour=hour)
    (back,) = listed(connection)
    assert (back.first_registered_at, back.registered_at) == (
        MORNING + timedelta(hours=1),
        MORNING + timedelta(hours=3),
    )
    assert back.new


def test_a_unit_that_moved_is_not_removed_by_its_old_region(connection: psycopg.Connection) -> None:
    """Trap 5: the register of one region alone is made, and the unit lies in another now."""
    tell(connection, Told(0, {A: (SKANE, "one")}, REGIONS))
    make(connection, *REGIONS)
    tell(connection, Told(1, {A: (STOCKHOLM, "one")}, REGIONS))
    assert make(connection, SKANE) == {SKANE: (0, 0, 0, 0), STOCKHOLM: (0, 1, 0, 0)}
    assert [one.hsa_id for one in listed(connection, STOCKHOLM)] == [A]
    assert listed(connection, SKANE) == []


def test_the_newest_answer_about_a_unit_counts(connection: psycopg.Connection) -> None:
    """Trap 1: the notified unit was marked after the file was begun, or the mark was taken away."""
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "hidden")}, (SKANE,)))
    tell(connection, Told(1, {A: (SKANE, "hidden"), B: (SKANE, "two")}, asked=(A, B), coverage="partial"))
    make(connection)
    assert [one.hsa_id for one in listed(connection)] == [B]


def test_other_regions_stay_as_they_were(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (STOCKHOLM, "two")}, REGIONS))
    make(connection, *REGIONS)
    tell(connection, Told(1, {}, REGIONS))
    make(connection, SKANE)
    assert listed(connection, SKANE) == []
    assert [one.hsa_id for one in listed(connection, STOCKHOLM)] == [B]


def test_without_a_word_of_hsas_there_is_no_register(connection: psycopg.Connection) -> None:
    """Trap 6: what HSA never told whole is not empty."""
    with pytest.raises(PermanentError, match="import hsa"):
        make(connection)
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    assert list(make(connection, *REGIONS)) == [SKANE]
    assert set(complete_imports(connection, REGISTER)) == {SKANE}


def test_the_ledger_tells_of_which_state_of_hsa_it_was_made(connection: psycopg.Connection) -> None:
    tell(connection, Told(7, {A: (SKANE, "one")}, (SKANE,)))
    make(connection, hour=1)
    (made,) = [one for one in last_complete(connection) if one.source == REGISTER]
    assert (made.region, made.as_of, made.imported_at) == (
        SKANE,
        MORNING + timedelta(minutes=7),
        MORNING + timedelta(hours=1),
    )


def test_pages_follow_one_another_without_a_gap(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, dict.fromkeys(UNITS, (SKANE, "one")), (SKANE,)))
    make(connection)
    first = registered_units(connection, [SKANE], limit=2)
    second = registered_units(connection, [SKANE], after=first[-1].hsa_id, limit=2)
    assert [one.hsa_id for one in (*first, *second)] == [A, B, C]


def say(connection: psycopg.Connection, minute: int, hsa_id: str, **changes: object) -> None:
    """Tell the store of one unit with some fields of its own, in a complete snapshot of Skåne."""
    scope = Scope(regions=(SKANE,))
    at = MORNING + timedelta(minutes=minute)
    document = UnitDocument(hsa_id, SKANE, unit(hsa_id, SKANE, "one").model_copy(update=changes))
    import_id = begin_import(connection, "hsa", scope, RUN, at)
    merge(connection, Snapshot("hsa", scope, at, at, iter([document])), import_id, lambda: at)


def make(connection: psycopg.Connection, *regions: str, hour: int = 0) -> dict[str, tuple[int, int, int, int]]:
    """Make the register, of Skåne where no regions are named; return (added, changed, removed, unchanged) by region."""
    made = make_register(connection, regions or (SKANE,), RUN, lambda: MORNING + timedelta(hours=hour))
    return {region: (one.added, one.changed, one.removed, one.unchanged) for region, one in made.counts.items()}


def listed(connection: psycopg.Connection, region: str = SKANE) -> list[RegisteredUnit]:
    return registered_units(connection, [region], limit=10)
