"""The promise: what an answer says of a unit is read to the letter, and what it does not say is not made up."""

import pytest
from lxml import etree

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.listing.answer import ListedUnit, read_facilities
from hjv_pipelines.sources.listing.record import Listing
from hjv_pipelines.sources.source import Refusal

R = "urn:riv:crm:carelisting:GetAvailableFacilitiesResponder:1"
C = "urn:riv:crm:carelisting:1"


def facility(hsa_id: str = "SE2321000016-A", queue: str = "", *types: str, more: str = "", name: str = "A") -> str:
    """Return a unit of an answer, its elements in the schema's order."""
    return (
        f"<r:healthcare_facilities><c:facilityId>{hsa_id}</c:facilityId>{queue}"
        + "".join(f"<c:supportedListingTypes>{each}</c:supportedListingTypes>" for each in types)
        + f"<c:facilityName>{name}</c:facilityName>{more}</r:healthcare_facilities>"
    )


def queue(text: str) -> str:
    return f"<c:hasQueue>{text}</c:hasQueue>"


def response(*facilities: str) -> str:
    return (
        f'<r:getAvailableFacilitiesResponse xmlns:r="{R}" xmlns:c="{C}">{"".join(facilities)}'
        "</r:getAvailableFacilitiesResponse>"
    )


def read(*facilities: str) -> list[ListedUnit | Refusal]:
    return list(read_facilities(etree.fromstring(response(*facilities))))


def read_one(*facilities: str) -> ListedUnit:
    (unit,) = read(*facilities)
    assert isinstance(unit, ListedUnit)
    return unit


@pytest.mark.parametrize(
    ("element", "told"),
    [
        (queue("true"), True),
        (queue("1"), True),
        (queue(" false\n"), False),
        (queue("0"), False),
        ("", None),
    ],
)
def test_a_queue_is_told_denied_or_not_told(*, element: str, told: bool | None) -> None:
    """Trap 30: absent is not false."""
    unit = read_one(facility(queue=element))
    assert unit.record.has_queue is told
    assert unit.findings == ()


@pytest.mark.parametrize("text", ["ja", "", "TRUE", "2"])
def test_a_queue_that_is_neither_true_nor_false_is_unknown_and_told(text: str) -> None:
    unit = read_one(facility(queue=queue(text)))
    assert unit.record.has_queue is None
    assert [(found.field, found.rule, found.value) for found in unit.findings] == [("hasQueue", "listing_queue", text)]


def test_the_types_are_free_text_and_a_set() -> None:
    unit = read_one(facility("SE2321000016-A", "", "HLM", "  Barna-\n vård ", "HLM", ""))
    assert unit.record.listing_types == ("Barna- vård", "HLM")


def test_an_id_is_read_whatever_its_case() -> None:
    """Trap 19."""
    assert read_one(facility(" se2321000016-a ")).hsa_id == "SE2321000016-A"


@pytest.mark.parametrize("hsa_id", ["", "Eken", "SE1-A"])
def test_a_unit_without_a_usable_id_is_refused(hsa_id: str) -> None:
    refusal, unit = read(facility(hsa_id), facility())
    assert isinstance(refusal, Refusal)
    assert refusal.where == "healthcare_facilities 1"
    assert [found.rule for found in refusal.findings] == ["listing_hsa_id"]
    assert isinstance(unit, ListedUnit)


def test_a_unit_may_be_named_once_for_each_type() -> None:
    unit = read_one(
        facility("SE2321000016-A", queue("true"), "BVC"), facility("se2321000016-a", queue("1"), "HLM", name="B")
    )
    assert unit.record == Listing(has_queue=True, listing_types=("BVC", "HLM"), facility_name="B")
    assert unit.findings == ()


def test_a_unit_named_with_and_without_a_queue_has_an_unknown_one() -> None:
    unit = read_one(facility(queue=queue("true")), facility())
    assert unit.record.has_queue is None
    assert [found.rule for found in unit.findings] == ["listing_contradiction"]


def test_elements_of_foreign_namespaces_are_passed_over() -> None:
    """Traps 35 and 36: a `hasQueue` of somebody else's says nothing."""
    strange = '<x:hasQueue xmlns:x="urn:x">true</x:hasQueue>'
    unit = read_one(facility(more=strange), '<x:healthcare_facilities xmlns:x="urn:x"/>')
    assert unit.record.has_queue is None


def test_other_prefixes_and_another_order_are_read_the_same() -> None:
    answer = etree.fromstring(
        f'<getAvailableFacilitiesResponse xmlns="{R}"><healthcare_facilities><f:facilityName xmlns:f="{C}">A'
        f'</f:facilityName><hasQueue xmlns="{C}">false</hasQueue><facilityId xmlns="{C}">SE2321000016-A</facilityId>'
        "</healthcare_facilities></getAvailableFacilitiesResponse>"
    )
    (unit,) = read_facilities(answer)
    assert isinstance(unit, ListedUnit)
    assert unit.record == Listing(has_queue=False, facility_name="A")


def test_a_county_where_one_can_list_oneself_nowhere_is_an_answer() -> None:
    assert read() == []


def test_an_empty_body_is_no_empty_county() -> None:
    """Traps 6 and 43."""
    with pytest.raises(TransientError, match="empty SOAP Body"):
        list(read_facilities(None))


def test_the_answer_of_another_contract_is_refused() -> None:
    with pytest.raises(PermanentError, match="HJV_LISTING_URL"):
        list(read_facilities(etree.fromstring(f'<r:getListingTypesResponse xmlns:r="{R}"/>')))
