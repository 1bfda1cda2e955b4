"""The code location that Dagster loads, assembled from the orchestration room.

Here: the list of what there is. Not here: any of it.
See https://docs.dagster.io/guides/build/projects/project-structure/project-overview
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import dagster as dg

from hjv_pipelines.cards.register import REGISTER
from hjv_pipelines.orchestration.alert_sensor import alerts
from hjv_pipelines.orchestration.card_asset import contact_cards
from hjv_pipelines.orchestration.card_checks import CARD_CHECKS
from hjv_pipelines.orchestration.deadlines import (
    ON_TIME,
    STANDING,
    deadline_job,
    deadline_schedule,
    on_time_check,
    regions_of_source,
)
from hjv_pipelines.orchestration.guard_jobs import GUARD_JOBS
from hjv_pipelines.orchestration.hold_watch import hold_watch
from hjv_pipelines.orchestration.inbox_checks import INBOX_CHECKS, inbox_watch
from hjv_pipelines.orchestration.inbox_sensors import inbox_sensors
from hjv_pipelines.orchestration.jobs import (
    import_everything,
    import_job,
    make_unit_register,
    publish_cards,
    timetable_import,
)
from hjv_pipelines.orchestration.known_units import knows_units
from hjv_pipelines.orchestration.morning_look import morning_look, morning_look_job, morning_look_schedule
from hjv_pipelines.orchestration.notifications import drain_inbox, notifications
from hjv_pipelines.orchestration.outside import consumers, delivery, upstream_systems
from hjv_pipelines.orchestration.presentation import CONTACT_CARDS, DIRECTORY, presentation
from hjv_pipelines.orchestration.quality_assets import (
    data_quality,
    finding_reports,
    quality_job,
    quality_schedule,
)
from hjv_pipelines.orchestration.refresh_job import refresh_units
from hjv_pipelines.orchestration.register_asset import kka_unit_register
from hjv_pipelines.orchestration.replay_job import replay_hints
from hjv_pipelines.orchestration.resources import PipelineResource, ScopeResource
from hjv_pipelines.orchestration.retention_job import forget_old, nightly_retention
from hjv_pipelines.orchestration.revert_jobs import REVERT_JOBS
from hjv_pipelines.orchestration.schedules import import_schedules
from hjv_pipelines.orchestration.sensors import first_import
from hjv_pipelines.orchestration.source_assets import source_asset
from hjv_pipelines.orchestration.source_checks import source_checks
from hjv_pipelines.orchestration.together import TimedImport
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import RECORD_TYPES, missing_addresses
from hjv_pipelines.sources.source import Record
from hjv_pipelines.timetable import TIMETABLE, UNIT_REGISTER, TimetableRow


def build_defs(
    settings: Settings,
    timetable: Sequence[TimetableRow] = TIMETABLE,
    record_types: Mapping[str, type[Record]] = RECORD_TYPES,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    units_are_known: Callable[[Settings], bool] = knows_units,
) -> dg.Definitions:
    """Return all that Dagster runs and shows, for the sources in `timetable` and their types of records.

    The schedules of the imports go by `clock`, and wait until `units_are_known`.
    """
    missing = missing_addresses(settings)
    imports = {row.source: import_job(row.source) for row in timetable}
    timed = [
        *(
            TimedImport(row, (presentation(row.source).asset, CONTACT_CARDS), missing.get(row.source, ()))
            for row in timetable
        ),
        TimedImport(UNIT_REGISTER, (REGISTER,), missing.get(DIRECTORY, ())),
    ]
    by_the_clock = timetable_import(asset for one in timed for asset in one.assets)
    hints, register, quality, look = drain_inbox(), make_unit_register(), quality_job(), morning_look_job()
    deadlines = {
        **{row.source: deadline_job(row, STANDING) for row in timetable},
        REGISTER: deadline_job(UNIT_REGISTER, (ON_TIME,)),
    }
    return dg.Definitions(
        assets=[
            *upstream_systems(timetable),
            *(source_asset(row, record_types[row.source]) for row in timetable),
            contact_cards(timetable, settings.cards_regions_per_run),
            kka_unit_register,
            notifications,
            finding_reports,
            data_quality,
            morning_look,
            delivery(settings),
            *consumers(),
        ],
        asset_checks=[
            *(check for row in timetable for check in source_checks(row.source)),
            *(on_time_check(row, regions_of_source(row)) for row in timetable),
            on_time_check(UNIT_REGISTER, lambda _: REGION_KEYS),
            *CARD_CHECKS,
            *INBOX_CHECKS,
        ],
        jobs=[
            *imports.values(),
            *deadlines.values(),
            by_the_clock,
            import_everything(timetable),
            register,
            publish_cards(),
            *GUARD_JOBS,
            *REVERT_JOBS,
            quality,
            look,
            hints,
            refresh_units,
            replay_hints,
            forget_old,
        ],
        schedules=[
            *import_schedules(timed, by_the_clock, clock, lambda: units_are_known(settings)),
            *(deadline_schedule(one.row, deadlines[one.row.source]) for one in timed if not one.missing),
            quality_schedule(quality),
            morning_look_schedule(look),
            nightly_retention,
        ],
        sensors=[
            first_import(timetable, [*imports.values(), register, look], missing),
            *inbox_sensors(hints),
            inbox_watch,
            hold_watch(timetable),
            alerts(timetable),
        ],
        resources={"pipeline": PipelineResource(), "scope": ScopeResource.configure_at_launch()},
        executor=dg.in_process_executor,
    )


defs = build_defs(Settings())
