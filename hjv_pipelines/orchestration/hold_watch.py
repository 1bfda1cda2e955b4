"""The sensor that tells what is held back when that changes outside of Dagster: a decision or an import by command.

Here: the comparison of what the check `nothing_is_held_back` last said with what stands. Not here: the verdict itself
(`source_checks.py`), and decisions (`guard_jobs.py`, `guarding/`).
See https://docs.dagster.io/guides/automate/sensors
"""

from collections.abc import Iterable

import dagster as dg

from hjv_pipelines.orchestration.instance_state import last_verdict
from hjv_pipelines.orchestration.judging import evaluation
from hjv_pipelines.orchestration.presentation import OWNERS, presentation
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import TRIGGER
from hjv_pipelines.orchestration.source_checks import HOLDS, NOTHING_HELD_BACK, held_back
from hjv_pipelines.store.guard.holds import Hold, holds
from hjv_pipelines.timetable import TimetableRow


def hold_watch(timetable: Iterable[TimetableRow]) -> dg.SensorDefinition:
    """Return the sensor that compares, for each source in `timetable`."""
    keys = {
        row.source: dg.AssetCheckKey(dg.AssetKey(presentation(row.source).asset), NOTHING_HELD_BACK)
        for row in timetable
    }

    @dg.sensor(
        name="hold_watch",
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        asset_selection=dg.AssetSelection.assets(*(key.asset_key for key in keys.values())),
        description=(
            f"Tells the check `{NOTHING_HELD_BACK}` of a source without a run, when other holds wait than it last "
            "said: after `hjv guard allow`, `hjv guard reject` and `hjv import`. It has no cursor."
        ),
        owners=OWNERS,
        tags={TRIGGER: "watch"},
    )
    def watch(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SensorResult | dg.SkipReason:
        with pipeline.connection() as connection:
            waiting = holds(connection)
        news = [
            source for source, key in keys.items() if _last_told(context.instance, key) != _numbers(waiting, source)
        ]
        if not news:
            return dg.SkipReason(f"{len(waiting)} holds wait, as the checks say.")
        return dg.SensorResult(
            asset_events=[evaluation(NOTHING_HELD_BACK, held_back(pipeline, source, waiting)) for source in news]
        )

    return watch


def _numbers(waiting: Iterable[Hold], source: str) -> list[int]:
    return sorted(hold.hold_id for hold in waiting if hold.source == source)


def _last_told(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> list[int]:
    """Return the holds of the check's last verdict; none where it never gave one."""
    verdict = last_verdict(instance, key)
    told = verdict.metadata.get(HOLDS) if verdict else None
    return told.data if isinstance(told, dg.JsonMetadataValue) and isinstance(told.data, list) else []
