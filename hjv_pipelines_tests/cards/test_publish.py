"""Publication: what stands published follows the documents and the clock, and the feed tells every change once."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from hjv_pipelines.cards import staged
from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.published import card_of, feed_position
from hjv_pipelines.cards.staleness import stale_units
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.source import Scope, Snapshot, UnitDocument
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import MORNING, REGIONS, RUN, UNITS, Told, tell, unit

A, B, C = UNITS
STOCKHOLM, SKANE = REGIONS
NO_POLICY = Policy()
OTHER_POLICY = Policy(business_code_required_in=frozenset({SKANE}))


def test_a_unit_that_becomes_visible_appears_in_the_feed(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "hidden")}, (SKANE,)))
    publish(connection)
    tell(connection, Told(1, {A: (SKANE, "one")}, (SKANE,)))
    assert publish(connection).appeared == 1
    assert feed(connection) == [(1, A, "appeared", [])]


def test_a_withdrawn_card_leaves_a_tombstone_with_every_reason(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    publish(connection)
    tell(connection, Told(1, {A: (SKANE, "hidden")}, (SKANE,)))
    assert publish(connection).withdrawn == 1
    assert feed(connection)[-1] == (2, A, "withdrawn", ["destination"])
    card = card_of(connection, A)
    assert card is not None
    assert (card.body, card.was_published) == (None, True)


def test_a_unit_that_its_source_lets_go_is_withdrawn(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "one")}, (SKANE,)))
    publish(connection)
    tell(connection, Told(1, {B: (SKANE, "one")}, (SKANE,)))
    publish(connection)
    assert (2 + 1, A, "withdrawn", ["known_to_hsa"]) in feed(connection)


def test_an_unchanged_card_is_not_written_and_makes_no_feed_entry(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    publish(connection)
    tell(connection, Told(1, {A: (SKANE, "one")}, (SKANE,)))
    published = publish(connection)
    assert (published.unchanged, published.appeared, published.changed) == (1, 0, 0)
    assert feed_position(connection) == 1


def test_a_card_appears_and_disappears_by_the_clock_alone(connection: psycopg.Connection) -> None:
    """Trap 16: a start or end date passes with no event from anyone."""
    opens, closes = MORNING + timedelta(days=1), MORNING + timedelta(days=2)
    record = unit(A, SKANE, "one").model_copy(update={"start_date": opens, "end_date": closes})
    say(connection, [record])
    seen = [
        publish(connection, at=at).visible
        for at in (MORNING, opens - timedelta(seconds=1), opens, closes - timedelta(seconds=1), closes)
    ]
    assert seen == [0, 0, 1, 1, 0]


def test_a_link_to_a_related_unit_comes_and_goes_with_that_units_card(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "hidden")}, (SKANE,)))
    publish(connection)
    tell(connection, Told(1, {B: (SKANE, "one")}, asked=(B,)))
    publish(connection)
    assert related_units(connection, A) == [B]
    tell(connection, Told(2, {B: (SKANE, "hidden")}, asked=(B,)))
    publish(connection)
    assert related_units(connection, A) == []


def test_a_unit_that_moves_to_another_region_keeps_its_card_and_its_place_in_the_feed(
    connection: psycopg.Connection,
) -> None:
    """Trap 5: it is there in the one region or in the other, never in both and never in none."""
    tell(connection, Told(0, {A: (SKANE, "one")}, REGIONS))
    publish(connection)
    tell(connection, Told(1, {A: (STOCKHOLM, "one")}, REGIONS))
    assert publish(connection, SKANE).withdrawn == 0
    assert publish(connection, STOCKHOLM).changed == 1
    assert [kind for _, _, kind, _ in feed(connection)] == ["appeared", "changed"]
    card = card_of(connection, A)
    assert card is not None
    assert card.region == STOCKHOLM


def test_another_policy_judges_every_unit_anew(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one")}, (SKANE,)))
    publish(connection)
    assert list(stale_units(connection, SKANE, OTHER_POLICY, MORNING)) == [A]
    assert publish(connection, policy=OTHER_POLICY).withdrawn == 1


def test_after_a_publication_no_card_is_behind_its_documents(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "two"), C: (SKANE, "hidden")}, (SKANE,)))
    assert set(stale_units(connection, SKANE, NO_POLICY, MORNING)) == {A, B, C}
    publish(connection)
    assert stale_units(connection, SKANE, NO_POLICY, MORNING) == {}


def test_units_that_nobody_asked_about_wait_for_their_own_publication(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "one")}, (SKANE,)))
    publish_region(connection, SKANE, NO_POLICY, RUN, lambda: MORNING, [A])
    assert list(stale_units(connection, SKANE, NO_POLICY, MORNING)) == [B]


def test_a_region_larger_than_a_piece_is_published_at_once(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staged, "MOST_UNITS", 1)
    tell(connection, Told(0, {A: (SKANE, "one"), B: (SKANE, "one"), C: (SKANE, "hidden")}, (SKANE,)))
    published = publish(connection)
    assert (published.appeared, published.hidden) == (2, 1)
    assert related_units(connection, A) == [B]
    assert stale_units(connection, SKANE, NO_POLICY, MORNING) == {}


def publish(
    connection: psycopg.Connection, region: str = SKANE, policy: Policy = NO_POLICY, at: datetime = MORNING
) -> Publication:
    return publish_region(connection, region, policy, RUN, lambda: at)


def say(connection: psycopg.Connection, records: Iterable[HsaUnit]) -> None:
    """Tell the store of whole records, in a complete snapshot of Skåne."""
    scope = Scope(regions=(SKANE,))
    documents = (UnitDocument(record.hsa_id, SKANE, record) for record in records)
    snapshot = Snapshot("hsa", scope, MORNING, MORNING, documents)
    merge(connection, snapshot, begin_import(connection, "hsa", scope, RUN, MORNING), lambda: datetime.now(UTC))


def feed(connection: psycopg.Connection) -> list[tuple[int, str, str, list[str]]]:
    return connection.execute("SELECT position, hsa_id, kind, reasons FROM hjv.feed ORDER BY position").fetchall()


def related_units(connection: psycopg.Connection, hsa_id: str) -> list[str]:
    row = connection.execute(
        "SELECT coalesce(body::jsonb -> 'related_units', '[]') FROM hjv.cards "
        "JOIN hjv.contents ON content_hash = card_hash WHERE hsa_id = %s",
        (hsa_id,),
    ).fetchone()
    return row[0] if row else []
