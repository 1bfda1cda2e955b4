"""Borrowed e-services follow their lender: its e-services, its card, its start and its end, in any region (trap 34)."""

from datetime import datetime, timedelta

import psycopg
import pytest

from hjv_pipelines.cards.explain import explain
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.published import card_of
from hjv_pipelines.cards.staleness import stale_units
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.sources.source import Scope, Snapshot, UnitDocument
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import MORNING, OPENING, REGIONS, RUN, UNITS, Told, tell, unit

BORROWER, LENDER, UNKNOWN = UNITS
STOCKHOLM, SKANE = REGIONS
NATION, SKANE_ALONE, LENDER_ALONE = Scope(regions=REGIONS), Scope(regions=(SKANE,)), Scope(hsa_ids=(LENDER,))
SAME, ONE, TWO = (LENDER, "same"), (LENDER, f"{LENDER} one"), (LENDER, f"{LENDER} two")


@pytest.fixture
def lent(connection: psycopg.Connection, database_url: str) -> psycopg.Connection:
    """Give a store where a unit in Stockholm borrows all e-services of one in Skåne, and of one unknown, published."""
    tell(connection, Told(0, {BORROWER: (STOCKHOLM, "one"), LENDER: (SKANE, "one")}, REGIONS))
    tell(connection, Told(0, {LENDER: (SKANE, "one")}, REGIONS, source="eservices"))
    tell(connection, Told(0, {BORROWER: (STOCKHOLM, "two")}, REGIONS, source="kka"))
    publish(database_url, NATION)
    assert borrowed(connection) == [ONE, SAME]
    return connection


@pytest.mark.parametrize("scope", [SKANE_ALONE, LENDER_ALONE], ids=str)
@pytest.mark.parametrize(
    ("word", "shown"), [("two", [TWO, SAME]), (None, [])], ids=["its e-services changed", "it has none left"]
)
def test_a_card_follows_the_e_services_of_its_lender(
    lent: psycopg.Connection, database_url: str, scope: Scope, word: str | None, shown: list[tuple[str, str]]
) -> None:
    """Across regions: the lender's own publication is enough."""
    said = {LENDER: (SKANE, word)} if word else {}
    tell(lent, Told(1, said, scope.regions, asked=scope.hsa_ids, source="eservices"))
    publish(database_url, scope)
    assert borrowed(lent) == shown


@pytest.mark.parametrize("scope", [SKANE_ALONE, LENDER_ALONE], ids=str)
@pytest.mark.parametrize("said", [{LENDER: (SKANE, "hidden")}, {}], ids=["hidden", "gone"])
def test_what_is_borrowed_goes_with_its_lender_and_comes_back_with_it(
    lent: psycopg.Connection, database_url: str, scope: Scope, said: dict[str, tuple[str, str]]
) -> None:
    for minute, words, shown in ((1, said, []), (2, {LENDER: (SKANE, "one")}, [ONE, SAME])):
        tell(lent, Told(minute, words, scope.regions, asked=scope.hsa_ids))
        publish(database_url, scope)
        assert borrowed(lent) == shown


def test_a_card_follows_the_choice_of_its_editors(lent: psycopg.Connection, database_url: str) -> None:
    scope = Scope(hsa_ids=(BORROWER,))
    for minute, word, shown in ((1, "hidden", []), (2, "one", [ONE, SAME])):
        tell(lent, Told(minute, {BORROWER: (STOCKHOLM, word)}, asked=scope.hsa_ids, source="kka"))
        publish(database_url, scope)
        assert borrowed(lent) == shown


def test_what_is_borrowed_goes_by_the_clock_alone(lent: psycopg.Connection, database_url: str) -> None:
    """Trap 16: the lender's end date passes with no event from anyone."""
    ends = MORNING + timedelta(hours=3)
    say_of_lender(lent, end_date=ends)
    publish(database_url, SKANE_ALONE)
    assert next_change(lent, BORROWER) == ends
    for at, shown in ((ends - timedelta(seconds=1), [ONE, SAME]), (ends, [])):
        publish(database_url, Scope(regions=(STOCKHOLM,)), at)
        assert borrowed(lent) == shown


