"""The promise: a unit's own e-services, those that it borrows, and their order are kept where they can be used."""

import pytest

from hjv_pipelines.sources.kka.record import BorrowedEServices, EServiceKey
from hjv_pipelines_tests.sources.kka.said import LENDER, OWN, TEXT, UNIT, only, unit


@pytest.mark.parametrize(
    "changes", [{"id": None}, {"name": ""}, {"url": None}, {"url": "javascript:x"}, {"url": "www.vard.example"}]
)
def test_an_own_eservice_that_nobody_could_use_is_left_out(changes: dict[str, object]) -> None:
    record, found = only(unit(eServices=[{**OWN, **changes}, {**OWN, "id": "e2"}, {**OWN, "id": "e2", "name": "Igen"}]))
    assert record is not None
    assert [service.id for service in record.eservices] == ["e2"]
    assert [rule for _, rule, _ in found] == ["own_eservice", "own_eservice"]


def test_chosen_eservices_are_borrowed_by_their_ids() -> None:
    record, found = only(unit(borrowedEServices=[{"lender": " se2321000016-b ", "services": ["4", "2", "4", None]}]))
    assert record is not None
    assert record.borrowed == (BorrowedEServices(lender=LENDER, resource_ids=("2", "4")),)
    assert found == []


@pytest.mark.parametrize("turned", [False, True])
def test_a_lender_that_is_named_twice_lends_what_both_say(turned: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    said = [{"lender": LENDER, "services": ["2"]}, {"lender": LENDER, "services": "all"}]
    record, _ = only(unit(borrowedEServices=said[::-1] if turned else said))
    assert record is not None
    assert record.borrowed == (BorrowedEServices(lender=LENDER),)


@pytest.mark.parametrize("lender", ["", None, "vårdcentralen", UNIT])
def test_a_lender_that_is_no_other_unit_is_told(lender: object) -> None:
    record, found = only(unit(TEXT, borrowedEServices=[{"lender": lender, "services": "all"}]))
    assert record is not None
    assert record.borrowed == ()
    assert [rule for _, rule, _ in found] == ["borrowed_lender"]


@pytest.mark.parametrize("services", [None, "", "some", {}])
def test_a_choice_that_is_none_is_told(services: object) -> None:
    record, found = only(unit(TEXT, borrowedEServices=[{"lender": LENDER, "services": services}]))
    assert record is not None
    assert record.borrowed == ()
    assert [rule for _, rule, _ in found] == ["borrowed_services"]


def test_an_order_that_names_nothing_is_passed_over_and_told() -> None:
    good = {"origin": "1177", "id": "4"}
    bad = ({"origin": "other", "id": "4"}, {"origin": "kka"}, {"origin": "borrowed", "id": "4"})
    record, found = only(unit(eServiceOrder=[*bad, good, good]))
    assert record is not None
    assert record.order == (EServiceKey(origin="1177", id="4"),)
    assert [rule for _, rule, _ in found] == ["eservice_order"] * 3
