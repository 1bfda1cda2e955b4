"""Causes and a clock for the tests of alerts."""

from datetime import UTC, datetime, timedelta

from hjv_pipelines.alerts.cause import Cause, Kind
from hjv_pipelines.alerts.places import Places

START = datetime(2026, 3, 11, 11, 0, tzinfo=UTC)
PLACES = Places("http://ui.example", lambda source: f"{source}_units")


def at(minutes: float) -> datetime:
    """Return the moment so many minutes after the start."""
    return START + timedelta(minutes=minutes)


def a_cause(subject: str = "hsa", essence: str = "one", kind: Kind = "late_import") -> Cause:
    """Return a cause."""
    return Cause(kind, subject, essence, f"{subject} is late: {essence}.", "Look at it.", "http://ui.example/assets/a")
