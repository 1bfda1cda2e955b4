"""The queues of runs, each with workers of its own.

Here: their names, which also those know who run no Dagster. Not here: the broker that holds them and which run goes
where (`orchestration/broker.py`, `orchestration/coordination.py`).
"""

IMPORTS = "imports"
"""The queue of bulk work: everything that does not ask for another."""

NOTIFICATIONS = "notifications"
"""The queue of single units, with a worker of its own: a hint never waits behind a national import."""

QUEUES = (IMPORTS, NOTIFICATIONS)
