"""The sensors of the inbox: one for each source that notifies, one for the clock, one for what refreshes left behind.

A tick waits for a hint, woken by PostgreSQL within milliseconds, and asks for one run for all that waits. While a run
drains a source's inbox, and for as long as it lingers there, no other is asked for. Here: when a run is asked for.
Not here: what it does (`notifications.py`).
See https://docs.dagster.io/guides/automate/sensors
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from time import sleep
from typing import Self

import dagster as dg
import psycopg
from pydantic import BaseModel

from hjv_pipelines.failures import HjvError
from hjv_pipelines.orchestration.notifications import NOTIFYING, OTHERS, AssetJob, silent_sources
from hjv_pipelines.orchestration.presentation import NOTIFICATIONS, OWNERS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import SOURCE, TRIGGER
from hjv_pipelines.sources.registry import missing_addresses
from hjv_pipelines.store.inbox.clock import add_clock_hints, next_clock_moment
from hjv_pipelines.store.inbox.drainer import sole_drainer, take_over
from hjv_pipelines.store.inbox.figures import depth
from hjv_pipelines.store.inbox.hint import CARDS
from hjv_pipelines.store.inbox.waiting import newest_hint, next_due, wait_for_hints

START = timedelta(seconds=15)
"""How long a run that was asked for may take to begin, before another is asked for."""

LEFT = timedelta(seconds=10)
"""How long a hint that a person gave may be due before it counts as left behind."""

GLANCE = 0.2
"""Seconds between two looks at whether anybody drains."""

GLANCES = 25
"""So often in a row: to ask what is due looks through all that waits, which is much while a storm is drained."""

Wait = Callable[[psycopg.Connection, str, datetime], bool]
"""What waits until a moment for a hint of a source, and tells whether one came."""


class Asked(BaseModel):
    """A sensor's cursor: how many runs it has asked for, and when it did so last (UTC)."""

    runs: int = 0
    last: datetime | None = None

    @classmethod
    def read(cls, cursor: str | None) -> Self:
        """Return what a cursor says."""
        return cls.model_validate_json(cursor) if cursor else cls()

    def once_more(self, now: datetime) -> Self:
        """Return the cursor after one more."""
        return self.model_copy(update={"runs": self.runs + 1, "last": now})


def inbox_sensors(job: AssetJob) -> list[dg.SensorDefinition]:
    """Return the sensors that have `job` drain the inbox."""
    notified = [
        _sensor(
            source,
            f"{source}_notifications",
            job,
            _wait_for_hint,
            f"Waits for notifications of {source}, and for hints that operators give, and has the units read again.",
        )
        for source in NOTIFYING
    ]
    clock = _sensor(
        CARDS,
        "clock",
        job,
        _wait_for_moment,
        "Waits for the next moment at which a date makes a card appear, change or disappear, and has it published.",
    )
    return [*notified, clock, _left_by_persons(job)]


def _left_by_persons(job: AssetJob) -> dg.SensorDefinition:
    """Return the sensor for sources that do not notify: what a refresh left there, and its tries after a failure."""

    @dg.sensor(
        name="operator_refreshes",
        job=job,
        minimum_interval_seconds=5,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Waits for hints that persons gave for sources that do not notify, and that nobody takes care of: an "
            "interrupted `hjv refresh`, a source that failed then. A refresh that goes on drains its own; it has "
            f"{LEFT.total_seconds():.0f} seconds for it. Cursor: how many runs it asked for, and when."
        ),
        owners=OWNERS,
        tags={TRIGGER: "notification", SOURCE: OTHERS},
    )
    def operator_refreshes(
        context: dg.SensorEvaluationContext, pipeline: PipelineResource
    ) -> dg.SensorResult | dg.SkipReason:
        asked, now = Asked.read(context.cursor), _now()
        if asked.last and now < asked.last + START:
            return dg.SkipReason("The run that was asked for is about to begin.")
        try:
            with pipeline.connection() as connection:
                hinted = {part.source for part in depth(connection)}.difference(missing_addresses(pipeline.settings))
                left = [_left_hint(connection, source, now) for source in silent_sources(hinted)]
        except HjvError as error:
            return dg.SkipReason(str(error))
        newest = max((hint for hint in left if hint is not None), default=None)
        if newest is None:
            return dg.SkipReason("No refresh left anything behind.")
        request = dg.RunRequest(
            run_key=f"{OTHERS}, hint {newest}, run {asked.runs + 1}",
            run_config={"ops": {NOTIFICATIONS: {"config": {"source": OTHERS}}}},
            tags={SOURCE: OTHERS, TRIGGER: "notification"},
        )
        return dg.SensorResult(run_requests=[request], cursor=asked.once_more(_now()).model_dump_json())

    return operator_refreshes


