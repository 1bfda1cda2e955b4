"""What a source is asked part by part, and how far the reading of a part has come.

Here: the cutting of a scope, and the count. Not here: what becomes of a part (`flow.py`).
"""

from collections.abc import Callable, Iterator

from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument, UnreadRecord

WATCHED_EVERY = 1000
"""Records between two words to whoever watches."""


def parts_of(source: Source, scope: Scope) -> Iterator[Scope]:
    """Give the parts that are asked for one by one: the whole scope, or each of the regions that the source knows."""
    regions = tuple(region for region in scope.regions if region in source.regions)
    if scope.hsa_ids:
        yield scope
    elif source.by_region:
        yield from (Scope(regions=(region,)) for region in regions)
    elif regions:
        yield Scope(regions=regions)


def watched(
    records: Iterator[UnitDocument | Refusal | UnreadRecord], watch: Callable[[int], None]
) -> Iterator[UnitDocument | Refusal | UnreadRecord]:
    """Give the records, and tell `watch` now and then how many were given."""
    for number, record in enumerate(records, start=1):
        if number % WATCHED_EVERY == 0:
            watch(number)
        yield record
