"""Search: a unit is found by what people call it, as soon as it has a card, and no longer than that."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import import_module

import psycopg
import pytest

from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.search import Near, Question, search_cards
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.sources.hsa.record import BusinessClassification, HsaUnit, Rt90
from hjv_pipelines.sources.kka.record import PublishedContent, PublishedText
from hjv_pipelines.sources.offerings.record import CareService, Coded, Offerings
from hjv_pipelines.sources.source import Record, Scope, Snapshot, UnitDocument
from hjv_pipelines.sources.vaccinera.record import Vaccinations, Vaccine
from hjv_pipelines.store.ledger import Run, begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.cards.units import NOON, a_unit

RUN = Run("run-of-the-day", "manual")
REGION = "01-stockholm"
SODER = Rt90(x=6578000, y=1629000)
"""Three kilometres from Djurgårdsbron, where all the others lie."""

UNITS = (
    a_unit(hsa_id="SE1-A", name="Åsö vårdcentral", business_types=("02",), rt90=SODER),
    a_unit(hsa_id="SE1-B", name="Vårdcentralen Pilen", municipality_code="0180", municipality_name="Stockholm"),
    a_unit(hsa_id="SE1-C", name="Zenit 100% hälsa", alternate_names=("Vintergatan",), location="Sollentuna"),
    a_unit(hsa_id="SE1-D", name="Pilen internt", destination_indicators=("01",)),
)


def publish(connection: psycopg.Connection, *units: HsaUnit, minutes: int = 0) -> None:
    """Import the region as `units` alone, and publish it."""
    tell(connection, "hsa", {unit.hsa_id: unit for unit in units}, NOON + timedelta(minutes=minutes))


def tell(connection: psycopg.Connection, source: str, records: Mapping[str, Record], at: datetime = NOON) -> None:
    """Import what a source says of the region, and publish it."""
    scope = Scope(regions=(REGION,))
    documents = iter([UnitDocument(hsa_id, REGION, record) for hsa_id, record in records.items()])
    import_id = begin_import(connection, source, scope, RUN, at)
    merge(connection, Snapshot(source, scope, at, at, documents), import_id, lambda: at)
    publish_region(connection, REGION, Policy(), RUN, lambda: at)


@pytest.fixture
def nation(connection: psycopg.Connection) -> psycopg.Connection:
    """Give a database with three units that have a card, and one that has none."""
    publish(connection, *UNITS)
    return connection


def found(connection: psycopg.Connection, question: Question) -> list[str]:
    return [card.hsa_id for card in search_cards(connection, question).cards]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["SE1-B", "SE1-C", "SE1-A"]),
        ("pilen", ["SE1-B"]),
        ("  PILEN   vård ", ["SE1-B"]),
        ("vårdcentral", ["SE1-B", "SE1-A"]),
        ("ÅSÖ", ["SE1-A"]),
        ("vintergatan", ["SE1-C"]),
        ("stockholm", ["SE1-B"]),
        ("sollentuna", ["SE1-C"]),
        ("se1-c", ["SE1-C"]),
        ("100%", ["SE1-C"]),
        ("1_0", []),
        ("pil\0en", ["SE1-B"]),
    ],
)
def test_every_word_of_the_question_is_found_in_the_unit(
    nation: psycopg.Connection, text: str, expected: list[str]
) -> None:
    assert found(nation, Question(text)) == expected


def test_a_name_that_begins_as_asked_comes_first(connection: psycopg.Connection) -> None:
    names = ("Barnens Björken", "Nybjörken", "Björken")
    publish(connection, *(a_unit(hsa_id=f"SE1-{number}", name=name) for number, name in enumerate(names)))

    assert found(connection, Question("björken")) == ["SE1-2", "SE1-0", "SE1-1"]


def test_names_come_in_the_order_of_the_swedish_alphabet(connection: psycopg.Connection) -> None:
    names = ("Östermalm", "Älvsjö", "Åsö", "Zeta", "zenit")
    publish(connection, *(a_unit(hsa_id=f"SE1-{number}", name=name) for number, name in enumerate(names)))

    assert [card.name for card in search_cards(connection, Question()).cards] == [*reversed(names)]


def test_the_kind_of_a_unit_is_found_by_its_name(nation: psycopg.Connection) -> None:
    publish(nation, a_unit(hsa_id="SE1-A", name="Pilen", business_types=("02",)), minutes=5)
    assert found(nation, Question("vårdcentral")) == ["SE1-A"]


def test_a_question_can_ask_for_a_region_a_kind_and_a_municipality(nation: psycopg.Connection) -> None:
    assert found(nation, Question(kind="02")) == ["SE1-A"]
    assert found(nation, Question(municipality="0180")) == ["SE1-B"]
    assert found(nation, Question(region=REGION, text="åsö")) == ["SE1-A"]
    assert found(nation, Question(region="12-skane")) == []


@pytest.fixture
def caring(connection: psycopg.Connection) -> psycopg.Connection:
    """Give a database with units that say what care they give: HSA, Utbud, KKA and Vaccinera."""
    nurses = (BusinessClassification(code="1506", name="Distriktssköterskeverksamhet"),)
    publish(
        connection,
        a_unit(hsa_id="SE1-A", name="Pilen", business_classifications=nurses),
        a_unit(hsa_id="SE1-B", name="Eken"),
        a_unit(hsa_id="SE1-C", name="Almens fysioterapi"),
    )
    physiotherapy = CareService(type=Coded(system="1.2.752.116.2.1.1", code="91251008", name="Fysioterapi"))
    tell(connection, "offerings", {"SE1-B": Offerings(services=(physiotherapy,))})
    text = PublishedText(id="1", section="help", heading="Hälsosamtal för äldre")
    tell(connection, "kka", {"SE1-B": PublishedContent(texts=(text,))})
    tell(connection, "vaccinera", {"SE1-A": Vaccinations(vaccines=(Vaccine(code="influenza", name="Influensa"),))})
    return connection


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("distriktssköterska", ["SE1-A"]),
        ("DISTRIKTSSKÖTERSKOR pilen", ["SE1-A"]),
        ("fysioterapi", ["SE1-C", "SE1-B"]),
        ("fysioterapier", ["SE1-B"]),
        ("hälsosamtal", ["SE1-B"]),
        ("hälsosamtalen äldre eken", ["SE1-B"]),
        ("vaccinationer influensa", ["SE1-A"]),
        ("sköterska", []),
        ("fysioterapi pilen", []),
    ],
)
def test_a_unit_is_found_by_the_care_that_it_gives(caring: psycopg.Connection, text: str, expected: list[str]) -> None:
    assert found(caring, Question(text)) == expected


@pytest.mark.parametrize(
    ("kind", "expected"), [("1506", ["SE1-A"]), ("91251008", ["SE1-B"]), ("influenza", ["SE1-A"]), ("9125", [])]
)
def test_a_question_can_ask_for_the_code_of_care(caring: psycopg.Connection, kind: str, expected: list[str]) -> None:
    assert found(caring, Question(kind=kind)) == expected


def test_the_answer_says_which_care_was_asked_for(caring: psycopg.Connection) -> None:
    def care(question: Question) -> list[list[str]]:
        return [card.care for card in search_cards(caring, question).cards]

    assert care(Question("distriktssköterska")) == [["Distriktssköterskeverksamhet"]]
    assert care(Question("influensa")) == [["Vaccination: Influensa"]]
    assert care(Question(kind="91251008")) == [["Fysioterapi"]]
    assert care(Question("pilen")) == [[]]


def test_care_is_named_once_and_in_order(connection: psycopg.Connection) -> None:
    codes = {"2000": "Almvård", "1000": "Björkvård"}
    given = tuple(BusinessClassification(code=code, name=name) for code, name in codes.items())
    publish(connection, a_unit(hsa_id="SE1-A", name="Eken", business_classifications=given))
    texts = tuple(
        PublishedText(id=heading, section="help", heading=heading) for heading in ("Björkvård", "Björken", "Alm")
    )
    tell(connection, "kka", {"SE1-A": PublishedContent(texts=texts)})

    for question, care in (
        (Question("björk"), ["Björken", "Björkvård"]),
        (Question(kind="2000"), ["Almvård"]),
        (Question("alm", kind="1000"), ["Alm", "Almvård", "Björkvård"]),
    ):
        assert [card.care for card in search_cards(connection, question).cards] == [care]


def test_who_has_the_words_in_its_name_comes_before_who_only_gives_that_care(connection: psycopg.Connection) -> None:
    physiotherapy = CareService(type=Coded(system="1.2.752.116.2.1.1", code="91251008", name="Fysioterapi"))
    publish(
        connection, a_unit(hsa_id="SE1-A", name="Almen"), a_unit(hsa_id="SE1-B", name="Björkens fysioterapi, Almen")
    )
    tell(connection, "offerings", {"SE1-A": Offerings(services=(physiotherapy,))})

    assert found(connection, Question("almen fysioterapi")) == ["SE1-B", "SE1-A"]


def test_a_unit_that_stops_to_offer_care_is_not_found_by_it(caring: psycopg.Connection) -> None:
    tell(caring, "offerings", {}, NOON + timedelta(minutes=5))
    assert found(caring, Question("fysioterapi")) == ["SE1-C"]


def test_the_care_of_cards_from_before_is_found(caring: psycopg.Connection) -> None:
    caring.execute("UPDATE hjv.searched_cards SET care = '{}', care_codes = '{}', care_words = ''")
    caring.execute(import_module("hjv_pipelines.store.migrations.versions.0014_fill_search_care").FILL)
    assert found(caring, Question("distriktssköterska")) == ["SE1-A"]


def test_the_nearest_unit_comes_first(nation: psycopg.Connection) -> None:
    near_soder = Near(latitude=59.306, longitude=18.073, within=1.0)
    wide = Near(latitude=59.306, longitude=18.073, within=10.0)

    assert found(nation, Question(near=near_soder)) == ["SE1-A"]
    assert found(nation, Question(near=wide)) == ["SE1-A", "SE1-B", "SE1-C"]
    nearest, *_, furthest = search_cards(nation, Question(near=wide)).cards
    assert nearest.kilometres is not None
    assert nearest.kilometres < 1
    assert furthest.kilometres == pytest.approx(3.4, abs=0.5)


def test_an_answer_comes_in_pages(nation: psycopg.Connection) -> None:
    page = search_cards(nation, Question(), limit=1, offset=1)

    assert (page.total, [card.name for card in page.cards]) == (3, ["Zenit 100% hälsa Sollentuna"])


def test_a_unit_is_found_as_it_is_now(nation: psycopg.Connection) -> None:
    publish(nation, a_unit(hsa_id="SE1-B", name="Eken"), minutes=5)

    assert found(nation, Question("pilen")) == []
    assert found(nation, Question("eken")) == ["SE1-B"]
    assert found(nation, Question()) == ["SE1-B"]


def test_whatever_a_unit_is_found_by_is_as_it_is_now(caring: psycopg.Connection) -> None:
    nurses = BusinessClassification(code="1506", name="Distriktssköterskeverksamhet")
    changed = a_unit(
        hsa_id="SE1-B",
        name="Linden",
        business_types=("02",),
        municipality_code="0180",
        municipality_name="Stockholm",
        rt90=SODER,
        business_classifications=(nurses,),
    )
    publish(caring, changed, minutes=5)
    kept = rows(caring)
    caring.execute("DELETE FROM hjv.searched_cards")
    caring.execute("UPDATE hjv.cards SET card_hash = card_hash")

    assert [row[0] for row in kept] == ["SE1-B"]
    assert kept == rows(caring)


def test_a_unit_that_moves_is_found_in_its_new_region(nation: psycopg.Connection) -> None:
    nation.execute("UPDATE hjv.cards SET region = '12-skane' WHERE hsa_id = 'SE1-A'")

    assert found(nation, Question(region="12-skane")) == ["SE1-A"]
    assert found(nation, Question(region=REGION)) == ["SE1-B", "SE1-C"]


def rows(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """Return what cards are searched by."""
    return connection.execute("SELECT * FROM hjv.searched_cards ORDER BY hsa_id").fetchall()
