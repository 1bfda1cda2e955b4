"""Backing up: the database as it is at one moment, in one compressed file, while everything goes on.

Here: making the file. Not here: bringing it back (`restore.py`).
"""

from dataclasses import dataclass
from pathlib import Path

from hjv_pipelines.backup.programs import run, server_version
from hjv_pipelines.failures import PermanentError

NOT_KEPT = ("kombu_message", "celery_taskmeta", "celery_tasksetmeta")
"""Celery's tables, whose rows mean nothing later: runs are asked for anew by Dagster."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that a database can be restored from, and its size."""

    path: Path
    bytes: int


def back_up(url: str, path: Path) -> Backup:
    """Write the database at `url` to `path`, readable for its owner only; whole, or not at all.

    Raises `PermanentError` when the file is there already or cannot be written, or PostgreSQL's program fails.
    """
    if path.exists():
        raise PermanentError(f"{path} is there already: name another file.")
    major, part = server_version(url), path.with_name(f"{path.name}.part")
    try:
        part.touch(mode=0o600)
        excluded = [f"--exclude-table-data=public.{table}" for table in NOT_KEPT]
        run("pg_dump", ["--format=custom", "--no-owner", *excluded, f"--file={part}"], url, major)
        run("pg_restore", ["--list", str(part)], url, major)
        part.rename(path)
    except OSError as error:
        raise PermanentError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return Backup(path, path.stat().st_size)
