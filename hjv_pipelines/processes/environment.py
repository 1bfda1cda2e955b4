"""What the processes are told: the environment that all of them start with.

Here: settings and addresses as variables. Variables, and never command lines: other users can read those.
Not here: which processes there are (`programs.py`).
"""

import os
from pathlib import Path

from pydantic import SecretStr
from pydantic_core import to_json

from hjv_pipelines.logs.beginning import START
from hjv_pipelines.settings import Settings


def environment(settings: Settings, url: str) -> dict[str, str]:
    """Return the variables to add, so that a process shares `settings` and uses the running database at `url`.

    Dagster and Celery keep what is theirs in the same database.
    """
    address = url.partition("://")[2]
    return {
        **{f"HJV_{name.upper()}": _told(value) for name, value in settings if value is not None},
        "HJV_DATA_DIR": str(settings.home),
        "HJV_DATABASE_URL": url,
        "HJV_DAGSTER_DATABASE_URL": f"postgresql://{address}",
        "HJV_CELERY_BROKER": f"sqla+postgresql+psycopg2://{address}",
        "HJV_CELERY_BACKEND": f"db+postgresql+psycopg2://{address}",
        "DAGSTER_HOME": str(dagster_home(settings)),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "PYTHONUNBUFFERED": "1",
        **(_logging_from_the_start() if settings.log_format == "json" else {}),
    }


def dagster_home(settings: Settings) -> Path:
    """Return the folder of Dagster's instance."""
    return settings.home / "dagster"


def _logging_from_the_start() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(START), os.environ.get("PYTHONPATH"))))}


def _told(value: object) -> str:
    """Return a setting as pydantic-settings reads it back: text as it stands, anything else as JSON."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, str | Path):
        return str(value)
    return to_json(value).decode()