def _left_hint(connection: psycopg.Connection, source: str, now: datetime) -> int | None:
    """Return the newest hint of `source` that has been due for a while, where nobody drains it."""
    with sole_drainer(connection, source) as alone:
        if not alone:
            return None
        take_over(connection, source, now, Random())  # noqa: S311  jitter needs no secrecy
        due = next_due(connection, source)
        return newest_hint(connection, source) if due and due <= now - LEFT else None


def _sensor(source: str, name: str, job: AssetJob, wait: Wait, description: str) -> dg.SensorDefinition:
    @dg.sensor(
        name=name,
        job=job,
        minimum_interval_seconds=1,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            f"{description} A tick waits for most of a minute. Cursor: how many runs it asked for, and when. "
            "Nothing is lost by turning it off or resetting it: hints wait in the inbox."
        ),
        owners=OWNERS,
        tags={TRIGGER: "notification", SOURCE: source},
    )
    def tick(context: dg.SensorEvaluationContext, pipeline: PipelineResource) -> dg.SensorResult | dg.SkipReason:
        asked = Asked.read(context.cursor)
        until = _now() + timedelta(seconds=pipeline.settings.inbox_tick_seconds)
        try:
            with pipeline.connection() as connection:
                hint = unattended_hint(connection, source, wait, asked.last, until)
        except HjvError as error:
            return dg.SkipReason(str(error))
        if hint is None:
            return dg.SkipReason(f"Nothing waits for {source} that no run takes care of.")
        request = dg.RunRequest(
            run_key=f"{source}, hint {hint}, run {asked.runs + 1}",
            run_config={"ops": {NOTIFICATIONS: {"config": {"source": source}}}},
            tags={SOURCE: source, TRIGGER: "clock" if source == CARDS else "notification"},
        )
        return dg.SensorResult(run_requests=[request], cursor=asked.once_more(_now()).model_dump_json())

    return tick


def unattended_hint(
    connection: psycopg.Connection, source: str, wait: Wait, last_asked: datetime | None, until: datetime
) -> int | None:
    """Wait until a hint of `source` can be read and nobody does, nor is about to; return the newest such hint's id."""
    starting = (last_asked + START) if last_asked else None
    with _nobody_drains(connection, source, starting) as alone:
        if alone:
            take_over(connection, source, _now(), Random())  # noqa: S311  jitter needs no secrecy
    while _now() < until and wait(connection, source, until):
        with _nobody_drains(connection, source, starting) as alone:
            if alone:
                return newest_hint(connection, source)
        _watch_the_drainer(connection, source, starting, until)
    return None


@contextmanager
def _nobody_drains(connection: psycopg.Connection, source: str, starting: datetime | None) -> Iterator[bool]:
    """Give whether nobody drains `source`, nor is to begin to until `starting`; nobody begins meanwhile."""
    with sole_drainer(connection, source) as alone:
        yield alone and not (starting and _now() < starting)


def _watch_the_drainer(connection: psycopg.Connection, source: str, starting: datetime | None, until: datetime) -> None:
    """Return when nobody drains `source` any more, and after a few seconds, or at `until`, at the latest."""
    for _ in range(GLANCES):
        sleep(GLANCE)
        with _nobody_drains(connection, source, starting) as alone:
            if alone or _now() >= until:
                return


def _wait_for_hint(connection: psycopg.Connection, source: str, until: datetime) -> bool:
    return wait_for_hints(connection, source, patience=max(until - _now(), timedelta()), clock=_now)


def _wait_for_moment(connection: psycopg.Connection, source: str, until: datetime) -> bool:
    """Wait as for any hint, and give the clock's own on their moment."""
    add_clock_hints(connection, _now())
    moment = next_clock_moment(connection, _now())
    if _wait_for_hint(connection, source, min(until, moment or until)):
        return True
    return add_clock_hints(connection, _now()) > 0


def _now() -> datetime:
    return datetime.now(UTC)
