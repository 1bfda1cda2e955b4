"""Rule 8: freshness is judged by complete imports, per region, against the timetable."""

from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest

from hjv_pipelines.freshness import last_due, missing_imports
from hjv_pipelines.store.ledger import CompleteImport, complete_imports
from hjv_pipelines.timetable import STOCKHOLM, UNIT_REGISTER, TimetableRow, timetable_row
from hjv_pipelines_tests.store.told import REGIONS, UNITS, Told, tell

HSA = timetable_row("hsa")
NIGHT = TimetableRow("night", (time(1, 0),), timedelta(minutes=10))
STOCKHOLMS, SKANE = REGIONS


def swedish(day: int, hour: int, minute: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=STOCKHOLM)


def came(started: datetime, as_of: datetime, *regions: str) -> dict[str, CompleteImport]:
    return {region: CompleteImport(region, started, as_of) for region in regions}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (swedish(23, 11, 39), swedish(22, 22, 30)),
        (swedish(23, 11, 40), swedish(23, 11, 30)),
        (swedish(23, 23, 59), swedish(23, 22, 30)),
        (swedish(24, 0, 1), swedish(23, 22, 30)),
    ],
)
def test_an_import_is_due_when_it_should_be_done(now: datetime, due: datetime) -> None:
    assert last_due(HSA, now) == due


@pytest.mark.parametrize(("day", "month"), [(28, 3), (29, 3), (30, 3), (24, 10), (25, 10), (26, 10)])
def test_the_nights_with_23_and_25_hours_have_one_import_due_like_every_other(day: int, month: int) -> None:
    """Trap 17: Sweden's clocks were put forward on 29 March 2026, and back on 25 October."""
    due = swedish(day, 1, 0, month)
    assert last_due(NIGHT, due + timedelta(minutes=10)) == due
    assert last_due(NIGHT, swedish(day, 12, 0, month)) == due


def test_imports_that_came_on_time_are_not_missing() -> None:
    imports = came(swedish(23, 11, 30), swedish(23, 10, 0), *REGIONS)
    assert missing_imports(HSA, REGIONS, imports, swedish(23, 12, 0)) == []


def test_one_region_by_hand_does_not_make_a_late_national_import_look_on_time() -> None:
    imports = came(swedish(22, 22, 30), swedish(22, 21, 0), *REGIONS) | came(
        swedish(23, 11, 45), swedish(23, 10, 0), SKANE
    )
    (missing,) = missing_imports(HSA, REGIONS, imports, swedish(23, 12, 0))
    assert missing.region == STOCKHOLMS
    assert str(missing) == (
        "01-stockholm: the import of 2026-11-23 11:30 is missing; what stands meanwhile is of 2026-11-22 21:00"
    )


def test_an_old_file_served_again_is_no_import() -> None:
    """Trap 14: the time of the import is not the time of what it says."""
    imports = came(swedish(23, 11, 30), swedish(22, 21, 0), SKANE)
    (missing,) = missing_imports(HSA, (SKANE,), imports, swedish(23, 12, 0))
    assert "brought an old answer; what stands meanwhile is of 2026-11-22 21:00" in str(missing)


@pytest.mark.parametrize(("made", "as_of"), [((11, 40), (10, 0)), ((23, 30), (21, 0))])
def test_kkas_register_made_of_the_last_file_is_on_time(made: tuple[int, int], as_of: tuple[int, int]) -> None:
    """By day of the file of the same minute, at night of the one of 22:30, which was begun at 21:00."""
    imports = came(swedish(23, *made), swedish(23, *as_of), SKANE)
    assert missing_imports(UNIT_REGISTER, (SKANE,), imports, swedish(23, made[0], 59)) == []


def test_a_region_that_never_came_is_told_so() -> None:
    (missing,) = missing_imports(HSA, (SKANE,), {}, swedish(23, 12, 0))
    assert str(missing).endswith("is missing, and there was none before")


def test_the_refresh_of_a_unit_is_no_complete_import(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {UNITS[0]: (SKANE, "one")}, asked=(UNITS[0],)))
    assert complete_imports(connection, "hsa") == {}
    tell(connection, Told(1, {UNITS[0]: (SKANE, "one")}, (SKANE,)))
    assert complete_imports(connection, "hsa")[SKANE].as_of.astimezone(UTC) > datetime(2026, 1, 1, tzinfo=UTC)
