"""The receiver over loopback: notifications of one unit and of a thousand, signed, until they are committed.

The floor is a row of as many HSA-ids, committed to the same database by as many senders over kept connections: less
cannot be promised with a 202. Here: that. Not here: what becomes of a notification (`notifications.py`).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import psycopg

from hjv_pipelines.bench.asking import Question, ask_at_once
from hjv_pipelines.bench.figure import Figure
from hjv_pipelines.bench.served import served
from hjv_pipelines.bench.stopwatch import medians
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.notifications.message import MOST_UNITS
from hjv_pipelines.notifications.sending import body_of
from hjv_pipelines.notifications.signature import HEADER, signed
from hjv_pipelines.store.database import connect

_SENDERS = 8
_SECRET = "of the bench alone"  # noqa: S105
_RECEIVER = "hjv_pipelines.notifications.receiver:create_app"
_UNITS = "SELECT hsa_id FROM hjv.documents WHERE source = 'hsa' ORDER BY hsa_id LIMIT %s"
_FLOOR = "CREATE TABLE floor (told text[])"
_ROW = "INSERT INTO floor VALUES (%s)"

_NUMBER = {1: 1000, MOST_UNITS: 40}
"""How many notifications a round has, by the units that each names."""


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the time of a notification when one sender tells after the other, and when eight do at once."""
    with workshop.copy_of(workshop.imported) as url:
        settings = {"HJV_DATABASE_URL": url, "HJV_NOTIFICATION_SECRET_HSA": _SECRET}
        with connect(url) as connection:
            units = [hsa_id for (hsa_id,) in connection.execute(_UNITS, (MOST_UNITS,))]
            connection.execute(_FLOOR)
        with served(_RECEIVER, settings, "/readyz") as address:
            for told in _NUMBER:
                for senders in (1, _SENDERS):
                    yield _figure(workshop, address, url, units[:told], senders)


def _figure(workshop: Workshop, address: str, url: str, units: Sequence[str], senders: int) -> Figure:
    named = f"a notification of {len(units):,} units" if len(units) > 1 else "a notification of a unit"
    number = _NUMBER[1] if len(units) == 1 else _NUMBER[MOST_UNITS]
    taken, least = medians(
        workshop.rounds(f"Telling the receiver: {named}"),
        partial(_tell, address, units, number, senders),
        partial(_commit, url, units, number, senders),
    )
    name = f"{named}, {senders} senders at once" if senders > 1 else named
    return Figure(name, 1000 * taken / number, "ms", 1000 * least / number)


def _tell(address: str, units: Sequence[str], number: int, senders: int) -> None:
    now = datetime.now(UTC)
    ask_at_once([_notification(address, units, now) for _ in range(number)], senders)


def _notification(address: str, units: Sequence[str], now: datetime) -> Question:
    body = body_of(f"bench-{uuid4()}", list(units), now)
    headers = (("Content-Type", "application/json"), (HEADER, signed(_SECRET, body, now)))
    return Question(address, "/v1/notifications/hsa", headers, body)


def _commit(url: str, units: Sequence[str], number: int, senders: int) -> None:
    def commit(_sender: int) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for _ in range(number // senders):
                connection.execute(_ROW, (list(units),))

    with ThreadPoolExecutor(senders) as pool:
        list(pool.map(commit, range(senders)))
