"""The schedules: every import of the timetable, at its time in Sweden.

Here: one schedule a row of `timetable.py`, when it skips, and what its run is asked for. Not here: the times, and who
is imported together (`together.py`).
See https://docs.dagster.io/guides/automate/schedules
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import dagster as dg

from hjv_pipelines.orchestration.jobs import AssetJob
from hjv_pipelines.orchestration.partitions import EVERY_REGION
from hjv_pipelines.orchestration.presentation import DIRECTORY, OWNERS
from hjv_pipelines.orchestration.runs import DUE, SOURCE, TRIGGER, source_tags
from hjv_pipelines.orchestration.together import TimedImport, due_together, ticking_schedules
from hjv_pipelines.timetable import STOCKHOLM, TimetableRow, next_import, sharing


def import_schedules(
    imports: Sequence[TimedImport], job: AssetJob, clock: Callable[[], datetime], units_are_known: Callable[[], bool]
) -> list[dg.ScheduleDefinition]:
    """Return a schedule for each of `imports`, which stand in the timetable's order; `job` holds all their assets.

    Where several are due at the same moment, the first whose schedule runs asks for one run that takes all of them.
    None asks for a run without HSA before `units_are_known`.
    """
    return [_schedule(one, imports, job, clock, units_are_known) for one in imports]


def _schedule(
    timed: TimedImport,
    imports: Sequence[TimedImport],
    job: AssetJob,
    clock: Callable[[], datetime],
    units_are_known: Callable[[], bool],
) -> dg.ScheduleDefinition:
    row = timed.row

    @dg.schedule(
        name=row.schedule,
        job=job,
        cron_schedule=row.cron(),
        execution_timezone=STOCKHOLM.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=_description(row, [one.row for one in imports]),
        owners=OWNERS,
        tags={SOURCE: row.source, TRIGGER: "schedule"},
    )
    def timetable(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if timed.missing:
            return dg.SkipReason(f"The source {row.source} is off: set {' and '.join(timed.missing)}.")
        due, now = context.scheduled_execution_time, clock()
        following = next_import(row, due)
        if following <= now:
            return dg.SkipReason(
                f"The import of {due:%Y-%m-%d %H:%M} was missed, and that of {following:%Y-%m-%d %H:%M} is "
                "due already: it tells everything that this one would have told."
            )
        ticking = {row.schedule, *ticking_schedules(context.instance, due)}
        together = due_together(imports, ticking, due, now)
        # A person who tests the schedule in the UI may choose a moment that is none of its times.
        leader, *others = together if timed in together else [timed]
        if leader is not timed:
            return dg.SkipReason(
                f"The run that {leader.row.schedule} asks for at {due.astimezone(STOCKHOLM):%H:%M} imports "
                f"{row.source} too."
            )
        if DIRECTORY not in {one.row.source for one in (leader, *others)} and not units_are_known():
            return dg.SkipReason(
                f"HSA has not told of any unit yet, and {row.source} is asked about HSA's units: first_import imports "
                "it as soon as HSA has."
            )
        return _request([leader, *others], due)

    return timetable


def _request(together: Sequence[TimedImport], due: datetime) -> dg.RunRequest:
    """Return the request for the one run that imports all of `together` for the nation."""
    assets = dict.fromkeys(asset for one in together for asset in one.assets)
    return dg.RunRequest(
        run_key=f"timetable {due.astimezone(UTC).isoformat()}",
        asset_selection=[dg.AssetKey(asset) for asset in assets],
        tags={
            **EVERY_REGION,
            **source_tags(one.row.source for one in together),
            TRIGGER: "schedule",
            DUE: due.astimezone(STOCKHOLM).isoformat(timespec="minutes"),
        },
    )


def _description(row: TimetableRow, timetable: Sequence[TimetableRow]) -> str:
    shared = "; ".join(
        f"at {clock:%H:%M} in one run with {', '.join(sources)}" for clock, sources in sharing(row, timetable).items()
    )
    return (
        f"Imports {row.source} for the nation at {', '.join(f'{moment:%H:%M}' for moment in row.times)} every day, "
        f"Swedish time{f' ({shared})' if shared else ''}; normally done within "
        f"{row.expected.total_seconds() / 60:.0f} minutes."
    )
