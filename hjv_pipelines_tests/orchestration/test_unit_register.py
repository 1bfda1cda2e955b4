"""KKA's unit register as an asset: made after HSA's import, and telling a person which units are new."""

from datetime import date, datetime, time
from pathlib import Path

import dagster as dg
import pytest

from hjv_pipelines.definitions import build_defs
from hjv_pipelines.orchestration.together import TimedImport, due_together
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import STOCKHOLM, TIMETABLE, UNIT_REGISTER
from hjv_pipelines_tests.orchestration.installation import Installation, value

REGISTER = "kka_unit_register"
SKANE = "12-skane"


def test_every_region_has_a_register_with_figures(imported: Installation) -> None:
    made = imported.materialised(REGISTER)
    assert set(made) == set(REGION_KEYS)
    for name in ("added", "changed", "removed", "unchanged", "dagster/partition_row_count"):
        assert isinstance(value(made[SKANE], name), int), name
    assert isinstance(value(made[SKANE], "seconds"), float)
    assert made[SKANE].metadata["as_of"]


def test_every_unit_with_a_card_is_in_it_and_some_without(imported: Installation) -> None:
    made = imported.materialised(REGISTER)
    for region in REGION_KEYS:
        cards = sum(unit.region == region and unit.verdict == "visible" for unit in imported.expected())
        assert value(made[region], "added") >= cards
    assert sum(int(str(value(one, "added"))) for one in made.values()) > sum(
        unit.verdict == "visible" for unit in imported.expected()
    )


def test_it_names_the_new_units_of_each_region(imported: Installation) -> None:
    new = str(value(imported.materialised(REGISTER)[SKANE], "new_units")).splitlines()
    assert new[0].startswith("| HSA-id")
    assert 0 < len(new) - 2 <= 50
    assert all(row.startswith("| SE") for row in new[2:])


def test_its_columns_come_from_hsa(imported: Installation) -> None:
    register = imported.defs.resolve_asset_graph().get(dg.AssetKey(REGISTER))
    lineage = register.metadata["dagster/column_lineage"]
    assert isinstance(lineage, dg.TableColumnLineage)
    origin = dg.TableColumnDep(asset_key=dg.AssetKey("hsa_units"), column_name="municipality_code")
    assert lineage.deps_by_column["municipality_code"] == [origin]


def test_made_again_by_hand_it_changes_nothing_and_keeps_its_news(imported: Installation) -> None:
    new = value(imported.materialised(REGISTER)[SKANE], "new_units")
    assert imported.launch("make_unit_register", region=SKANE).success
    again = imported.materialised(REGISTER)[SKANE]
    assert (value(again, "added"), value(again, "removed")) == (0, 0)
    assert str(value(again, "new_units")).splitlines()[2][:20] == str(new).splitlines()[2][:20]


def test_before_hsa_was_imported_it_says_what_to_do(installation: Installation) -> None:
    """Trap 6: nothing known is not nothing there."""
    result = installation.launch("make_unit_register", region=SKANE)
    assert not result.success
    failure = result.failure_data_for_node(REGISTER)
    assert failure is not None
    assert failure.user_failure_data is not None
    assert "import hsa" in str(failure.user_failure_data.description)
    assert not result.retry_attempts_for_node(REGISTER)


def test_at_half_past_eleven_at_night_it_is_made_alone(tmp_path: Path) -> None:
    """HSA is imported at 22:30; KKA fetches at 23:30."""
    schedule = build_defs(Settings(), units_are_known=lambda _: True).resolve_schedule_def(
        "kka_unit_register_timetable"
    )
    assert schedule.cron_schedule == "30 11,15,23 * * *"
    tonight = datetime.now(STOCKHOLM).replace(hour=23, minute=30, second=0, microsecond=0)
    with (
        dg.DagsterInstance.local_temp(str(tmp_path)) as instance,
        dg.build_schedule_context(instance, scheduled_execution_time=tonight) as context,
    ):
        request = schedule(context)
    assert isinstance(request, dg.RunRequest)
    assert request.asset_selection == [dg.AssetKey(REGISTER)]


def test_it_is_judged_after_each_of_its_times_whether_every_region_has_one() -> None:
    schedule = build_defs(Settings()).resolve_schedule_def("kka_unit_register_deadlines")
    assert schedule.cron_schedule == ["46 11 * * *", "46 15 * * *", "46 23 * * *"]


def test_one_that_was_never_made_is_told_region_by_region(installation: Installation) -> None:
    (judged,) = installation.launch("kka_unit_register_deadline").get_asset_check_evaluations()
    assert not judged.passed
    assert judged.metadata["offenders"].value == len(REGION_KEYS)
    assert SKANE in str(judged.metadata["shown"].value)


@pytest.mark.parametrize("clock", [time(11, 30), time(15, 30)])
def test_by_day_it_is_made_in_the_run_that_imports_hsa(clock: time) -> None:
    timed = [TimedImport(row, (row.source,)) for row in (*TIMETABLE, UNIT_REGISTER)]
    due = datetime.combine(date(2026, 11, 23), clock, tzinfo=STOCKHOLM)
    together = due_together(timed, [one.row.schedule for one in timed], due, due)
    assert [one.row.source for one in together] == ["hsa", REGISTER]
