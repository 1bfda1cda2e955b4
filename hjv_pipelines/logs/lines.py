"""A line of the log as JSON: time (UTC), level, logger, message, what it is about, and the error where there is one.

Here: what a line holds. Not here: which handlers write such lines (`beginning.py`).
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from hjv_pipelines.logs.about import subject
from hjv_pipelines.logs.secrets import without_secrets

OF_DAGSTER = "dagster_meta"
"""Where a record that passed Dagster holds what Dagster knows of it: the run, the step, the event."""


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object on one line, without any secret."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told = getattr(record, OF_DAGSTER, None) or {}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": told.get("orig_message") or record.getMessage(),
            **_of_dagster(told),
            **subject(),
            **self._error(record, told),
        }
        shown = {name: without_secrets(str(value)) for name, value in line.items() if value is not None}
        # What is no Unicode (a broken name of a file) is written as JSON writes it.
        return json.dumps(shown, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()

    def _error(self, record: logging.LogRecord, told: Mapping[str, object]) -> dict[str, object]:
        """Return the traceback, ours or that of a step that failed."""
        if record.exc_info and record.exc_info[0]:
            return {"error": self.formatException(record.exc_info)}
        details = getattr(told.get("dagster_event"), "event_specific_data", None)
        return {"error": getattr(details, "error_display_string", None)}


def _of_dagster(told: Mapping[str, object]) -> dict[str, object]:
    return {"run_id": told.get("run_id"), "job": told.get("job_name"), "step": told.get("step_key")}
