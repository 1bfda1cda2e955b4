"""Ids, notices, ages, marks and images: read, or told and left out."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.sources.hsa.record import AgeRule, Notice
from hjv_pipelines.sources.hsa.values import MAX_IMAGE_BYTES, age_rule, code_of, flag, hsa_id, jpeg, notice
from hjv_pipelines.sources.reading import Reading

UNIT = "SE2321000131-E000000000426"


@pytest.mark.parametrize("raw", [UNIT.lower(), f" {UNIT}", "SE2321000131 - E000000000426", f"{UNIT}\u200b"])
def test_an_id_in_another_spelling_is_the_same_id(raw: str) -> None:
    """Trap 19."""
    assert hsa_id(raw) == Reading(UNIT, ("hsa_id_spelling",))


def test_a_long_id_is_kept() -> None:
    assert hsa_id(f"{UNIT}7890123456789").broken == ()


@pytest.mark.parametrize(
    "raw",
    [
        *("", "SE2321000131", "SE232100131-E1", "NO2321000131-E1", "SE2321000131_E1", "SE2321000131-Å1"),
        *(
            "SE2321000131-\u0131",
            "SE2321000131-ß",
            "SE\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661-E1",
        ),
    ],
)
def test_what_is_no_id_is_told(raw: str) -> None:
    """Trap 19: letters that become A-Z in upper case are no slip of spelling."""
    assert hsa_id(raw).broken == ("hsa_id_format",)


def test_a_code_that_no_list_knows_is_kept_and_told() -> None:
    """Traps 24 and 25: `3` is not `03`."""
    care_type = code_of("care_type")
    assert care_type("03") == Reading("03")
    assert care_type("3") == Reading("3", ("unknown_code",))


@pytest.mark.parametrize("owner", ["1", "Landsting/Region", "region", "Kommun"])
def test_an_owner_is_a_code_or_a_clear_text(owner: str) -> None:
    """Trap 25: the same owner before and after a new name."""
    assert code_of("management")(owner) == Reading(owner)


def test_a_notice_is_split_at_most_twice() -> None:
    """Trap 22."""
    read = notice("20251120;20251201;Stängt måndag; tisdag; ring 1177").value
    assert read is not None
    assert (read.text, str(read.from_date), str(read.to_date)) == (
        "Stängt måndag; tisdag; ring 1177",
        "2025-11-20",
        "2025-12-01",
    )


def test_a_notice_without_dates_holds_for_ever() -> None:
    """Trap 22."""
    assert notice(";;Vi har flyttat").value == Notice(text="Vi har flyttat")


def test_a_notice_without_text_is_none() -> None:
    assert notice("20251120;20251201; ") == (None, ())


@pytest.mark.parametrize("raw", ["20101131;;Flyttat", "20250230;20250301;Stängt", ";20251301;Ny telefon"])
def test_an_impossible_date_costs_the_whole_notice(raw: str) -> None:
    """Trap 22: nobody can tell when it holds."""
    assert notice(raw).broken == ("date_impossible",)


@pytest.mark.parametrize("raw", ["", "Stängt", "20250101;Flyttat", "i dag;i morgon;Stängt", "20251202;20251201;Stängt"])
def test_a_notice_without_its_parts_is_told(raw: str) -> None:
    """Trap 22."""
    assert notice(raw).broken == ("notice_syntax",)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("00;17", AgeRule(from_age=0, to_age=17)),
        ("65;99", AgeRule(from_age=65)),
        ("0;6;Även syskon; ring först", AgeRule(from_age=0, to_age=6, comment="Även syskon; ring först")),
    ],
)
def test_ages_go_from_newborn_to_no_limit(raw: str, rule: AgeRule) -> None:
    assert age_rule(raw).value == rule


@pytest.mark.parametrize("raw", ["Alla åldrar", "0-99", "18", "17;00", "0;120", ";"])
def test_what_says_no_ages_is_told(raw: str) -> None:
    assert age_rule(raw).broken == ("age_rule_syntax",)


@pytest.mark.parametrize("raw", ["true", "1", "TRUE", "ja", "?"])
def test_a_mark_that_hides_counts_unless_it_says_no(raw: str) -> None:
    """Trap 27: a feigned or archived unit never slips through a misspelling."""
    assert flag(raw).value is True
    assert [flag(no).value for no in ("false", "0", "", " False ")] == [False] * 4


def _encoded(size: int, start: bytes = b"\xff\xd8\xff") -> str:
    return base64.b64encode(start + bytes(size - len(start))).decode()


def test_an_image_is_a_jpeg_of_at_most_200_kb() -> None:
    image = _encoded(MAX_IMAGE_BYTES)
    assert jpeg(image) == Reading(image)
    assert jpeg("\n".join(image[i : i + 76] for i in range(0, len(image), 76))).value == image


@pytest.mark.parametrize(
    "raw", [_encoded(MAX_IMAGE_BYTES + 1), _encoded(9, b"\x89PNG"), "ingen bild!", "/9j/4AA", "åäö="]
)
def test_any_other_image_is_told(raw: str) -> None:
    assert jpeg(raw).broken == ("image_syntax",)


@given(st.text() | st.text("0123456789;- ", max_size=30))
def test_whatever_comes_in_no_reader_raises(raw: str) -> None:
    for read in (hsa_id, notice, age_rule, flag, jpeg, code_of("care_type")):
        read(raw)
