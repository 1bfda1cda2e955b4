"""GetHsaUnit 1.0 is read to the letter, and gives the same record as the file for what both can say."""

from datetime import time
from pathlib import Path

import pytest
from lxml import etree

from hjv_pipelines.sources.hsa.get_hsa_unit import document_of_answer
from hjv_pipelines.sources.hsa.record import AgeRule, BusinessClassification, HsaUnit, Rt90, TimeSpan
from hjv_pipelines.sources.source import UnitDocument

CONTRACT = Path(__file__).parents[4] / "shared/contracts/orgmaster_hsa_GetHsaUnit_1.0/schemas/interactions"
SCHEMA = CONTRACT / "GetHsaUnitInteraction/GetHsaUnitResponder_1.0.xsd"


def span(from_day: int, to_day: int, opens: str, closes: str, closes_in_words: str = "", comment: str = "") -> str:
    """Return what stands in an element of type TimeSpan."""
    return (
        f"<c:fromDay>{from_day}</c:fromDay><c:fromTime>{opens}:00</c:fromTime><c:fromTime2>{opens}</c:fromTime2>"
        f"<c:toDay>{to_day}</c:toDay><c:toTime>{closes}:00</c:toTime><c:toTime2>{closes_in_words}</c:toTime2>"
        f"<c:comment>{comment}</c:comment>"
    )


ANSWER = f"""
<GetHsaUnitResponse xmlns="urn:riv:orgmaster:hsa:GetHsaUnitResponder:1" xmlns:c="urn:riv:orgmaster:hsa:1">
  <unitPrescriptionCodes/>
  <alternateNames><alternateName>Björken</alternateName></alternateNames>
  <businessClassifications>
    <businessClassification>Allmänmedicin</businessClassification>
    <businessClassification>Ungdomsmottagning</businessClassification>
  </businessClassifications>
  <businessClassificationCodes><businessClassificationCode>1502</businessClassificationCode></businessClassificationCodes>
  <careTypes><careType>01</careType></careTypes>
  <county>Skåne län</county><countyCode>12</countyCode>
  <description>Om oss</description>
  <directoryContact>hemlig@intern.se</directoryContact>
  <email>info@vard.se</email>
  <geographicalCoordinatesRt90><type>RT90</type><x>6175000</x><y>1335000</y></geographicalCoordinatesRt90>
  <hsaDestinationIndicators><hsaDestinationIndicator>03</hsaDestinationIndicator></hsaDestinationIndicators>
  <hsaIdentity>SE2321000131-E1</hsaIdentity>
  <managements/>
  <municipality>Lund</municipality><municipalityCode>1281</municipalityCode>
  <name>Björkens vårdcentral</name>
  <postalAddress><c:addressLine>Björken</c:addressLine><c:addressLine>Box 1 $ 2</c:addressLine></postalAddress>
  <publicName>Björkens vårdcentral, Lund</publicName>
  <relatedUnits/>
  <surgeryHours>
    <surgeryHour>{span(1, 5, "08:00", "17:00", "17:00", "Avgift 5 $ #8")}</surgeryHour>
    <surgeryHour>{span(6, 7, "00:00", "00:00", "24:00")}</surgeryHour>
    <surgeryHour>{span(1, 5, "17:00", "08:00")}</surgeryHour>
  </surgeryHours>
  <telephoneHours><c:telephoneHour>{span(1, 5, "08:00", "00:00")}</c:telephoneHour></telephoneHours>
  <telephoneNumbers><telephoneNumber>046123456</telephoneNumber></telephoneNumbers>
  <textTelephoneNumbers/>
  <unitFunctions>
    <unitFunction>
      <name>Bokning</name>
      <telephoneHours><c:telephoneHour>{span(1, 1, "08:00", "10:00")}</c:telephoneHour></telephoneHours>
      <telephoneNumbers><telephoneNumber>046123457</telephoneNumber></telephoneNumbers>
    </unitFunction>
  </unitFunctions>
  <unitTemporaryInformation>
    <c:fromDate>20251120</c:fromDate><c:toDate></c:toDate><c:comment>Stängt; ring 1177</c:comment>
  </unitTemporaryInformation>
  <visitingHours/>
  <visitingRuleAge><c:from>0</c:from><c:to>17</c:to></visitingRuleAge>
  <visitingRuleReferral>Remiss krävs</visitingRuleReferral>
  <referralTypes/>
  <DN>ou=Björken,c=SE</DN>
  <x:name xmlns:x="urn:other">Falsk</x:name>
</GetHsaUnitResponse>
"""


