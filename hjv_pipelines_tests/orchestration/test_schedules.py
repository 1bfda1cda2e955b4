"""Every import starts at its time in Sweden, once, all year round; what was missed is not done twice."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from tempfile import TemporaryDirectory

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from hjv_pipelines.orchestration.jobs import timetable_import
from hjv_pipelines.orchestration.schedules import import_schedules
from hjv_pipelines.orchestration.together import TimedImport
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.timetable import STOCKHOLM, TIMETABLE, TimetableRow, next_import, timetable_row

AN_ORDINARY_DAY = date(2026, 11, 23)
THE_DAY_OF_25_HOURS = date(2026, 10, 25)
THE_DAY_OF_23_HOURS = date(2027, 3, 28)

HSA = timetable_row("hsa")
HALF_PAST_ELEVEN = datetime(2026, 11, 23, 11, 30, tzinfo=STOCKHOLM)


def schedule_of(
    row: TimetableRow, *, now: datetime = HALF_PAST_ELEVEN, missing: Sequence[str] = (), units_are_known: bool = True
) -> dg.ScheduleDefinition:
    timed = TimedImport(row, (row.source,), tuple(missing))
    (schedule,) = import_schedules([timed], timetable_import([row.source]), lambda: now, lambda: units_are_known)
    return schedule


def tick(schedule: dg.ScheduleDefinition, due: datetime) -> dg.RunRequest | dg.SkipReason:
    with (
        TemporaryDirectory() as folder,
        dg.DagsterInstance.local_temp(folder) as instance,
        dg.build_schedule_context(instance, scheduled_execution_time=due) as context,
    ):
        answer = schedule(context)
    assert isinstance(answer, dg.RunRequest | dg.SkipReason)
    return answer


def fires_on(schedule: dg.ScheduleDefinition, day: date) -> list[datetime]:
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=STOCKHOLM)
    moments = schedule_execution_time_iterator(
        midnight.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    )
    return [
        moment.astimezone(STOCKHOLM)
        for moment in takewhile(lambda moment: moment.astimezone(STOCKHOLM).date() == day, moments)
    ]


@pytest.mark.parametrize("row", TIMETABLE, ids=lambda row: row.source)
@pytest.mark.parametrize("day", [AN_ORDINARY_DAY, THE_DAY_OF_25_HOURS, THE_DAY_OF_23_HOURS])
def test_a_source_is_imported_at_its_times_in_sweden(row: TimetableRow, day: date) -> None:
    """Also on the day with 25 hours and the one with 23 (trap 17)."""
    assert [moment.time() for moment in fires_on(schedule_of(row), day)] == sorted(row.times)


def test_the_schedules_run_from_the_start() -> None:
    assert schedule_of(HSA).default_status is dg.DefaultScheduleStatus.RUNNING


def test_one_tick_is_one_run_over_every_region() -> None:
    request = tick(schedule_of(HSA), HALF_PAST_ELEVEN)
    assert isinstance(request, dg.RunRequest)
    assert request.tags["dagster/asset_partition_range_start"] == REGION_KEYS[0]
    assert request.tags["dagster/asset_partition_range_end"] == REGION_KEYS[-1]
    assert request.tags["hjv/trigger"] == "schedule"
    assert request.tags["hjv/source"] == "hsa"


def test_the_same_tick_twice_asks_for_the_same_run() -> None:
    first, again = (tick(schedule_of(HSA), HALF_PAST_ELEVEN) for _ in range(2))
    later = tick(schedule_of(HSA), HALF_PAST_ELEVEN + timedelta(hours=4))
    assert isinstance(first, dg.RunRequest)
    assert isinstance(again, dg.RunRequest)
    assert isinstance(later, dg.RunRequest)
    assert first.run_key == again.run_key
    assert first.run_key != later.run_key


def test_a_tick_that_the_scheduler_catches_up_late_is_done() -> None:
    """The scheduler was down at 11:30 and catches up at 12:10 (trap 18)."""
    late = HALF_PAST_ELEVEN + timedelta(minutes=40)
    assert isinstance(tick(schedule_of(HSA, now=late), HALF_PAST_ELEVEN), dg.RunRequest)


def test_a_tick_whose_successor_is_due_already_is_skipped() -> None:
    """After a long stop the nation is imported once, not once for every missed time (trap 18)."""
    afternoon = HALF_PAST_ELEVEN + timedelta(hours=4)
    skipped = tick(schedule_of(HSA, now=afternoon), HALF_PAST_ELEVEN)
    assert isinstance(skipped, dg.SkipReason)
    assert "15:30" in str(skipped.skip_message)


def test_a_source_that_is_off_is_skipped_and_says_which_setting_is_missing() -> None:
    skipped = tick(schedule_of(HSA, missing=["HJV_HSA_FILE_URL"]), HALF_PAST_ELEVEN)
    assert isinstance(skipped, dg.SkipReason)
    assert "HJV_HSA_FILE_URL" in str(skipped.skip_message)


def test_before_hsa_has_told_of_any_unit_a_source_that_is_asked_about_them_waits_for_its_first_import() -> None:
    """A fresh installation that meets a time of the timetable begins with no failed run."""
    two = datetime(2026, 11, 23, 14, 0, tzinfo=STOCKHOLM)
    skipped = tick(schedule_of(timetable_row("vaccinera"), now=two, units_are_known=False), two)
    assert isinstance(skipped, dg.SkipReason)
    assert "HSA has not told of any unit yet" in str(skipped.skip_message)
    assert isinstance(tick(schedule_of(HSA, units_are_known=False), HALF_PAST_ELEVEN), dg.RunRequest)


def test_the_last_import_of_a_day_is_followed_by_the_first_of_the_next() -> None:
    evening = datetime(2026, 10, 24, 22, 30, tzinfo=STOCKHOLM)
    assert next_import(HSA, evening) == datetime(2026, 10, 25, 11, 30, tzinfo=STOCKHOLM)
