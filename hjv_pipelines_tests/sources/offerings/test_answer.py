"""The promise: every care service that may be offered is kept, at each of its units, and what is wrong is told.

The answers are written by hand from the contract: its two namespaces, its extension elements, its oddities.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.offerings.answer import Answer, UnitAnswer, read_answers
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

R = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:GetCareServiceOfferingsResponder:3"
C = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:3"
R1 = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:GetHealthcareOfferingsResponder:1"
C1 = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering:1"
ROOT = "GetCareServiceOfferingsResponse"
V3 = WORDS["GetCareServiceOfferings"]

HSA, SNOMED, BUSINESS = "1.2.752.129.2.1.4.1", "1.2.752.116.2.1.1", "1.2.752.129.2.2.1.3"
UNIT = "SE2321000016-A"
FOREIGN = '<x:careService xmlns:x="urn:x">no</x:careService>'


def cv(name: str, code: str, system: str, shown: str = "") -> str:
    """Return a coded value."""
    named = f"<c:displayName>{shown}</c:displayName>" if shown else ""
    return f"<c:{name}><c:code>{code}</c:code><c:codeSystem>{system}</c:codeSystem>{named}</c:{name}>"


def identity(name: str, extension: str, root: str = HSA) -> str:
    """Return an instance identifier."""
    return f"<c:{name}><c:root>{root}</c:root><c:extension>{extension}</c:extension></c:{name}>"


ID = identity("careServiceId", "T1")
TYPE = cv("typeOfCareService", "91251008", SNOMED, "Fysioterapi")
VALIDITY = "<c:validity><c:start>20260101</c:start></c:validity>"
STATUS = "<c:careServiceStatus>ACTIVE</c:careServiceStatus>"
OPTIONS = "<c:careOption>true</c:careOption><c:referralRequired>false</c:referralRequired>"
PROVIDER = (
    f"<c:providingOrganization>{identity('id', '2321000016', '1.3.7')}<c:name>Region Stockholm</c:name>"
    f"{cv('management', '1', '1.2.752.129.2.2.1.14')}<c:publicProvider>true</c:publicProvider>"
    "</c:providingOrganization>"
)
COUNTY = cv("county", "01", "1.2.752.129.2.2.1.18")
AREA = f"<c:location><c:geographicalLocation>{COUNTY}</c:geographicalLocation></c:location>"


def performer(*ids: str) -> str:
    """Return the organisation that performs, by `ids`, which are markup."""
    responsible = f"{identity('id', '2321000016', '1.3.7')}<c:name>Region Stockholm</c:name>"
    return (
        f"<c:performingOrganization>{''.join(ids)}"
        f"<c:responsibleOrganization>{responsible}</c:responsibleOrganization></c:performingOrganization>"
    )


def care_service(
    *more: str,
    service_id: str = ID,
    kind: str = TYPE,
    descriptions: str = "",
    validity: str = VALIDITY,
    status: str = STATUS,
    options: str = OPTIONS,
    local: str = "",
    by: str = performer(identity("id", UNIT)),
    locations: str = AREA,
) -> str:
    """Return a care service; `more` stands after its performer, before its locations."""
    return (
        f"<r:careService>{service_id}{kind}{descriptions}{validity}{status}{options}{local}{PROVIDER}{by}"
        f"{''.join(more)}{locations}</r:careService>"
    )


def response(*services: str) -> str:
    """Return the answer that holds `services`."""
    return f'<r:{ROOT} xmlns:r="{R}" xmlns:c="{C}">{"".join(services)}</r:{ROOT}>'


def as_forerunner(answer: str) -> str:
    """Return an answer in the names of GetHealthcareOfferings 1."""
    return answer.replace(R, R1).replace(f'"{C}"', f'"{C1}"').replace(ROOT, "GetHealthcareOfferingsResponse")


def read(*services: str) -> Answer:
    return read_answers([etree.fromstring(response(*services))], V3)


def told(unit: UnitAnswer) -> list[tuple[str, str, str]]:
    """Return a unit's findings as field, rule and value."""
    return [(finding.field, finding.rule, finding.value) for finding in unit.findings]


def only(service: str) -> tuple[CareService, list[tuple[str, str, str]]]:
    """Return the one care service of an answer, and its findings."""
    (unit,) = read(service).units
    record = unit.record()
    assert record is not None
    (kept,) = record.services
    return kept, told(unit)


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


@pytest.mark.parametrize("status", ["INACTIVE", "DEPRECATED"])
def test_what_is_not_active_is_not_offered_and_nothing_is_wrong(status: str) -> None:
    (unit,) = read(care_service(status=STATUS.replace("ACTIVE", status))).units
    assert (unit.record(), unit.findings) == (None, [])


