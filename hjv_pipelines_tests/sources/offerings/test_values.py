"""The promise: of a care service every usable value is kept, and what is wrong with another is told."""

from datetime import date

import pytest

from hjv_pipelines.sources.offerings.record import Coded, Description, Place, TargetGroup
from hjv_pipelines_tests.sources.offerings.said import BUSINESS, SNOMED, STATUS, care_service, cv, only, read, told


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
