"""Rule 1: order does not matter.

Any permutation and any repetition of the same snapshots ends in the same store and the same cards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.source import Refusal, UnitDocument, UnreadRecord
from hjv_pipelines.store.ledger import begin_import, complete_imports, last_complete
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import EMPTY_STORE, MORNING, REGIONS, RUN, UNITS, Told, snapshot, tell

A, B, _ = UNITS
STOCKHOLM, SKANE = REGIONS

SAYINGS = ("absent", "refused", *((region, word) for region in REGIONS for word in ("one", "two", "hidden", "opening")))

Record = UnitDocument | Refusal | UnreadRecord

LATER = MORNING + timedelta(hours=1)

NEWEST_FEED_ENTRIES = """
SELECT hsa_id, region, card_hash FROM (
    SELECT DISTINCT ON (hsa_id) hsa_id, region, card_hash FROM hjv.feed ORDER BY hsa_id, position DESC
) newest WHERE card_hash IS NOT NULL ORDER BY 1
"""


@st.composite
def tellings(draw: st.DrawFn) -> Told:
    """Give what a source says: of the nation, of one region, or of some units; HSA's of these by either service."""
    source = draw(st.sampled_from(["hsa", "hsa", "eservices", "kka"]))
    regions = draw(st.sampled_from([REGIONS, (STOCKHOLM,), (SKANE,), ()]))
    asked = () if regions else draw(st.sampled_from([(A,), (B,), UNITS]))
    said = {hsa_id: draw(st.sampled_from(SAYINGS)) for hsa_id in asked or UNITS}
    return Told(
        minute=draw(st.integers(0, 3)),
        units={hsa_id: None if word == "refused" else word for hsa_id, word in said.items() if word != "absent"},
        regions=regions,
        asked=asked,
        coverage="full" if regions or source != "hsa" else draw(st.sampled_from(["full", "partial"])),
        source=source,
    )


@st.composite
def two_orders(draw: st.DrawFn) -> tuple[list[Told], list[Told]]:
    """Give some tellings, and the same in another order with repetitions."""
    first = draw(st.lists(tellings(), min_size=4, max_size=6))
    second = [*first, *draw(st.lists(st.sampled_from(first), max_size=2))]
    draw(st.randoms(use_true_random=False)).shuffle(second)
    return first, second


@given(orders=two_orders())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_any_repetition_end_in_the_same_documents_and_cards(
    connection: psycopg.Connection, orders: tuple[list[Told], list[Told]]
) -> None:
    """Traps 1, 2, 3, 4 and 5, all at once; and 34: what is borrowed follows its lender."""
    first, second = (ended_in(connection, order) for order in orders)
    assert first == second


@given(order=st.lists(tellings(), min_size=4, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cards_that_followed_step_by_step_are_those_that_are_built_at_once(
    connection: psycopg.Connection, order: list[Told]
) -> None:
    """No card is ever behind what it stands on, its own unit's word or another's, and the feed tells of each."""
    _, followed = ended_in(connection, order)
    fed = connection.execute(NEWEST_FEED_ENTRIES).fetchall()
    connection.execute("TRUNCATE hjv.cards, hjv.feed CASCADE")
    publish(connection, LATER)
    assert published(connection) == followed == fed


def test_a_complete_snapshot_buries_a_unit_that_it_does_not_name(connection: psycopg.Connection) -> None:
    """Trap 15: the hint that a unit left never comes; the next complete file lets it go."""
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "one")}, (SKANE,)))
    result = tell(connection, Told(1, {B: (SKANE, "one")}, (SKANE,)))
    assert (result.total.removed, result.total.unchanged, result.changed_units) == (1, 1, (A,))


def test_a_complete_snapshot_does_not_bury_what_is_newer_than_itself(connection: psycopg.Connection) -> None:
    """Trap 4: a unit first seen after the file was begun."""
    tell(connection, Told(2, {A: (SKANE, "one")}, asked=(A,)))
    tell(connection, Told(1, {B: (SKANE, "one")}, (SKANE,)))
    assert held(connection) == [A, B]


def test_a_refused_record_keeps_the_last_good_document(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    result = tell(connection, Told(1, {A: None}, (SKANE,)))
    assert (held(connection), result.total.refused, result.total.removed) == ([A], 1, 0)


def test_an_answer_about_units_says_nothing_of_others(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "one")}, (SKANE,)))
    tell(connection, Told(1, {}, asked=(A,)))
    assert held(connection) == [B]


