"""The promise: of an editor's texts all that can be shown is kept, and what is wrong with one is told to him."""

import pytest

from hjv_pipelines.sources.kka.answer import read_units
from hjv_pipelines.sources.kka.record import Link
from hjv_pipelines_tests.sources.kka.said import LENDER, TEXT, UNIT, answer, only, text_of, unit


def test_markup_is_cleaned_and_an_editor_is_told() -> None:
    """Trap 28."""
    raw = "<p onclick=x>Hej</p><script>x</script>"
    text, found = text_of(text=raw)
    assert text is not None
    assert text.html == "<p>Hej</p>"
    assert found == [("text", "markup_removed", raw)]


@pytest.mark.parametrize("member", ["heading", "ingress", "hours", "contact"])
def test_members_without_markup_are_kept_as_text(member: str) -> None:
    """Trap 28: they are shown as they stand, and never as HTML."""
    text, found = text_of(section="news", **{member: "<b>Hej</b>"})
    assert text is not None
    assert getattr(text, member) == "<b>Hej</b>"
    assert found == []


@pytest.mark.parametrize("member", ["heading", "ingress", "text", "hours", "contact"])
def test_broken_letters_are_told(member: str) -> None:
    """Trap 29."""
    text, found = text_of(**{member: "FÃ¥r\x07 O\N{COMBINING DIAERESIS}l"})
    assert text is not None
    assert getattr(text, "html" if member == "text" else member) == "FÃ¥r Öl"
    assert sorted(rule for _, rule, _ in found) == ["control_characters", "mojibake"]


@pytest.mark.parametrize("section", ["", "helps", "Det här kan du få hjälp med", None, 3])
def test_a_text_of_an_unknown_section_is_left_out_and_the_others_stay(section: object) -> None:
    """Trap 25."""
    record, found = only(unit({**TEXT, "id": "2", "section": section}, TEXT))
    assert record is not None
    assert [text.id for text in record.texts] == ["1"]
    assert [rule for _, rule, _ in found] == ["text_section"]


def test_a_text_without_an_id_is_left_out() -> None:
    assert text_of(id=" ") == (None, [("id", "text_id", "Fotvård")])


def test_a_text_with_nothing_to_show_is_left_out() -> None:
    assert text_of(heading=" ", text="<p></p>") == (None, [("texts", "text_empty", "1")])


def test_a_text_that_is_there_twice_is_shown_once() -> None:
    record, found = only(unit(TEXT, {**TEXT, "heading": "Annat"}))
    assert record is not None
    assert [text.heading for text in record.texts] == ["Fotvård"]
    assert found == [("texts", "text_duplicate", "1")]


@pytest.mark.parametrize(
    "heading",
    [
        "Fotvård.",
        "Fot, hand",
        "Fot – hand",
        "Fot - hand",
        "Fot (hand)",
        "Fot: hand",
        "Fot; hand",
        "Fot!",
        "Fot?",
        "Fot & hand",
        "Fot — hand",
    ],
)
def test_a_heading_with_punctuation_is_shown_and_told(heading: str) -> None:
    text, found = text_of(heading=heading)
    assert text is not None
    assert text.heading == heading
    assert found == [("heading", "text_heading", heading)]


def test_a_hyphen_inside_a_word_is_no_dash() -> None:
    assert text_of(heading="Astma- och KOL-mottagning")[1] == []


def test_other_sections_headings_may_have_punctuation() -> None:
    assert text_of(section="news", heading="Obs! Stängt.")[1] == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//ond.example", "ftp://x.example", "", None]
)
def test_links_and_files_that_no_browser_should_follow_are_left_out(url: object) -> None:
    """Trap 28."""
    text, found = text_of(links=[{"text": "Mer", "url": url}], files=[{"name": "x.pdf", "url": url}])
    assert text is not None
    assert (text.links, text.files) == ((), ())
    assert [rule for _, rule, _ in found] == ["text_link", "text_file"]


def test_a_link_without_words_shows_its_address() -> None:
    text, found = text_of(links=[{"url": "https://vard.example"}])
    assert text is not None
    assert (text.links, found) == ((Link(text="https://vard.example", url="https://vard.example"),), [])


def test_a_shared_text_that_is_not_there_is_told() -> None:
    record, found = only(unit(TEXT, {"shared": "gone"}))
    assert record is not None
    assert [text.id for text in record.texts] == ["1"]
    assert found == [("texts", "text_shared_missing", "gone")]


def test_what_is_wrong_with_a_shared_text_is_told_of_every_unit_that_shows_it() -> None:
    """Trap 33: its change is the change of all of them."""
    shared = {**TEXT, "id": "s", "text": "<i>Hej</i><script>x</script>"}
    both = read_units(
        answer(unit({"shared": "s"}), unit({"shared": "s"}, hsa_id=LENDER), unit(hsa_id="SE1-X"), sharedTexts=[shared])
    )
    told = {said.hsa_id: [finding.rule for finding in said.findings] for said in both}
    assert told == {UNIT: ["markup_removed"], LENDER: ["markup_removed"], None: ["content_unit"]}


def test_an_own_text_may_have_a_shared_ones_id() -> None:
    record, found = only(unit(TEXT, {"shared": "1"}), sharedTexts=[TEXT])
    assert record is not None
    assert ([text.shared for text in record.texts], found) == ([False, True], [])
