"""Code lists are data with their OIDs; a code is a text, and one that no list has is unknown, no failure."""

import pytest

from hjv_pipelines import codes


def test_every_list_says_what_it_is_and_whose() -> None:
    for key, listed in codes.code_lists().items():
        assert listed.key == key
        assert listed.oid.startswith("1.2.") or listed.version == "assumed"
        assert listed.attribute
        assert listed.version
        assert listed.source
        assert listed.names
        assert all(code == code.strip() and name for code, name in listed.names.items())


@pytest.mark.parametrize(
    ("code_list", "code", "name"),
    [
        ("business_type", "03", "Distansenhet"),
        ("care_type", "01", "Öppenvård"),
        ("management", "2", "Kommun"),
        ("business_classification", "1519", "Ungdomsmottagning"),
    ],
)
def test_a_code_has_a_name(code_list: str, code: str, name: str) -> None:
    assert codes.name(code_list, code) == name


def test_a_code_that_no_list_has_is_unknown() -> None:
    """Traps 24 and 25: leading zeros count."""
    assert codes.name("care_type", "1") is None
    assert not codes.is_known("care_type", "1")


def test_the_hospitals_and_clinics_of_the_nation_have_codes() -> None:
    known = codes.code_lists()["business_classification"].names
    attested = [*range(1502, 1507), 1519, 1500, 1402, 1403, 1007, 1404, 1407, 1411, 1413, 1013, 1311, 1202]
    assert {str(code) for code in (*attested, *range(1604, 1620), *range(1800, 1813))} <= set(known)
