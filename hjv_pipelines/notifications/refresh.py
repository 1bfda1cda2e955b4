"""A person's refresh: units are read again from every source, by way of the inbox, and the person sees what came of it.

HSA is asked first, since it says which units the others are asked about. Where nobody drains a source, this process
does; where somebody does, this waits for what that one does. Whatever is not answered when the person gives up stays
in the inbox. Here: that, for commands and runs. Not here: the draining itself (`drain.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from time import perf_counter, sleep

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.cards.publications import publications_of
from hjv_pipelines.failures import TransientError
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.imported import FailedImport, SourceImport
from hjv_pipelines.notifications.drain import Drained, Patience, drain
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.hint import Hint
from hjv_pipelines.store.inbox.refreshes import ask_for
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints
from hjv_pipelines.store.ledger import Run, imports_of_units

WAIT = timedelta(minutes=2)
"""How long somebody else who drains a source may take, before we stop waiting for it."""

GLANCE = 0.2
"""Seconds between two looks at what became of our hints."""

AT_ONCE = Patience(linger=timedelta(), most=timedelta())


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a refresh at one source: what was read and published, by whomever; `batches` are our own."""

    imported: SourceImport
    publications: tuple[Publication, ...]
    batches: tuple[Drained, ...]


def refresh(
    pipeline: Pipeline,
    database_url: str,
    hsa_ids: Sequence[str],
    run: Run,
    *,
    clock: Callable[[], datetime],
    rng: Random,
    wait: timedelta = WAIT,
) -> Iterator[Answered]:
    """Read the units again from every source that is on and publish their cards; give what became of it, by source.

    A source that fails costs no other. Its hints are tried again by whoever drains it next.
    """
    directory, *others = pipeline.source_names
    told: set[int] = set()
    with connect(database_url) as connection:
        for sources in ([directory], others):
            asked_at = clock()
            for source, hint_ids in ask_for(connection, sources, hsa_ids, asked_at).items():
                started = perf_counter()
                batches: list[Drained] = []
                until = clock() + wait
                while True:
                    batches += drain(pipeline, database_url, source, run, AT_ONCE, clock=clock, rng=rng)
                    hints = chosen_hints(connection, Selection(hint_ids=hint_ids), len(hint_ids))
                    if all(map(_is_answered, hints)) or clock() >= until:
                        break
                    sleep(GLANCE)
                published = publications_of(connection, {hint.run_id for hint in hints if hint.run_id}, asked_at)
                yield Answered(
                    SourceImport(
                        source,
                        Scope(hsa_ids=tuple(hsa_ids)),
                        imports_of_units(connection, source, hsa_ids, asked_at),
                        tuple(_failures(hints)),
                        perf_counter() - started,
                    ),
                    tuple(one for one in published if one.publication_id not in told),
                    tuple(batches),
                )
                told.update(one.publication_id for one in published)


def _is_answered(hint: Hint) -> bool:
    """Tell whether a hint was read, or its read failed: the next try comes by itself, when we have gone."""
    return hint.state in {"done", "set_aside"} or hint.attempts > 0


def _failures(hints: Iterable[Hint]) -> Iterator[FailedImport]:
    """Give why units were not read and published, those with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for hint in hints:
        if hint.state != "done":
            reasons.setdefault(_reason(hint), []).append(hint.hsa_id)
    for reason, hsa_ids in reasons.items():
        yield FailedImport(Scope(hsa_ids=tuple(sorted(hsa_ids))), TransientError(reason))


def _reason(hint: Hint) -> str:
    error = hint.last_error or f"{hint.source} is being drained by another run, which has not come to it yet."
    if hint.state == "set_aside":
        return f"{error} It was set aside: when that is mended, `hjv inbox replay --unit {hint.hsa_id}`."
    return f"{error} It waits in the inbox and is tried again by itself while `hjv up` runs."