def test_a_lender_whose_start_date_lies_ahead_lends_all_the_same(lent: psycopg.Connection, database_url: str) -> None:
    tell(lent, Told(1, {LENDER: (SKANE, "opening")}, asked=(LENDER,)))
    publish(database_url, SKANE_ALONE)
    card = card_of(lent, LENDER)
    assert card is not None
    assert (card.failed_rules, borrowed(lent)) == (["started"], [ONE, SAME])


@pytest.mark.parametrize(
    ("said", "source", "stale"),
    [
        ({BORROWER: (STOCKHOLM, "one")}, "eservices", {BORROWER}),
        ({LENDER: (SKANE, "two")}, "kka", {LENDER}),
        ({LENDER: (SKANE, "two")}, "eservices", {BORROWER, LENDER}),
        ({LENDER: (SKANE, "two")}, "hsa", {BORROWER, LENDER}),
    ],
    ids=["e-services of a unit that a card links to", "texts of a lender", "e-services of a lender", "lender"],
)
def test_a_card_stands_on_no_more_of_another_unit_than_it_shows(
    lent: psycopg.Connection, said: dict[str, tuple[str, str]], source: str, stale: set[str]
) -> None:
    tell(lent, Told(1, said, asked=tuple(said), source=source))
    assert {unit for region in REGIONS for unit in stale_units(lent, region, Policy(), MORNING)} == stale


def test_the_texts_of_a_unit_without_a_card_are_kept_until_it_has_one(
    connection: psycopg.Connection, database_url: str
) -> None:
    """It becomes visible by the clock alone, with its texts."""
    tell(connection, Told(0, {BORROWER: (STOCKHOLM, "opening")}, REGIONS))
    tell(connection, Told(0, {BORROWER: (STOCKHOLM, "one")}, REGIONS, source="kka"))
    publish(database_url, NATION)
    assert the_card(connection) is None
    publish(database_url, NATION, OPENING)
    card = the_card(connection)
    assert card is not None
    assert [text.heading for text in card.news] == ["one"]


def test_it_is_explained_which_borrowed_e_services_are_not_shown_and_why(lent: psycopg.Connection) -> None:
    of_unknown = f"The e-services borrowed of {UNKNOWN} are not shown: that unit has no card (known_to_hsa)."
    assert explain(lent, BORROWER, MORNING, Policy()).not_shown == [of_unknown]
    tell(lent, Told(1, {LENDER: (SKANE, "hidden")}, asked=(LENDER,)))
    of_hidden = f"The e-services borrowed of {LENDER} are not shown: that unit has no card (destination)."
    assert explain(lent, BORROWER, MORNING, Policy()).not_shown == [of_hidden, of_unknown]


def publish(database_url: str, scope: Scope, at: datetime = MORNING) -> None:
    Pipeline(database_url, {}, Policy(), lambda: at).publish(scope, RUN)


def the_card(connection: psycopg.Connection) -> ContactCard | None:
    published = card_of(connection, BORROWER)
    return ContactCard.model_validate_json(published.body) if published and published.body else None


def borrowed(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Return lender and id of the e-services that the borrower's card shows."""
    card = the_card(connection)
    assert card is not None
    return [(service.lender.hsa_id, service.id) for service in card.eservices if service.lender]


def next_change(connection: psycopg.Connection, hsa_id: str) -> datetime | None:
    row = connection.execute("SELECT next_change FROM hjv.cards WHERE hsa_id = %s", (hsa_id,)).fetchone()
    return row[0] if row else None


def say_of_lender(connection: psycopg.Connection, **changes: object) -> None:
    """Tell the store of the lender, with `changes`."""
    record = unit(LENDER, SKANE, "one").model_copy(update=changes)
    at = MORNING + timedelta(minutes=1)
    snapshot = Snapshot("hsa", LENDER_ALONE, at, at, iter([UnitDocument(LENDER, SKANE, record)]))
    merge(connection, snapshot, begin_import(connection, "hsa", LENDER_ALONE, RUN, at), lambda: at)
