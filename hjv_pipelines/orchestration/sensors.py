"""The sensors: runs that the state of things asks for, not the clock.

Here: the first national import of a fresh installation. Not here: imports by the clock (`schedules.py`).
See https://docs.dagster.io/guides/automate/sensors
"""

from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence

import dagster as dg
from dagster import RunsFilter

from hjv_pipelines.cards.register import REGISTER
from hjv_pipelines.failures import HjvError
from hjv_pipelines.orchestration.jobs import LOOK_AROUND, MAKE_UNIT_REGISTER, AssetJob, import_job_name
from hjv_pipelines.orchestration.partitions import EVERY_REGION
from hjv_pipelines.orchestration.presentation import DIRECTORY, OWNERS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import SOURCE, TRIGGER, UNDER_WAY
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.store.ledger import last_complete
from hjv_pipelines.timetable import TimetableRow

FIRST_IMPORT = "first_import"
ATTEMPTS = 5
"""How often the first import of a source is tried; then the timetable takes over."""


def first_import(
    timetable: Sequence[TimetableRow],
    jobs: Sequence[AssetJob],
    off: Container[str],
) -> dg.SensorDefinition:
    """Return the sensor that imports each source that never told everything: HSA first, then as the timetable has them.

    A source has told everything once it told of every region that it speaks of. KKA's unit register, which is made of
    what HSA told, comes last. Behind the first cards, and behind it all, the morning look is made, for whoever opens it
    before the clock does. `off` names the sources that this installation cannot ask.
    """
    sources = sorted((row.source for row in timetable if row.source not in off), key=lambda name: name != DIRECTORY)

    @dg.sensor(
        name=FIRST_IMPORT,
        jobs=list(jobs),
        minimum_interval_seconds=5,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "On a fresh installation: imports the nation from each source that has never told everything "
            "about every region, one after the other, HSA first; then makes KKA's unit register. The morning look is "
            f"made behind the first cards, and behind it all; the cursor says behind which it was. At most {ATTEMPTS} "
            "attempts a source; afterwards the timetable imports it."
        ),
        owners=OWNERS,
        tags={TRIGGER: FIRST_IMPORT},
    )
    def first(
        context: dg.SensorEvaluationContext, pipeline: PipelineResource
    ) -> dg.RunRequest | dg.SensorResult | dg.SkipReason:
        try:
            flow = pipeline.pipeline()
            regions = {source: len(flow.regions_of(source)) for source in sources}
            if DIRECTORY in regions:
                regions[REGISTER] = len(REGION_KEYS)
            with pipeline.connection() as connection:
                told = Counter(known.source for known in last_complete(connection))
        except HjvError as error:
            return dg.SkipReason(str(error))
        so_far = {
            source: f"{source} has told everything about {told[source]} of {number} regions."
            for source, number in regions.items()
        }
        waiting = [source for source, number in regions.items() if told[source] < number]
        reached = _reached(waiting)
        # Before HSA's run has ended there may be no card to look at.
        if reached not in (None, context.cursor) and not _under_way(context.instance, import_job_name(DIRECTORY)):
            return dg.SensorResult(run_requests=[_look_behind(reached)], cursor=reached)
        if not waiting:
            return dg.SkipReason(" ".join(so_far.values()))
        # The others are asked about HSA's units: before those are known, they have nothing to tell.
        next_ones = [DIRECTORY] if DIRECTORY in waiting else waiting
        return _request(context.instance, {source: so_far[source] for source in next_ones})

    return first


def _reached(waiting: Collection[str]) -> str | None:
    """Return what is worth a look, now that only the sources in `waiting` have not told everything."""
    if DIRECTORY in waiting:
        return None
    return "the first cards" if waiting else "everything"


def _look_behind(reached: str) -> dg.RunRequest:
    return dg.RunRequest(job_name=LOOK_AROUND, run_key=f"look behind {reached}", tags={TRIGGER: FIRST_IMPORT})


def _request(instance: dg.DagsterInstance, waiting: Mapping[str, str]) -> dg.RunRequest | dg.SkipReason:
    """Return the request to import the first source in `waiting` that did not fail too often.

    `waiting` has by source how far it has come. One is imported at a time; while it is on its way there is nothing
    to request.
    """
    for source, so_far in waiting.items():
        job = MAKE_UNIT_REGISTER if source == REGISTER else import_job_name(source)
        if under_way := _under_way(instance, job):
            return dg.SkipReason(
                f"{so_far} Its import is under way: run {under_way[0].run_id[:8]}, {under_way[0].status.value.lower()}."
            )
        attempts = len(instance.get_runs(RunsFilter(job_name=job, tags={TRIGGER: FIRST_IMPORT})))
        if attempts < ATTEMPTS:
            return dg.RunRequest(
                job_name=job,
                run_key=f"{FIRST_IMPORT} {source} {attempts + 1}",
                tags={**EVERY_REGION, TRIGGER: FIRST_IMPORT, SOURCE: source},
            )
    return dg.SkipReason(
        f"{' '.join(waiting.values())} {ATTEMPTS} first imports did not change that: see the reason in the last runs. "
        "The timetable tries next."
    )


def _under_way(instance: dg.DagsterInstance, job: str) -> Sequence[dg.DagsterRun]:
    return instance.get_runs(RunsFilter(job_name=job, statuses=UNDER_WAY))
