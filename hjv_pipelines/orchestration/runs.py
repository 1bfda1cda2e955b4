"""Runs: the tags that say what set one off, and a run as the ledger knows it.

Here: the names of the tags, and which states end one. Not here: when runs start (`schedules.py`, `sensors.py`).
"""

from collections.abc import Iterable

import dagster as dg

from hjv_pipelines.store.ledger import Run

TRIGGER = "hjv/trigger"
"""What set a run off: schedule, first_import, notification; manual where nothing says otherwise."""

SOURCE = "hjv/source"
"""Which source a run imports; `all` for every one, `several` for those of a moment that they share."""

DUE = "hjv/due"
"""The timetable's moment that a run was asked for, in Swedish time with its offset."""

UNITS = "hjv/units"
"""How many units a run read one by one."""

NOTIFICATION = "hjv/notification"
"""The first notification that a run of the inbox took care of: to find its run by what a source says that it sent."""

MANUAL = "manual"

BULK = {"dagster-celery/queue": "imports"}
"""The tags of a run that belongs to the bulk workers, and counts against their limit (`dagster.yaml`)."""


PROMPT = {"dagster-celery/queue": "notifications"}
"""The tags of a run that starts at once, in a worker of its own queue (`coordination.py`)."""


FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
"""How a run ends."""

UNDER_WAY = [status for status in dg.DagsterRunStatus if status not in FINISHED]
"""What a run is before that, from its request on."""


def source_tags(sources: Iterable[str]) -> dict[str, str]:
    """Return the tags of a run that imports `sources`, with one for each, by which the UI finds the runs of one."""
    names = list(sources)
    told = names[0] if len(names) == 1 else "several"
    return {SOURCE: told, **{f"{SOURCE}.{name}": "imported" for name in names}}


def run_of(context: dg.AssetExecutionContext | dg.OpExecutionContext) -> Run:
    """Return the run as the ledger and the cards name it."""
    return Run(context.run.run_id, context.run.tags.get(TRIGGER, MANUAL))