def test_an_unknown_status_is_left_out_and_told() -> None:
    (unit,) = read(care_service(status=STATUS.replace("ACTIVE", "SOON"))).units
    assert told(unit) == [("careServiceStatus", "offering_status", "SOON")]
    record = unit.record()
    assert record is not None
    assert record.services == ()


def test_an_unknown_code_system_is_kept_and_told() -> None:
    """Trap 25: code lists grow, and are renamed."""
    service, findings = only(care_service(kind=cv("typeOfCareService", "007", "1.2.3", "Nytt")))
    assert service.type == Coded(system="1.2.3", code="007", name="Nytt")
    assert findings == [("typeOfCareService", "offering_code", "007 (1.2.3)")]


def test_a_business_code_without_a_name_is_named_by_hsas_list() -> None:
    service, findings = only(care_service(kind=cv("typeOfCareService", "1506", BUSINESS)))
    assert (service.type.name, findings) == ("Distriktssköterskeverksamhet", [])


def test_a_type_without_a_name_is_kept_and_told() -> None:
    service, findings = only(care_service(kind=cv("typeOfCareService", "91251008", SNOMED)))
    assert service.type.name is None
    assert findings == [("typeOfCareService", "offering_name", "91251008")]


@pytest.mark.parametrize(
    ("validity", "expected", "value"),
    [
        ("<c:start>20261301</c:start>", (None, None), "20261301"),
        ("<c:end>2026-12-31</c:end>", (None, None), "2026-12-31"),
        ("<c:start>20261231</c:start><c:end>20260101</c:end>", (None, date(2026, 1, 1)), "20261231-20260101"),
    ],
)
def test_an_impossible_day_is_left_out(validity: str, expected: tuple[date | None, date | None], value: str) -> None:
    """Trap 22."""
    service, findings = only(care_service(validity=f"<c:validity>{validity}</c:validity>"))
    assert (service.valid_from, service.valid_to) == expected
    assert [(rule, said) for _, rule, said in findings] == [("offering_validity", value)]


def test_what_is_neither_true_nor_false_is_unknown() -> None:
    """As with trap 30: absent is not false."""
    service, findings = only(care_service(options="<c:careOption>ja</c:careOption>"))
    assert (service.care_option, service.referral_required) == (None, None)
    assert [field for field, _, _ in findings] == ["careOption", "referralRequired"]


def test_a_text_for_others_alone_is_kept_and_told() -> None:
    english = cv("language", "eng", "1.0.639.3")
    service, findings = only(care_service(local=f"<c:description><c:text>Hello</c:text>{english}</c:description>"))
    assert service.descriptions == (Description(text="Hello", language="eng"),)
    assert findings == [("description", "offering_description", "eng")]


@pytest.mark.parametrize(
    ("north", "east"), [("674000", "6580000"), ("59.3", "18.0"), ("6580000", ""), ("5407869", "485784")]
)
def test_coordinates_that_are_not_in_sweden_are_left_out(north: str, east: str) -> None:
    """Trap 20, in SWEREF 99 TM: swapped, in degrees, half, in another country."""
    point = f"<c:geographicalCoordinates><c:north>{north}</c:north><c:east>{east}</c:east></c:geographicalCoordinates>"
    place = f"<c:physicalLocation><c:locationAddress>Gatan 1</c:locationAddress>{point}</c:physicalLocation>"
    service, findings = only(care_service(locations=f"<c:location>{place}</c:location>"))
    assert service.places == (Place(address="Gatan 1"),)
    assert findings == [("geographicalCoordinates", "offering_position", f"{north}, {east}")]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "urn:uuid:1", "vard.example"])
def test_a_virtual_place_that_no_browser_should_go_to_is_left_out(url: str) -> None:
    place = f"<c:location><c:virtualLocation><c:id>{url}</c:id></c:virtualLocation></c:location>"
    service, findings = only(care_service(locations=place))
    assert service.places == ()
    assert findings == [("virtualLocation/id", "offering_url", url)]


def test_a_fee_that_is_no_amount_and_ages_that_make_no_sense_are_left_out() -> None:
    service, findings = only(
        care_service(
            "<c:patientFee><c:value>-5</c:value><c:currency>SEK</c:currency></c:patientFee>",
            "<c:targetGroup><c:age><c:start>64</c:start><c:end>18</c:end></c:age></c:targetGroup>",
        )
    )
    assert (service.fee, service.target_groups) == (None, (TargetGroup(),))
    assert [rule for _, rule, _ in findings] == ["offering_fee", "offering_ages"]


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
