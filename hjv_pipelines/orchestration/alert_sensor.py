"""The sensor that looks what is wrong, twice a minute, and tells it where the settings say.

Here: putting the two halves together, Dagster's and the store's. Not here: either of them (`instance_state.py`,
`alerts/`). A sensor cannot tell that its own daemon is dead: `hjv alerts list` and the delivery's start page say when
somebody last looked, and an outside monitor should ask.
See https://docs.dagster.io/guides/automate/sensors
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
import psycopg

from hjv_pipelines.alerts.cause import KINDS, Cause, Kind, certificate, check_failed, run_failed, silent
from hjv_pipelines.alerts.channels import channels_of
from hjv_pipelines.alerts.ledger import last_look
from hjv_pipelines.alerts.outbox import send_due
from hjv_pipelines.alerts.places import Places, places_of
from hjv_pipelines.alerts.standing import explained_steps, standing_causes
from hjv_pipelines.alerts.telling import tell
from hjv_pipelines.failures import HjvError, PermanentError
from hjv_pipelines.orchestration.deadlines import STANDING
from hjv_pipelines.orchestration.inbox_verdict import PUBLISHED
from hjv_pipelines.orchestration.instance_state import clockworks, failed_checks, failed_runs
from hjv_pipelines.orchestration.presentation import OWNERS, presentation
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import TRIGGER
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import TimetableRow
from hjv_pipelines.transport.tls import expiry

ALERTS = "alerts"

TOLD_ELSEWHERE = frozenset({*STANDING, PUBLISHED})
"""Checks whose verdict is a cause of its own kind: late imports, held publications, failed regions, an old inbox."""

AWAKE = timedelta(minutes=3)
"""Who has not looked for longer was down with the other sensors: their silence is not judged at once."""


def alerts(timetable: Sequence[TimetableRow]) -> dg.SensorDefinition:
    """Return the sensor `alerts` over the sources of `timetable`."""

    @dg.sensor(
        name=ALERTS,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Looks for what is wrong: failed runs and checks, silent sensors and schedules, late imports, held "
            "publications, an old inbox, regions left failed, a certificate that expires. Each is told once, again "
            "only when it changes, and when it ends: to the log, to HJV_ALERT_WEBHOOK_URL and to HJV_ALERT_MAIL_TO. "
            "It starts no runs; a tick says what it told."
        ),
        owners=OWNERS,
        tags={TRIGGER: ALERTS},
    )
    def look(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SkipReason:
        settings, now = Settings(), datetime.now(UTC)
        channels = channels_of(settings)
        try:
            with pipeline.connection() as connection:
                causes, looked_at = _look(context, pipeline, connection, timetable, settings, now)
                told = tell(connection, causes, looked_at, list(channels), now)
                failed = send_due(connection, channels, now)
        except HjvError as error:
            return dg.SkipReason(f"Nothing could be looked at: {error}")
        for channel, reason in failed.items():
            context.log.warning("%s: %s The messages wait and are sent later.", channel, reason)
        return dg.SkipReason(
            f"{len(causes)} causes: {len(told.opened)} new, {len(told.changed)} changed, {len(told.resolved)} over."
        )

    return look


def _look(
    context: dg.SensorEvaluationContext,
    pipeline: PipelineResource,
    connection: psycopg.Connection,
    timetable: Sequence[TimetableRow],
    settings: Settings,
    now: datetime,
) -> tuple[list[Cause], set[Kind]]:
    """Return what is wrong, and the kinds of causes that could be looked at."""
    places = places_of(settings, lambda source: presentation(source).asset)
    flow = pipeline.pipeline()
    regions = {source: flow.regions_of(source) for source in flow.source_names}
    looked = last_look(connection)
    looked_at: set[Kind] = {*KINDS}
    causes = [
        *standing_causes(connection, timetable, regions, now, places),
        *_runs_and_checks(context, connection, now, places),
        *_certificates(settings, now, places),
    ]
    if looked is None or now - looked > AWAKE:
        looked_at -= {"silent"}
    else:
        causes += _silent(context, now, places)
    return causes, looked_at


def _runs_and_checks(
    context: dg.SensorEvaluationContext, connection: psycopg.Connection, now: datetime, places: Places
) -> list[Cause]:
    def explained(run_ids: list[str]) -> set[tuple[str, str]]:
        return {(run_id, presentation(source).asset) for run_id, source in explained_steps(connection, run_ids)}

    keys = _repository(context).asset_graph.asset_check_keys
    return [
        *(run_failed(run, places) for run in failed_runs(context.instance, now, explained)),
        *(check_failed(check, places) for check in failed_checks(context.instance, sorted(keys), TOLD_ELSEWHERE)),
    ]


def _silent(context: dg.SensorEvaluationContext, now: datetime, places: Places) -> list[Cause]:
    repository = _repository(context)
    others = [sensor for sensor in repository.sensor_defs if sensor.name != ALERTS]
    works = clockworks(context.instance, others, repository.schedule_defs, now)
    return [cause for work in works if (cause := silent(work, places)) is not None]


def _certificates(settings: Settings, now: datetime, places: Places) -> list[Cause]:
    if settings.client_certificate is None:
        return []
    try:
        cause = certificate("HJV_CLIENT_CERTIFICATE", expiry(settings.client_certificate), now, places)
    except PermanentError as error:
        unreadable = str(error)
        return [Cause("certificate", "HJV_CLIENT_CERTIFICATE", unreadable, unreadable, "Correct it.", places.home)]
    return [] if cause is None else [cause]


def _repository(context: dg.SensorEvaluationContext) -> dg.RepositoryDefinition:
    if context.repository_def is None:
        raise PermanentError("The sensor `alerts` runs only as part of the code location.")
    return context.repository_def
