"""The parts of the bench, in the order in which they are measured.

What needs an installation comes last: it would take time from the others. Here: the list. Not here: any part.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from hjv_pipelines.bench import (
    cards,
    code_location,
    dagster_import,
    delivery,
    growth,
    hour,
    hsa_file,
    inbox,
    notifications,
    receiver,
    soap_sources,
    start,
    store,
    tenfold,
)
from hjv_pipelines.bench.figure import Figure
from hjv_pipelines.bench.workshop import Workshop

PARTS: Mapping[str, Callable[[Workshop], Iterator[Figure]]] = MappingProxyType(
    {
        "code_location": code_location.measure,
        "hsa_file": hsa_file.measure,
        "store": store.measure,
        "cards": cards.measure,
        "soap_sources": soap_sources.measure,
        "delivery": delivery.measure,
        "receiver": receiver.measure,
        "inbox": inbox.measure,
        "growth": growth.measure,
        "start": start.measure,
        "dagster_import": dagster_import.measure,
        "hour": hour.measure,
        "notifications": notifications.measure,
        "tenfold": tenfold.measure,
    }
)

ASKED_FOR_BY_NAME = frozenset({"tenfold"})
"""Parts that take so long that they are measured only when they are named."""
