"""Texts have one Unicode form and no characters that nobody sees; what is spoilt is told, not guessed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.sources.reading import Reading
from hjv_pipelines.sources.texts import one_line, text


def test_composed_and_decomposed_letters_are_the_same() -> None:
    """Trap 29."""
    assert text(unicodedata.normalize("NFD", "Ängsö vårdcentral")) == Reading("Ängsö vårdcentral")


@pytest.mark.parametrize("invisible", ["\x00", "\x07", "\x7f", "\x96", "\u200b", "\ufeff", "\u202e", "\udc80"])
def test_invisible_characters_are_taken_out_and_told(invisible: str) -> None:
    """Trap 29: control characters, NUL, zero width, direction overrides, half surrogate pairs."""
    assert text(f"Öppet{invisible}tider") == Reading("Öppettider", ("control_characters",))


def test_letters_that_meet_when_a_character_is_taken_out_become_one() -> None:
    """Trap 29."""
    assert text("a\u200b\u030a").value == "å"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("said", ["för råd", "på 1177", "Ängen", "café", "8–16", "”hej”"])
def test_utf8_that_was_read_as_something_else_is_told_and_kept(said: str, encoding: str) -> None:
    """Trap 29: Latin-1 and Windows-1252; what Windows-1252 cannot even show has become U+FFFD."""
    spoilt = said.encode().decode(encoding, errors="replace")
    reading = text(spoilt)
    assert "mojibake" in reading.broken
    assert reading.value == "".join(letter for letter in spoilt if letter.isprintable())


@pytest.mark.parametrize("right", ["Ålö å äö", "São Paulo-mottagningen", "Château", "ÂÃ", "Âge d'or", "8–16 … ”hej”"])
def test_a_text_that_is_right_is_left_in_peace(right: str) -> None:
    assert text(right) == Reading(right)


def test_a_text_keeps_its_lines_and_one_line_does_not() -> None:
    raw = "  Rad ett\r\nRad\u00a0två\u2028Rad  tre "
    assert text(raw).value == "Rad ett\nRad\u00a0två\nRad  tre"
    assert one_line(raw).value == "Rad ett Rad två Rad tre"


@pytest.mark.parametrize("blank", ["", "  ", "\n\t", "\u200b", "\u00a0"])
def test_a_text_of_nothing_is_no_value(blank: str) -> None:
    assert text(blank).value is None
    assert one_line(blank).value is None


@given(st.text(st.sampled_from("aZ1. åÖé-Ãe\u0301\n")))
def test_a_line_is_the_text_without_its_ends_and_runs_of_blanks(raw: str) -> None:
    value, broken = text(raw)
    assert one_line(raw) == (" ".join((value or "").split()) or None, broken)


@given(st.text(st.characters()))
def test_whatever_comes_in_the_value_is_clean_and_stays_so(raw: str) -> None:
    for read in (text, one_line):
        value = read(raw).value
        if value is not None:
            value.encode()
            assert value.strip() == value != ""
            assert unicodedata.is_normalized("NFC", value)
            assert not any(
                unicodedata.category(letter) in {"Cc", "Cs"} for letter in value.replace("\n", "").replace("\t", "")
            )
            assert read(value).value == value
            assert "control_characters" not in read(value).broken
