"""Whether HSA has ever told of the units that the other sources are asked about.

Here: the question, for a schedule that is about to ask for a run, and for a step that is about to ask a source. Not
here: the first import of a fresh installation (`sensors.py`).
"""

import psycopg

from hjv_pipelines.orchestration.presentation import DIRECTORY
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.ledger import complete_imports


def has_known_units(connection: psycopg.Connection) -> bool:
    """Tell whether HSA has ever told of a region whole."""
    return bool(complete_imports(connection, DIRECTORY))


def knows_units(settings: Settings) -> bool:
    """Tell the same of the store of an installation."""
    with database(settings) as url, connect(url) as connection:
        return has_known_units(connection)
