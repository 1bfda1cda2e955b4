"""A unit's XML becomes its record; a bad value costs itself and a finding, never the unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hjv_pipelines.sources.hsa.record import BusinessClassification, HsaUnit, Rt90, Sweref99
from hjv_pipelines.sources.hsa.unit_xml import document_of_container, document_of_unit
from hjv_pipelines.sources.source import Refusal, UnitDocument
from hjv_pipelines_tests.sources.hsa.xml import OFFICIAL, Value, container, unit

UNIT = "SE2321000131-E000000000426"


def read(*values: tuple[str, Value]) -> UnitDocument:
    """Return the document of a unit with these elements besides id and name."""
    xml = unit(("unitHsaId", UNIT), ("unitName", "Björkens vårdcentral"), *values)
    document = document_of_unit(etree.fromstring(xml), "here")
    assert isinstance(document, UnitDocument)
    return document


def record(*values: tuple[str, Value]) -> HsaUnit:
    """Return the record of that unit."""
    read_record = read(*values).record
    assert isinstance(read_record, HsaUnit)
    return read_record


def findings(*values: tuple[str, Value]) -> list[tuple[str, str, str]]:
    """Return the findings of that unit."""
    return [(finding.field, finding.rule, finding.value) for finding in read(*values).findings]


def test_a_unit_becomes_a_record() -> None:
    unit_record = record(
        ("publicName", "Björken, Lund"),
        ("alternateName", "Björken"),
        ("alternateName", "VC Björken"),
        ("destinationIndicator", "03"),
        ("businessType", "02"),
        ("careType", "01"),
        ("management", "Region"),
        (
            "businessClassification",
            {"businessClassificationCode": ["1502"], "businessClassificationName": ["Allmänmedicin"]},
        ),
        ("countyCode", "12"),
        ("countyName", "Skåne län"),
        ("municipalityCode", "1281"),
        ("municipalityName", "Lund"),
        ("geographicalCoordinatesRt90", "X: 6175000, Y: 1335000"),
        ("geographicalCoordinatesSWEREF99Latitude", "55.7"),
        ("geographicalCoordinatesSWEREF99Longitude", "13.19"),
        ("telephoneNumber", "046-12 34 56"),
        ("surgeryHour", "1-4#08:00#17:00$5-5#08:00#15:00"),
        (
            "unitFunction",
            {"name": ["Bokning"], "telephoneNumber": ["046123457"], "telephoneHour": ["1-5#08:00#10:00"]},
        ),
        ("structuredPostalAddress", {"addressee": ["Björken"], "postCode": ["222 22"], "town": ["Lund"]}),
        ("postalAddress", "Björken$222 22 Lund"),
        ("relatedUnitHsaId", "SE2321000131-E2"),
        ("description", "Rad ett\nRad två"),
        ("feignedUnit", "false"),
    )
    assert unit_record.hsa_id == UNIT
    assert unit_record.marked_for_public
    assert unit_record.alternate_names == ("Björken", "VC Björken")
    assert unit_record.business_classifications == (BusinessClassification(code="1502", name="Allmänmedicin"),)
    assert (unit_record.county_code, unit_record.municipality_code) == ("12", "1281")
    assert unit_record.rt90 == Rt90(x=6175000, y=1335000)
    assert unit_record.sweref99 == Sweref99(latitude=55.7, longitude=13.19)
    assert unit_record.telephone_numbers == ("+4646123456",)
    assert [span.from_day for span in unit_record.surgery_hours] == [1, 5]
    assert unit_record.unit_functions[0].telephone_numbers == ("+4646123457",)
    assert unit_record.postal_address is not None
    assert unit_record.postal_address.post_code == "22222"
    assert unit_record.postal_address_lines == ("Björken", "222 22 Lund")
    assert unit_record.description == "Rad ett\nRad två"
    assert not unit_record.feigned


def test_a_unit_lies_in_the_region_of_its_county() -> None:
    assert read(("countyCode", "12")).region == "12-skane"
    assert read().region == "00-distans"


def test_a_bad_value_costs_itself_and_nothing_else() -> None:
    bad = ("surgeryHour", "Mån-fre 8-17")
    assert findings(("surgeryHour", "1-5#08:00#17:00"), bad) == [("surgeryHour", "time_span_syntax", "Mån-fre 8-17")]
    assert len(record(("surgeryHour", "1-5#08:00#17:00"), bad).surgery_hours) == 1


def test_a_finding_says_who_mends_it_and_where() -> None:
    (finding,) = read(("geographicalCoordinatesRt90", "X: 1630250, Y: 6581164")).findings
    assert finding.mend.startswith("The region's HSA administrator, in HSA Admin: Geografiska koordinater RT90.")


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([("countyCode", "12"), ("countyName", "Hallands län")], "12"),
        ([("countyCode", "11"), ("countyName", "Kristianstads län")], "11"),
        ([("countyName", "Skåne län")], "Skåne län"),
    ],
)
def test_a_county_that_disagrees_with_itself_is_none(values: list[tuple[str, Value]], found: str) -> None:
    """Trap 26."""
    assert findings(*values) == [("countyCode", "county_mismatch", found)]
    assert record(*values).county_code is record(*values).county_name is None
    assert read(*values).region == "00-distans"


@pytest.mark.parametrize(
    ("county", "municipality", "name"),
    [("12", "1281", "Malmö"), ("13", "1281", "Lund"), ("01", "180", "Stockholm")],
)
def test_a_municipality_that_disagrees_is_none(county: str, municipality: str, name: str) -> None:
    """Traps 24 and 26: its name, its county, its leading zero."""
    values = ("countyCode", county), ("municipalityCode", municipality), ("municipalityName", name)
    assert findings(*values) == [("municipalityCode", "municipality_mismatch", municipality)]
    assert (record(*values).county_code, record(*values).municipality_code) == (county, None)


@pytest.mark.parametrize("name", ["Lund", "Lunds kommun", "LUND"])
def test_a_municipality_is_called_so_with_and_without_the_word(name: str) -> None:
    values = ("countyCode", "12"), ("municipalityCode", "1281"), ("municipalityName", name)
    assert findings(*values) == []
    assert record(*values).municipality_name == name


def test_a_municipality_that_is_new_in_its_county_is_kept() -> None:
    """Trap 25."""
    values = ("countyCode", "12"), ("municipalityCode", "1297"), ("municipalityName", "Nybildad")
    assert findings(*values) == [("municipalityCode", "unknown_code", "1297")]
    assert record(*values).municipality_code == "1297"


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("destinationIndicator", "97"),
        ("businessType", "97"),
        ("careType", "97"),
        ("management", "Kooperativ"),
    ],
)
def test_a_code_that_no_list_knows_is_kept_and_told(element: str, code: str) -> None:
    """Trap 25."""
    assert findings((element, code)) == [(element, "unknown_code", code)]
    assert code in read((element, code)).record.model_dump_json()


@pytest.mark.parametrize(
    ("half", "value"),
    [
        ({"businessClassificationCode": ["1519"]}, "1519"),
        ({"businessClassificationName": ["Mottagning"]}, "Mottagning"),
    ],
)
def test_half_a_classification_is_none(half: dict[str, list[str]], value: str) -> None:
    assert findings(("businessClassification", half)) == [("businessClassification", "incomplete_pair", value)]
    assert record(("businessClassification", half)).business_classifications == ()


def test_a_latitude_alone_is_no_position() -> None:
    latitude = ("geographicalCoordinatesSWEREF99Latitude", "55.7")
    assert findings(latitude) == [("geographicalCoordinatesSWEREF99Longitude", "sweref99_syntax", "")]
    assert record(latitude).sweref99 is None


def test_what_is_not_public_is_never_read() -> None:
    """Trap 27."""
    document = read(("nonPublicTelephoneNumber", "+46700000001"), ("directoryContact", "hemlig@intern.se"))
    assert "700000001" not in document.record.model_dump_json()
    assert "hemlig" not in document.record.model_dump_json()
    assert document.findings == ()


@pytest.mark.parametrize("mark", ["unitIsArchived", "healthCareUnitIsArchived"])
def test_a_mark_of_the_container_archives_the_unit(mark: str) -> None:
    """Trap 27."""
    document = container_document(container(("hsaIdentity", UNIT), ("name", "Björken"), (mark, "true")))
    assert isinstance(document, UnitDocument)
    assert document.record == HsaUnit(hsa_id=UNIT, name="Björken", archived=True)


def test_elements_that_nobody_knows_are_passed_over() -> None:
    """Traps 35 and 36: unknown ones, and those of another namespace that are called as ours."""
    foreign = '<x:unitName xmlns:x="urn:other">Falsk</x:unitName><!-- unitName --><?pi unitName?>'
    own = unit(("unitHsaId", UNIT), ("priceInformation", "250 kr"), ("unitName", "Björken"))
    document = document_of_unit(etree.fromstring(own.replace("<unitHsaId", f"{foreign}<unitHsaId")), "here")
    assert isinstance(document, UnitDocument)
    assert document.record == HsaUnit(hsa_id=UNIT, name="Björken")
    assert document.findings == ()


def test_the_order_in_which_the_directory_has_its_values_changes_nothing() -> None:
    hours = [
        ("surgeryHour", "1-4#08:00#17:00"),
        ("surgeryHour", "5-5#08:00#15:00"),
        ("careType", "01"),
        ("careType", "02"),
    ]
    assert record(*hours) == record(*reversed(hours), *hours)


def test_what_the_unit_says_stands_over_what_its_container_says() -> None:
    own = unit(("unitHsaId", UNIT), ("unitName", "Nytt namn"))
    document = container_document(
        container(("hsaIdentity", UNIT), ("name", "Gammalt namn"), ("orgNo", "232100-0131"), inside=own)
    )
    assert isinstance(document, UnitDocument)
    assert document.record == HsaUnit(hsa_id=UNIT, name="Nytt namn", organisation_number="232100-0131")


def test_a_unit_whose_container_names_another_is_refused() -> None:
    own = unit(("unitHsaId", UNIT), ("unitName", "Björken"))
    refusal = container_document(container(("hsaIdentity", f"{UNIT}7"), inside=own))
    assert isinstance(refusal, Refusal)
    assert [finding.rule for finding in refusal.findings] == ["hsa_id_unexpected"]


def test_a_record_without_a_usable_id_is_refused() -> None:
    """Trap 19."""
    refusal = document_of_unit(etree.fromstring(unit(("unitHsaId", "E426"), ("unitName", "Björken"))), "record 7")
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, refusal.where) == (None, "record 7")
    assert [(finding.rule, finding.value) for finding in refusal.findings] == [("hsa_id_format", "E426")]


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_a_record_without_a_name_is_refused_and_says_which_unit(name: str) -> None:
    refusal = document_of_unit(etree.fromstring(unit(("unitHsaId", UNIT), ("unitName", name))), "here")
    assert isinstance(refusal, Refusal)
    assert refusal.hsa_id == UNIT
    assert refusal.findings[-1].rule == "name_missing"


ELEMENTS = st.sampled_from(
    [
        *(
            "destinationIndicator",
            "countyCode",
            "countyName",
            "municipalityCode",
            "surgeryHour",
            "telephoneHour",
            "mail",
        ),
        *(
            "telephoneNumber",
            "textTelephoneNumber",
            "geographicalCoordinatesRt90",
            "unitTemporaryInformation",
            "street",
        ),
        *(
            "geographicalCoordinatesSWEREF99Latitude",
            "visitingRuleAge",
            "unitStartDate",
            "structuredVisitingAddress",
        ),
        *(
            "postalAddress",
            "postalCode",
            "jpegPhoto",
            "labeledUri",
            "relatedUnitHsaId",
            "feignedUnit",
            "description",
        ),
    ]
)
XML_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r", min_codepoint=32, exclude_categories=("Cs", "Cn"))
)


@given(st.lists(st.tuples(ELEMENTS, XML_TEXTS)))
def test_whatever_the_values_are_the_unit_is_read(values: list[tuple[str, Value]]) -> None:
    document = read(*values)
    assert isinstance(document.record, HsaUnit)
    assert HsaUnit.model_validate_json(document.record.model_dump_json()) == document.record


def container_document(xml: str) -> UnitDocument | Refusal:
    """Return what a container in the file becomes."""
    return document_of_container(etree.fromstring(xml.replace("<hsaUnit", f'<hsaUnit xmlns="{OFFICIAL}"', 1)), "here")
