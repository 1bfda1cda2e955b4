"""A worker tells that it attends its queues, by a thread that holds their locks in the database.

Here: the thread, which takes them anew when the database was gone. Not here: the locks (`store/attendance.py`), and who
looks at them (`examination/workers.py`).
"""

import os
from collections.abc import Iterable
from threading import Thread
from time import sleep

import psycopg

from hjv_pipelines.orchestration.presence import MACHINE_GONE
from hjv_pipelines.store.attendance import attending, hold

LOOK_SECONDS = 5.0
"""How soon a connection that ended is seen, and made anew."""

held: list[psycopg.Connection] = []
"""This process' connection with the locks, once it has them."""


def begin_attending(url: str, queues: Iterable[str]) -> None:
    """Attend these queues for as long as this process lives."""
    Thread(target=_attend_always, args=(url, tuple(queues)), name="attendance", daemon=True).start()


def leave_to_parent(**_: object) -> None:
    """Close the worker's connection in a child of it: it is to end with the worker, and not with its last child."""
    for connection in held:
        os.close(connection.fileno())
    held.clear()


def _attend_always(url: str, queues: tuple[str, ...]) -> None:
    while True:
        try:
            _attend_while_connected(url, queues)
        except psycopg.Error:
            sleep(LOOK_SECONDS)


def _attend_while_connected(url: str, queues: tuple[str, ...]) -> None:
    with psycopg.connect(url, autocommit=True, options=MACHINE_GONE) as connection:
        for queue in queues:
            hold(connection, attending(queue))
        held[:] = [connection]
        while True:
            sleep(LOOK_SECONDS)
            connection.execute("SELECT 1")