def test_two_differing_records_of_one_unit_are_both_refused(connection: psycopg.Connection) -> None:
    """Trap 19: what contradicts itself says nothing usable."""
    told = snapshot(Told(0, {}, (SKANE,)))
    records = chained(
        snapshot(Told(0, {A: (SKANE, "one")}, (SKANE,))).records,
        snapshot(Told(0, {A: (SKANE, "two")}, (SKANE,))).records,
    )
    import_id = begin_import(connection, "hsa", told.scope, RUN, MORNING)
    result = merge(connection, replace(told, records=records), import_id, lambda: MORNING)
    assert (held(connection), result.findings) == ([], {"duplicate_hsa_id": 1})


def test_a_snapshot_that_breaks_in_the_middle_changes_nothing(connection: psycopg.Connection) -> None:
    """Trap 37: of a truncated file nothing counts, also not the units before the break."""
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    told = snapshot(Told(1, {}, (SKANE,)))
    import_id = begin_import(connection, "hsa", told.scope, RUN, MORNING)
    with pytest.raises(PermanentError):
        merge(connection, replace(told, records=breaking_off()), import_id, lambda: MORNING)
    assert held(connection) == [A]


def test_a_write_that_fails_moves_no_watermark(connection: psycopg.Connection) -> None:
    """Trap 11: neither the file's time nor the ledger's end moves on; the next try of the same snapshot does all."""
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    newer = Told(1, {A: (SKANE, "two"), B: (SKANE, "two")}, (SKANE,))
    # The last write of a merge but the ledger's: all before it was written by then.
    connection.execute("ALTER TABLE hjv.document_versions ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    with pytest.raises(psycopg.errors.CheckViolation):
        tell(connection, newer)
    assert [known.as_of for known in last_complete(connection)] == [MORNING]
    assert complete_imports(connection, "hsa")[SKANE].as_of == MORNING
    assert held(connection) == [A]

    connection.execute("ALTER TABLE hjv.document_versions DROP CONSTRAINT full_disk")
    tell(connection, newer)
    assert [known.as_of for known in last_complete(connection)] == [MORNING + timedelta(minutes=1)]
    assert held(connection) == [A, B]


def test_history_tells_what_the_store_held_and_when(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    tell(connection, Told(1, {A: (SKANE, "two")}, (SKANE,)))
    tell(connection, Told(2, {}, (SKANE,)))
    versions = connection.execute("SELECT as_of, valid_to IS NULL FROM hjv.document_versions ORDER BY as_of").fetchall()
    assert versions == [(MORNING, False), (MORNING + timedelta(minutes=1), False)]


def test_history_ends_a_partial_answer_that_a_newer_file_overrules(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, asked=(A,), coverage="partial"))
    tell(connection, Told(1, {A: (SKANE, "two")}, REGIONS))
    held_now = connection.execute("SELECT coverage FROM hjv.document_versions WHERE valid_to IS NULL").fetchall()
    assert held_now == [("full",)]


def test_a_unit_that_the_poorer_service_no_longer_knows_is_gone(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    result = tell(connection, Told(1, {}, asked=(A,), coverage="partial"))
    assert (result.total.removed, result.changed_units) == (1, (A,))


def test_a_finding_ends_when_its_source_is_mended(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: None}, (SKANE,)))
    tell(connection, Told(1, {A: (SKANE, "one")}, REGIONS))
    assert connection.execute("SELECT ended_at IS NOT NULL FROM hjv.findings").fetchall() == [(True,)]


def ended_in(
    connection: psycopg.Connection, order: Sequence[Told]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Tell everything in `order` to an empty store, publishing after each, and return where that ends."""
    connection.execute(EMPTY_STORE)
    for minute, told in enumerate(order):
        tell(connection, told)
        publish(connection, MORNING + timedelta(minutes=minute))
    publish(connection, LATER)
    documents = connection.execute(
        "SELECT source, hsa_id, coverage, region, as_of, content_hash FROM hjv.effective_documents ORDER BY 1, 2, 3"
    ).fetchall()
    return documents, published(connection)


def publish(connection: psycopg.Connection, at: datetime) -> None:
    """Publish the nation at a moment."""
    for region in (*REGIONS, "00-distans"):
        publish_region(connection, region, Policy(), RUN, lambda: at)


def published(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """Return the cards that stand published, by unit."""
    return connection.execute(
        "SELECT hsa_id, region, card_hash FROM hjv.cards WHERE card_hash IS NOT NULL ORDER BY 1"
    ).fetchall()


def held(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT hsa_id FROM hjv.effective_documents ORDER BY 1")]


def chained(*streams: Iterable[Record]) -> Iterator[Record]:
    for stream in streams:
        yield from stream


def breaking_off() -> Iterator[Record]:
    yield from snapshot(Told(1, {B: (SKANE, "one")}, (SKANE,))).records
    raise PermanentError("The file ends in the middle.")