@pytest.fixture
def document() -> UnitDocument:
    """Give the document of the answer above."""
    read = document_of_answer(etree.fromstring(ANSWER), "GetHsaUnit")
    assert isinstance(read, UnitDocument)
    return read


@pytest.fixture
def unit(document: UnitDocument) -> HsaUnit:
    """Give its record."""
    assert isinstance(document.record, HsaUnit)
    return document.record


def test_the_contracts_elements_become_the_records_fields(unit: HsaUnit) -> None:
    assert (unit.hsa_id, unit.name, unit.public_name) == (
        "SE2321000131-E1",
        "Björkens vårdcentral",
        "Björkens vårdcentral, Lund",
    )
    assert unit.alternate_names == ("Björken",)
    assert unit.destination_indicators == ("03",)
    assert (unit.county_code, unit.county_name, unit.municipality_code) == ("12", "Skåne län", "1281")
    assert unit.rt90 == Rt90(x=6175000, y=1335000)
    assert (unit.mail, unit.telephone_numbers) == ("info@vard.se", ("+4646123456",))
    assert unit.postal_address_lines == ("Björken", "Box 1 $ 2")
    assert unit.age_rules == (AgeRule(from_age=0, to_age=17),)
    assert unit.referral_rules == "Remiss krävs"
    assert unit.dn == "ou=Björken,c=SE"


def test_the_end_of_a_day_is_24_00_in_words_or_as_xml_has_it(unit: HsaUnit) -> None:
    """Trap 21: XML's own time turns 24:00 into 00:00."""
    assert TimeSpan(from_day=6, to_day=7, opens=time(0), closes=None) in unit.surgery_hours
    assert unit.telephone_hours == (TimeSpan(from_day=1, to_day=5, opens=time(8), closes=None),)


def test_a_comment_may_hold_what_separates_elsewhere(unit: HsaUnit) -> None:
    assert "Avgift 5 $ #8" in {hours.comment for hours in unit.surgery_hours}


def test_a_notice_keeps_its_text(unit: HsaUnit) -> None:
    assert unit.notice is not None
    assert (unit.notice.text, unit.notice.to_date) == ("Stängt; ring 1177", None)


def test_a_function_has_its_numbers_and_hours(unit: HsaUnit) -> None:
    """Trap 35: its parts stand in two namespaces."""
    (booking,) = unit.unit_functions
    assert (booking.name, booking.telephone_numbers) == ("Bokning", ("+4646123457",))
    assert booking.telephone_hours == (TimeSpan(from_day=1, to_day=1, opens=time(8), closes=time(10)),)


def test_codes_and_names_belong_together_by_position(document: UnitDocument, unit: HsaUnit) -> None:
    assert unit.business_classifications == (BusinessClassification(code="1502", name="Allmänmedicin"),)
    assert ("incomplete_pair", "Ungdomsmottagning") in {(each.rule, each.value) for each in document.findings}


def test_a_bad_value_is_told_here_too(document: UnitDocument) -> None:
    assert ("surgeryHour", "time_span_order") in {(each.field, each.rule) for each in document.findings}


def test_what_is_not_public_is_never_read(unit: HsaUnit) -> None:
    """Trap 27."""
    assert "hemlig" not in unit.model_dump_json()


@pytest.mark.skipif(not SCHEMA.exists(), reason="the official schema is not at hand")
def test_the_answer_of_these_tests_is_of_the_official_schema() -> None:
    etree.XMLSchema(file=str(SCHEMA)).assertValid(etree.fromstring(ANSWER))
