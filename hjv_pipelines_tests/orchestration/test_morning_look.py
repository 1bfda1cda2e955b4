"""The morning look says on one page how everything stands: what is wrong first, then every source by region."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from hjv_pipelines.alerts.ledger import Alert
from hjv_pipelines.orchestration.card_checks import CARD_CHECKS
from hjv_pipelines.orchestration.morning import Morning, ages_table, in_one_line, morning, page, what_is_wrong
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines_tests.orchestration.installation import Installation, value

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def looked(imported: Installation) -> dg.AssetMaterialization:
    """Give what is told while one region's import is held back."""
    asked = {"ops": {"plan": {"config": {"source": "listing", "regions": ["12-skane"]}}}}
    assert imported.defs.resolve_job_def("plan_import").execute_in_process(asked, instance=imported.instance).success
    assert imported.launch("look_around").success
    return imported.materialised("morning_look")[None]


def how_it_stands(installation: Installation, *, later: timedelta) -> Morning:
    with connect(installation.database_url) as connection:
        return morning(connection, Settings(), datetime.now(UTC) + later)


def test_one_line_says_how_everything_stands(imported: Installation, looked: dg.AssetMaterialization) -> None:
    visible = sum(unit.verdict == "visible" for unit in imported.expected())
    glance = str(value(looked, "at_a_glance"))
    assert f"{visible} cards" in glance
    assert "1 held back" in glance
    assert value(looked, "held_back") == 1


def test_the_page_has_the_timetable_and_what_is_held_back(looked: dg.AssetMaterialization) -> None:
    told = str(value(looked, "the_page"))
    for row in TIMETABLE:
        assert f"| {row.source} " in told
    assert "Held back: decide with `decide_hold`" in told
    assert "12-skane" in told


def test_ages_are_a_picture_and_a_table(looked: dg.AssetMaterialization) -> None:
    assert str(value(looked, "hours_since_import")).startswith("![Hours since the last complete import](data:image/svg")
    assert "| Skåne " in str(value(looked, "hours_since_import_as_table"))


def test_a_region_whose_import_is_missing_is_marked_with_its_hours(imported: Installation) -> None:
    after_two_days = how_it_stands(imported, later=timedelta(days=2))
    assert after_two_days.late["hsa"]
    assert "**48, late**" in ages_table(after_two_days)
    assert f"{after_two_days.late_regions} late" in in_one_line(after_two_days)


def test_nothing_waiting_is_said_in_words(imported: Installation) -> None:
    assert "Nothing waits." in page(how_it_stands(imported, later=timedelta()))


def test_the_cards_are_judged_as_well(imported: Installation) -> None:
    """Notifications change them between the imports."""
    judged = imported.launch("look_around").get_asset_check_evaluations()
    assert {one.asset_check_key for one in judged} == {check.check_key for check in CARD_CHECKS}


def alert(number: int) -> Alert:
    """Return one of many things that are wrong."""
    says = "12 of 400 records were refused (3.00%). " * 3
    return Alert(number, "check_failed", f"check {number}", "", says, "Look at it.", "http://ui", NOW, NOW, None)


def test_what_is_wrong_is_seen_without_a_click_however_much_it_is(imported: Installation) -> None:
    """Dagster shows texts below a thousand characters at once."""
    quiet = replace(how_it_stands(imported, later=timedelta()), alerts=[])
    assert what_is_wrong(quiet) == "Nothing."
    assert "check 1" in what_is_wrong(replace(quiet, alerts=[alert(1)]))
    told = what_is_wrong(replace(quiet, alerts=[alert(number) for number in range(1, 31)]))
    shown = told.count("Look at it.")
    assert 1 < shown < 30
    assert told.endswith(f"- and {30 - shown} more: see `the_page`")
    assert len(told) < 1000


def test_what_was_never_imported_is_not_called_late(installation: Installation) -> None:
    """A fresh installation imports one source after the other: nothing is wrong meanwhile."""
    assert installation.launch("hsa_import").success
    fresh = how_it_stands(installation, later=timedelta())
    assert fresh.late_regions == 0
    assert f"{fresh.new_regions} still to be made for the first time, 0 late" in in_one_line(fresh)
