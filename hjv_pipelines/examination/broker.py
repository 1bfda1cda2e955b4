"""Whether the broker lets us in that carries runs to the workers of several machines.

On one machine PostgreSQL is the broker, which the doctor has looked at already. Not here: whether workers take what it
holds (`workers.py`).
"""

import os

from kombu.connection import Connection
from kombu.exceptions import KombuError

from hjv_pipelines.examination.examined import Examined
from hjv_pipelines.settings import Settings

VARIABLE = "HJV_CELERY_BROKER"

_SECONDS = 3
_POSTGRESQL = "sqla+"


def examine_broker(_settings: Settings) -> Examined:
    """Connect to the broker that the environment names."""
    broker = os.environ.get(VARIABLE, _POSTGRESQL)
    if broker.startswith(_POSTGRESQL):
        return Examined("broker", well=True, seen="PostgreSQL")
    remedy = f"Start it, or correct {VARIABLE}; workers, daemon and UI must all name the same one."
    try:
        return _connected(broker, remedy)
    except (ValueError, KeyError):  # their words repeat parts of the address, of which one may be a password
        return Examined("broker", well=False, seen="its address cannot be read", remedy=remedy)


def _connected(broker: str, remedy: str) -> Examined:
    bounds = {"socket_connect_timeout": _SECONDS, "socket_timeout": _SECONDS}
    with Connection(broker, connect_timeout=_SECONDS, transport_options=bounds) as connection:
        seen = connection.as_uri()
        try:
            connection.ensure_connection(max_retries=1, interval_start=0)
        except (KombuError, OSError) as error:
            return Examined("broker", well=False, seen=f"{seen}: {str(error).partition(chr(10))[0]}", remedy=remedy)
    return Examined("broker", well=True, seen=f"{seen} answers")
