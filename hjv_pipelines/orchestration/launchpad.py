"""The launchpad: what a person fills in, and what is said where it was left empty.

A job's launchpad begins with every field that is needed, empty or with a value that does no harm. Here: the answer to
who launches it so. Not here: the fields, which stand with their jobs.
See https://docs.dagster.io/guides/operate/configuration/run-configuration
"""

import dagster as dg

from hjv_pipelines.failures import PermanentError


def require_all(config: dg.Config, *names: str) -> None:
    """Raise `PermanentError` that says which of the fields `names` are still empty, as the launchpad begins."""
    empty = [name for name in names if not getattr(config, name)]
    if empty:
        raise PermanentError(f"Fill in {', '.join(empty)} in the launchpad: all of it is kept with the decision.")
