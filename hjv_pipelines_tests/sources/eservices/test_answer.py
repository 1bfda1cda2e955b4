"""The promise: every e-service that can be shown is kept, and what is wrong with it or beside it is told.

The answers are written by hand from the contract: its two namespaces, its extension elements, its oddities.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.eservices.answer import UnitAnswer, read_units
from hjv_pipelines.sources.eservices.record import EService, Restrictions, ServiceArea

R = "urn:riv:eservicesupply:eoffering:GetAvailableEServicesResponder:1"
C = "urn:riv:eservicesupply:eoffering:1"
ROOT = "GetAvailableEServicesResponse"
NAMES = "<c:commonName>Boka tid</c:commonName><c:description>Boka.</c:description><c:resourceId>17</c:resourceId>"
OPEN = "<c:listing>false</c:listing><c:referal>false</c:referal>"


def eservice(children: str = NAMES) -> str:
    return f"<r:eservice>{children}</r:eservice>"


def restricted(children: str) -> str:
    return eservice(f"{NAMES}<c:restrictions>{children}</c:restrictions>")


def unit(*eservices: str, hsa_id: str = "SE2321000016-A") -> str:
    facility = f"<c:healthcare_facility>{hsa_id}</c:healthcare_facility>"
    return (
        f"<r:availableEServices><r:healthcare_facility>{facility}</r:healthcare_facility>"
        f"{''.join(eservices)}</r:availableEServices>"
    )


def response(*units: str) -> str:
    """Return the answer that names `units`."""
    inside = "".join(units)
    return f'<r:{ROOT} xmlns:r="{R}" xmlns:c="{C}">{inside}</r:{ROOT}>'


def read(*units: str) -> list[UnitAnswer]:
    return list(read_units(etree.fromstring(response(*units))))


def only(children: str) -> tuple[EService, list[tuple[str, str, str]]]:
    """Return the one e-service of an answer, and its findings as field, rule and value."""
    (answer,) = read(unit(children))
    assert answer.record is not None
    (service,) = answer.record.services
    return service, [(finding.field, finding.rule, finding.value) for finding in answer.findings]


def test_everything_that_the_contract_can_say_is_read() -> None:
    area = (
        "<c:eserviceAreaCode><c:countycode>12</c:countycode><c:countycode>01</c:countycode>"
        "<c:municipalityCode>0180</c:municipalityCode><c:municipalitySectionCode>03</c:municipalitySectionCode>"
        "</c:eserviceAreaCode>"
    )
    service, findings = only(
        eservice(
            f"{NAMES}<c:securitylevel>AL3</c:securitylevel><c:url>https://e-tjanster.1177.se/?id=17&amp;x=å</c:url>"
            f"<c:restrictions>{area}<c:gender>2</c:gender><c:listing>true</c:listing><c:referal>1</c:referal>"
            "<c:referalTypeId>4</c:referalTypeId><c:ageMin>16</c:ageMin><c:ageMax>25</c:ageMax></c:restrictions>"
        )
    )
    assert findings == []
    assert service == EService(
        resource_id="17",
        name="Boka tid",
        description="Boka.",
        url="https://e-tjanster.1177.se/?id=17&x=å",
        security_level="AL3",
        restrictions=Restrictions(
            area=ServiceArea(
                county_codes=("01", "12"),
                municipality_codes=("0180",),
                section_codes=("03",),
            ),
            gender="2",
            listing_required=True,
            referral_required=True,
            referral_type="4",
            age_min=16,
            age_max=25,
        ),
    )


def test_without_restrictions_it_is_open_to_everyone() -> None:
    service, findings = only(eservice())
    assert (service.restrictions, service.url, service.security_level, findings) == (None, None, None, [])


def test_the_unit_is_read_from_the_inner_of_two_elements_of_one_name() -> None:
    """Trap 35: `healthcare_facility` stands in two namespaces, and in a third as an extension."""
    other = '<x:healthcare_facility xmlns:x="urn:x">SE-OTHER</x:healthcare_facility>'
    facility = f"{other}<c:healthcare_facility>SE1-A</c:healthcare_facility>{other}"
    answer = (
        f"<r:availableEServices>{other}<r:healthcare_facility>{facility}</r:healthcare_facility>"
        f"{eservice()}{other}</r:availableEServices>"
    )
    assert [answer.hsa_id for answer in read(answer)] == ["SE1-A"]


def test_a_child_in_the_parents_namespace_is_not_the_contracts() -> None:
    """Trap 35: an element is in the namespace of the schema that declares it."""
    service, _ = only(eservice(f"<r:commonName>No</r:commonName>{NAMES}<r:url>https://no.example</r:url>"))
    assert (service.name, service.url) == ("Boka tid", None)


def test_extensions_of_foreign_namespaces_are_passed_over() -> None:
    """Trap 36."""
    more = '<x:commonName xmlns:x="urn:x">No<x:deep>er</x:deep></x:commonName>'
    children = f"{more}{NAMES}{more}<c:restrictions>{OPEN}{more}</c:restrictions>{more}"
    service, findings = only(f"{more}{eservice(children)}{more}")
    assert (service.name, findings) == ("Boka tid", [])


@pytest.mark.parametrize(("r", "c"), [("ns0", "ns1"), ("c", "r"), ("healthcare_facility", "x")])
def test_prefixes_mean_nothing(r: str, c: str) -> None:
    content = (
        f'<{r}:{ROOT} xmlns:{r}="{R}"><{r}:availableEServices><{r}:healthcare_facility>'
        f'<{c}:healthcare_facility xmlns:{c}="{C}">SE1-A</{c}:healthcare_facility></{r}:healthcare_facility>'
        f'<{r}:eservice><commonName xmlns="{C}">Boka</commonName>'
        f'<resourceId xmlns="{C}">1</resourceId></{r}:eservice>'
        f"</{r}:availableEServices></{r}:{ROOT}>"
    )
    (answer,) = read_units(etree.fromstring(content))
    assert answer.hsa_id == "SE1-A"
    assert answer.record is not None
    assert [service.name for service in answer.record.services] == ["Boka"]


def test_an_id_is_read_without_blanks_and_in_upper_case() -> None:
    """Trap 19."""
    assert [answer.hsa_id for answer in read(unit(hsa_id=" se2321000016- a\n"))] == ["SE2321000016-A"]


def test_a_unit_named_twice_is_one_unit() -> None:
    other = eservice(NAMES.replace("17", "18"))
    (answer,) = read(unit(eservice()), unit(other, hsa_id="se2321000016-a"))
    assert answer.record is not None
    assert [service.resource_id for service in answer.record.services] == ["17", "18"]


def test_a_unit_without_e_services_has_no_record() -> None:
    assert [answer.record for answer in read(unit())] == [None]


def test_the_order_of_the_answer_means_nothing() -> None:
    services = [eservice(NAMES.replace("17", number)) for number in ("3", "1", "2")]
    assert read(unit(*services)) == read(unit(*reversed(services)))


@pytest.mark.parametrize("missing", ["commonName", "resourceId"])
def test_without_a_name_or_an_id_it_is_left_out_and_the_others_stay(missing: str) -> None:
    broken = eservice(NAMES.replace("17", "18").replace(f"c:{missing}>", "c:no>"))
    (answer,) = read(unit(broken, eservice(), eservice(NAMES.replace("Boka tid", " \n"))))
    assert answer.record is not None
    assert [service.resource_id for service in answer.record.services] == ["17"]
    assert [finding.rule for finding in answer.findings] == ["eservice_incomplete"] * 2
    assert answer.findings[0].field == missing


def test_of_two_differing_ones_with_one_id_the_first_stays() -> None:
    (answer,) = read(unit(eservice(), eservice(NAMES.replace("Boka tid", "Avboka")), eservice()))
    assert answer.record is not None
    assert [service.name for service in answer.record.services] == ["Boka tid"]
    assert [finding.rule for finding in answer.findings] == ["eservice_duplicate"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "www.1177.se",
        "/boka",
        "ftp://x.se/",
        "https://",
        "https://a b.se",
        "http://[x",
        "mailto:a@b.se",
    ],
)
def test_a_link_that_no_browser_should_follow_is_left_out(url: str) -> None:
    service, findings = only(eservice(f"{NAMES}<c:url>{url}</c:url>"))
    assert service.url is None
    assert findings == [("url", "eservice_url", url)]


def test_an_unknown_code_is_kept_and_told() -> None:
    """Trap 25."""
    codes = "<c:gender>3</c:gender>"
    service, findings = only(
        eservice(
            f"{NAMES}<c:securitylevel>AL9</c:securitylevel>"
            f"<c:restrictions>{codes}{OPEN}<c:referalTypeId>9</c:referalTypeId></c:restrictions>"
        )
    )
    assert service.security_level == "AL9"
    assert service.restrictions == Restrictions(
        gender="3", listing_required=False, referral_required=False, referral_type="9"
    )
    assert findings == [
        ("securitylevel", "eservice_security_level", "AL9"),
        ("gender", "eservice_gender", "3"),
        ("referalTypeId", "eservice_referral", "9"),
    ]


def test_an_area_that_sweden_has_not_is_kept_and_told() -> None:
    """Traps 24 and 25: leading zeros matter, and without the code the area would be larger."""
    area = "<c:countycode>1</c:countycode><c:municipalityCode>180</c:municipalityCode>"
    service, findings = only(restricted(f"<c:eserviceAreaCode>{area}</c:eserviceAreaCode>{OPEN}"))
    assert service.restrictions is not None
    assert service.restrictions.area == ServiceArea(county_codes=("1",), municipality_codes=("180",))
    assert findings == [("countycode", "eservice_area", "1"), ("municipalityCode", "eservice_area", "180")]


@pytest.mark.parametrize("value", ["ja", "TRUE", "", "2"])
def test_what_is_neither_true_nor_false_is_unknown(value: str) -> None:
    service, findings = only(restricted(f"<c:listing>{value}</c:listing><c:referal>false</c:referal>"))
    assert service.restrictions == Restrictions(referral_required=False)
    assert findings == [("listing", "eservice_listing", value)]


@pytest.mark.parametrize(
    ("lowest", "highest"), [("18", "16"), ("-1", "16"), ("16", "vuxen"), ("1000", ""), ("1.5", "9")]
)
def test_ages_that_make_no_sense_are_left_out(lowest: str, highest: str) -> None:
    service, findings = only(restricted(f"{OPEN}<c:ageMin>{lowest}</c:ageMin><c:ageMax>{highest}</c:ageMax>"))
    assert service.restrictions is not None
    assert (service.restrictions.age_min, service.restrictions.age_max) == (None, None)
    assert findings == [("ageMin, ageMax", "eservice_ages", f"{lowest}-{highest}")]


def test_an_age_may_be_open_at_either_end() -> None:
    service, findings = only(restricted(f"{OPEN}<c:ageMin>0</c:ageMin>"))
    assert service.restrictions is not None
    assert (service.restrictions.age_min, service.restrictions.age_max, findings) == (0, None, [])


def test_letters_are_composed_and_names_are_one_line() -> None:
    """Trap 29."""
    service, _ = only(eservice(NAMES.replace("Boka tid", "Fo\u0308rnya\n  recept")))
    assert service.name == "Förnya recept"


def test_an_empty_body_is_no_answer() -> None:
    """Traps 7 and 43: this contract always answers with an element."""
    with pytest.raises(TransientError, match="empty SOAP Body"):
        list(read_units(None))


@pytest.mark.parametrize("root", ["<GetAvailableEServicesResponse/>", "<pong/>"])
def test_another_contracts_answer_is_no_answer(root: str) -> None:
    with pytest.raises(PermanentError, match="HJV_ESERVICES_URL"):
        list(read_units(etree.fromstring(root)))


@given(value=st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60))
def test_no_value_can_break_the_reading(value: str) -> None:
    service = restricted(f"{OPEN}<c:ageMin/><c:gender/>").replace("</r:eservice>", "<c:url/></r:eservice>")
    element = etree.fromstring(response(unit(service)))
    for name in ("ageMin", "gender", "listing", "referal", "url", "resourceId", "description", "commonName"):
        for child in element.iter(f"{{{C}}}{name}"):
            child.text = value.replace("\ufffe", "").replace("\uffff", "")
    (answer,) = read_units(element)
    assert answer.record is not None
