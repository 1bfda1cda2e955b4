"""Documents in the store → cards built and published: all new, none changed.

The floor is the cards' pure function with its bytes and their hash: facts in memory → card → canonical JSON → SHA-256,
no database. That function has a floor of its own: the finished cards' dicts → orjson → SHA-256.
"""

import gc
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from statistics import median

import orjson
import psycopg

from hjv_pipelines.bench.figure import Figure, times_the_floor
from hjv_pipelines.bench.stopwatch import medians, seconds
from hjv_pipelines.bench.workshop import RUN, Workshop
from hjv_pipelines.canonical import canonical_json, content_hash
from hjv_pipelines.cards.build import build_card
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.neighbours import SOURCES, Neighbours, dependencies
from hjv_pipelines.cards.reading import read_facts
from hjv_pipelines.cards.visibility import Policy, policy_of
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect

_VISIBLE = "SELECT hsa_id FROM hjv.cards WHERE card_hash IS NOT NULL ORDER BY hsa_id"
_BODIES = "SELECT k.body FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash"


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the times of the two publications, and of the function that makes cards."""
    now, policy = datetime.now(UTC), policy_of(workshop.settings)
    with connect(workshop.published) as connection:
        facts, neighbours = _facts(connection, now, policy)
        dicts = [orjson.loads(body) for (body,) in connection.execute(_BODIES)]
    gc.freeze()
    floor, dumping = medians(
        workshop.rounds("Making cards of facts"),
        partial(_build, facts, now, policy, neighbours),
        partial(_dump, dicts),
    )
    del dicts, facts, neighbours
    gc.unfreeze()
    taken: dict[str, list[float]] = {"all new": [], "none changed": []}
    for _ in workshop.rounds("Building and publishing the cards"):
        with workshop.copy_of(workshop.imported) as url:
            pipeline = Pipeline.from_settings(workshop.asking, url)
            for times in taken.values():
                times.append(seconds(partial(pipeline.publish, Scope.nation(), RUN)))
    workshop.floors["cards"] = floor
    for (name, times), most in zip(taken.items(), (3, 1.5), strict=True):
        yield Figure(f"build and publish, {name}", median(times), "s", floor, times_the_floor(most))
    yield Figure("cards of facts in memory, beside their dicts alone", floor, "s", dumping)


def _facts(connection: psycopg.Connection, now: datetime, policy: Policy) -> tuple[list[UnitFacts], Neighbours]:
    """Return what is known of the units that have a card, and of those that they depend on."""
    visible = [hsa_id for (hsa_id,) in connection.execute(_VISIBLE)]
    facts = [known for known, _ in read_facts(connection, visible)]
    others = {dependency.hsa_id for known in facts for dependency in dependencies(known)}
    return facts, Neighbours(read_facts(connection, others, SOURCES), now, policy)


def _build(facts: list[UnitFacts], now: datetime, policy: Policy, neighbours: Neighbours) -> None:
    for known in facts:
        card = build_card(known, now, policy, neighbours).card
        if card is not None:
            content_hash(canonical_json(card))


def _dump(dicts: list[object]) -> None:
    for card in dicts:
        hashlib.sha256(orjson.dumps(card, option=orjson.OPT_SORT_KEYS)).hexdigest()
