"""What the timetable imports at the same moment: one run takes all of it, and one of the schedules asks for that run.

Every schedule of a moment comes to the same answer by itself, in whatever order Dagster evaluates them. Here: who is
imported together, and who leads. Not here: the schedules (`schedules.py`), the times (`timetable.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorState, InstigatorType, ScheduleInstigatorData

from hjv_pipelines.timetable import TimetableRow, is_due, next_import


@dataclass(frozen=True, slots=True)
class TimedImport:
    """A row of the timetable, and the `assets` that a run at one of its times materialises, in any order.

    `missing` are the environment variables without which it is off.
    """

    row: TimetableRow
    assets: tuple[str, ...]
    missing: tuple[str, ...] = ()


def due_together(
    imports: Sequence[TimedImport], ticking: Iterable[str], due: datetime, now: datetime
) -> tuple[TimedImport, ...]:
    """Return what is imported in the run of the moment `due`, in the order of `imports`: the first one leads.

    `ticking` names the schedules that Dagster evaluates at `due`. One that has a later time by `now` is left out:
    after a stop Dagster evaluates only a schedule's newest time, and a leader that is not asked would lose the others.
    """
    names = set(ticking)
    return tuple(
        one
        for one in imports
        if not one.missing and one.row.schedule in names and is_due(one.row, due) and next_import(one.row, due) > now
    )


def ticking_schedules(instance: dg.DagsterInstance, due: datetime) -> set[str]:
    """Return the schedules that Dagster evaluates at `due`: those running, and started by then.

    One that Dagster has no note of has not been running at any time before now.
    """
    states = instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE)
    return {state.instigator_name for state in states if state.is_running and _started(state) <= due.timestamp()}


def _started(state: InstigatorState) -> float:
    """Return when a schedule was started, in seconds since 1970."""
    data = state.instigator_data
    return (data.start_timestamp or 0.0) if isinstance(data, ScheduleInstigatorData) else 0.0
