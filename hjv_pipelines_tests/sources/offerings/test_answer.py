"""The promise: every care service that may be offered is kept, at each of its units, whatever form its answer has."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.offerings.answer import read_answers
from hjv_pipelines.sources.offerings.record import (
    CareService,
    Coded,
    ContactPoint,
    Description,
    Fee,
    Place,
    Sweref99Tm,
    TargetGroup,
)
from hjv_pipelines.sources.offerings.words import WORDS
from hjv_pipelines_tests.sources.offerings.said import (
    AREA,
    FOREIGN,
    OPTIONS,
    R1,
    ROOT,
    SNOMED,
    TYPE,
    UNIT,
    V3,
    C,
    as_forerunner,
    care_service,
    cv,
    identity,
    only,
    performer,
    read,
    response,
)


def test_everything_that_a_card_needs_is_read() -> None:
    swedish = cv("language", "swe", "1.0.639.3")
    resident = cv("role", "257513009", SNOMED)
    service, findings = only(
        care_service(
            "<c:patientFee><c:value>99.50</c:value><c:currency>SEK</c:currency></c:patientFee>",
            "<c:targetGroup><c:age><c:start>18</c:start><c:end>64</c:end></c:age>"
            f"{cv('gender', '2', '1.2.752.129.2.2.1.1')}</c:targetGroup>",
            descriptions=f"<c:typeOfCareServiceDescription><c:text>Träning.</c:text>{swedish}{resident}"
            "</c:typeOfCareServiceDescription>",
            validity="<c:validity><c:start>20260101</c:start><c:end>20271231</c:end></c:validity>",
            local="<c:description><c:text>Rad 1\nRad 2</c:text></c:description>",
            locations=f"{AREA}<c:location><c:physicalLocation><c:locationAddress>Gatan 1</c:locationAddress>"
            "<c:geographicalCoordinates><c:north>6580000</c:north><c:east>674000</c:east></c:geographicalCoordinates>"
            "</c:physicalLocation></c:location><c:location><c:virtualLocation><c:id>https://vard.example/</c:id>"
            "</c:virtualLocation></c:location><c:contactInformation><c:ranking>2</c:ranking>"
            f"{cv('forRole', '257513009', SNOMED)}<c:purpose>Bokning</c:purpose><c:telecom>"
            f"{cv('typeOfTelecom', 'tel', '1.2.752.129.2.2.1.30', 'Telefon')}<c:contactPoint>+468123</c:contactPoint>"
            "</c:telecom></c:contactInformation>",
        )
    )
    assert findings == []
    assert service == CareService(
        service_id="T1",
        type=Coded(system=SNOMED, code="91251008", name="Fysioterapi"),
        type_descriptions=(Description(text="Träning.", language="swe", roles=("257513009",)),),
        descriptions=(Description(text="Rad 1\nRad 2"),),
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 12, 31),
        care_option=True,
        referral_required=False,
        fee=Fee(amount="99.50", currency="SEK"),
        target_groups=(TargetGroup(age_min=18, age_max=64, gender="2"),),
        places=(
            Place(county_code="01"),
            Place(address="Gatan 1", position=Sweref99Tm(north=6580000, east=674000)),
            Place(url="https://vard.example/"),
        ),
        contacts=(
            ContactPoint(
                ranking=2,
                roles=("257513009",),
                purpose="Bokning",
                kind=Coded(system="1.2.752.129.2.2.1.30", code="tel", name="Telefon"),
                value="+468123",
            ),
        ),
    )


def test_it_is_every_performing_units_and_ids_of_other_kinds_are_passed_over() -> None:
    by = performer(
        identity("id", "2321000016", "1.3.7"),
        identity("id", " se2321000016-a "),
        identity("id", "SE2321000016-B"),
        identity("id", "SE2321000016-A"),
    )
    answer = read(care_service(by=by))
    assert [unit.hsa_id for unit in answer.units] == ["SE2321000016-A", "SE2321000016-B"]
    assert [unit.record() for unit in answer.units] == [answer.units[0].record()] * 2


@pytest.mark.parametrize("by", [performer(identity("id", "2321000016", "1.3.7")), performer(identity("id", "SE1"))])
def test_without_a_unit_it_is_refused_and_the_others_stay(by: str) -> None:
    answer = read(care_service(by=by), care_service())
    assert [unit.hsa_id for unit in answer.units] == [UNIT]
    (refusal,) = answer.refusals
    assert (refusal.hsa_id, refusal.where) == (None, "careService 1")
    assert [finding.rule for finding in refusal.findings] == ["offering_unit"]


def test_of_two_differing_ones_with_one_id_one_stays_whatever_the_order() -> None:
    services = [care_service(), care_service(options=OPTIONS.replace("true", "false"))]
    (one,), (other,) = read(*services).units, read(*reversed(services)).units
    assert one.record() == other.record()
    assert [finding.rule for finding in one.findings] == ["offering_duplicate"]


def test_the_order_of_the_answer_means_nothing() -> None:
    services = [care_service(service_id=identity("careServiceId", number)) for number in ("3", "1", "2")]
    (one,), (other,) = read(*services).units, read(*reversed(services)).units
    assert one.record() == other.record()


def test_extensions_and_children_of_other_namespaces_are_passed_over() -> None:
    """Traps 35 and 36."""
    strange = f"<r:careServiceStatus>DEPRECATED</r:careServiceStatus>{FOREIGN}"
    service, findings = only(f"{FOREIGN}{care_service(strange, kind=strange + TYPE)}{FOREIGN}")
    assert (service.type.name, findings) == ("Fysioterapi", [])


def test_prefixes_mean_nothing() -> None:
    content = response(care_service()).replace("<r:", "<c0:").replace("</r:", "</c0:").replace("xmlns:r=", "xmlns:c0=")
    (unit,) = read_answers([etree.fromstring(content)], V3).units
    assert unit.hsa_id == UNIT


def test_the_profile_of_the_forerunner_says_the_same_by_other_names() -> None:
    """GetHealthcareOfferings 1: assumed, see docs/contracts.md."""
    content = as_forerunner(response(care_service()))
    (unit,) = read_answers([etree.fromstring(content)], WORDS["GetHealthcareOfferings"]).units
    (same,) = read(care_service()).units
    assert unit.record() == same.record()


def test_an_empty_body_is_no_answer() -> None:
    """Traps 7 and 43."""
    with pytest.raises(TransientError, match="empty SOAP Body"):
        read_answers([None], V3)


@pytest.mark.parametrize("root", [f'<{ROOT} xmlns="{R1}"/>', "<pong/>"])
def test_another_contracts_answer_is_no_answer(root: str) -> None:
    with pytest.raises(PermanentError, match="HJV_OFFERINGS_CONTRACT"):
        read_answers([etree.fromstring(root)], V3)


@given(value=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=60))
def test_no_value_can_break_the_reading(value: str) -> None:
    more = (
        "<c:patientFee><c:value/><c:currency/></c:patientFee>"
        "<c:targetGroup><c:age><c:start/><c:end/></c:age></c:targetGroup>"
    )
    place = "<c:geographicalCoordinates><c:north/><c:east/></c:geographicalCoordinates>"
    contact = "<c:contactInformation><c:ranking/><c:address/></c:contactInformation>"
    element = etree.fromstring(
        response(
            care_service(
                more,
                validity="<c:validity><c:start/><c:end/></c:validity>",
                locations=f"<c:location><c:physicalLocation>{place}</c:physicalLocation></c:location>{contact}",
            )
        )
    )
    for child in element.iter():
        if len(child) == 0 and child.tag not in {f"{{{C}}}careServiceStatus", f"{{{C}}}root", f"{{{C}}}extension"}:
            child.text = value
    answer = read_answers([element], V3)
    assert [unit.hsa_id for unit in answer.units] == [UNIT]
    assert answer.units[0].record() is not None
