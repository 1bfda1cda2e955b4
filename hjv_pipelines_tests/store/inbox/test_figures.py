"""The inbox tells how much waits, and how fast hints are answered."""

from datetime import timedelta

import psycopg
import pytest

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.store.inbox.arrivals import Notification, accept, add_hints
from hjv_pipelines.store.inbox.batches import finish, hand_out
from hjv_pipelines.store.inbox.figures import Depth, Percentiles, Spread, depth, latency, spread
from hjv_pipelines.store.inbox.selection import Selection, replay
from hjv_pipelines.store.inbox.troubles import fail
from hjv_pipelines_tests.store.inbox.time import LEASE, RNG, START, at

UNITS = tuple(f"SE2321000016-{number:03}" for number in range(3))


def test_depth_counts_what_is_not_done(connection: psycopg.Connection) -> None:
    add_hints(connection, "kka", UNITS[:1], "operator", START)
    add_hints(connection, "kka", UNITS[:2], "operator", at(1))
    batch = hand_out(connection, "kka", 10, at(1), LEASE)
    assert batch is not None
    fail(connection, batch.batch_id, PermanentError("No."), at(2), RNG, hsa_ids=UNITS[:1])
    finish(connection, batch.batch_id, at(2), at(2))
    add_hints(connection, "hsa", UNITS, "operator", at(3))

    assert depth(connection) == [Depth("hsa", "waiting", 3, 3, at(3)), Depth("kka", "set_aside", 2, 1, START)]


def test_latency_is_told_stage_by_stage(connection: psycopg.Connection) -> None:
    for number, hsa_id in enumerate(UNITS):
        accept(connection, Notification("hsa", f"n{number}", (hsa_id,), START), START, at(0.1 * (number + 1)))
        publish(connection, read=1, published=3)

    (figures,) = latency(connection, START, at(60))
    assert (figures.source, figures.origin, figures.hints) == ("hsa", "notification", 3)
    assert (figures.committed.p50, figures.committed.p95) == pytest.approx((200, 290))
    assert (figures.read.p50, figures.published, figures.altogether) == (
        pytest.approx(800),
        Percentiles(2000, 2000),
        Percentiles(3000, 3000),
    )


def test_latency_leaves_out_what_an_operator_replayed_and_other_times(connection: psycopg.Connection) -> None:
    add_hints(connection, "hsa", UNITS[:1], "notification", START)
    publish(connection, read=1, published=3)
    assert latency(connection, at(4), at(60)) == []
    assert latency(connection, START, at(3)) == []
    replay(connection, Selection(sources=("hsa",)), at(5))
    publish(connection, read=6, published=7)
    assert latency(connection, START, at(60)) == []


def test_hints_are_counted_by_how_long_they_took(connection: psycopg.Connection) -> None:
    for hsa_id, seconds in zip(UNITS, (0.5, 1.5, 30), strict=True):
        add_hints(connection, "hsa", [hsa_id], "notification", START)
        publish(connection, read=0.2, published=seconds)
    bounds = [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=5)]
    assert spread(connection, START, at(60), bounds) == [Spread("hsa", "notification", (1, 1, 0, 1))]
    assert spread(connection, at(60), at(90), bounds) == []


def publish(connection: psycopg.Connection, *, read: float, published: float) -> None:
    """Let all that waits be read and published at these seconds after the start."""
    batch = hand_out(connection, "hsa", 10, at(60), LEASE)
    assert batch is not None
    finish(connection, batch.batch_id, at(read), at(published))
