"""The promise: a whole answer is told from half a one, and of what is published, all that can be shown is kept.

The answers are written by hand from the project's profile (docs/contracts.md).
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.kka.answer import PROFILE, UnitAnswer, read_region, read_units
from hjv_pipelines.sources.kka.record import (
    AttachedFile,
    BorrowedEServices,
    EServiceKey,
    Link,
    OwnEService,
    PublishedContent,
    PublishedText,
)
from hjv_pipelines.sources.source import Refusal

UNIT, LENDER = "SE2321000016-A", "SE2321000016-B"
TEXT: dict[str, object] = {
    "id": "1",
    "section": "help",
    "heading": "Fotvård",
    "text": "<p>Vi tar hand om dina fötter.</p>",
}
OWN: dict[str, object] = {"id": "e1", "name": "Boka lokal", "url": "https://vard.example/boka"}

Found = list[tuple[str, str, str]]


def unit(*texts: object, hsa_id: str = UNIT, **members: object) -> dict[str, object]:
    """Return what is said of a unit for which `texts` are published."""
    return {"hsaId": hsa_id, "state": "published", "texts": list(texts), **members}


def answer(*units: object, **changes: object) -> dict[str, object]:
    """Return a whole answer that names `units` of a connected region."""
    whole = {"profile": PROFILE, "connected": True, "complete": True, "unitCount": len(units), "units": list(units)}
    return {**whole, "sharedTexts": [], **changes}


def only(said: object, **changes: object) -> tuple[PublishedContent | None, Found]:
    """Return the content of the one unit of an answer, and its findings as field, rule and value."""
    (read,) = read_units(answer(said, **changes))
    assert isinstance(read, UnitAnswer)
    return read.record, [(finding.field, finding.rule, finding.value) for finding in read.findings]


def text_of(**members: object) -> tuple[PublishedText | None, Found]:
    """Return the one text of a unit, which has `members` besides an id and a section."""
    record, found = only(unit({**TEXT, **members}))
    assert record is not None
    return (record.texts[0] if record.texts else None), found


def test_everything_that_the_profile_can_say_is_read() -> None:
    said = unit(
        {
            **TEXT,
            "ingress": "För dig med diabetes.",
            "hours": "Måndag\nOnsdag",
            "contact": "Ring 08-123 45 67",
            "links": [{"text": "Mer om fötter", "url": "https://www.1177.se/fotter"}],
            "files": [{"name": "Folder.pdf", "url": "https://kka.example/folder.pdf"}],
            "aNewMember": [1],
        },
        {"shared": "s1"},
        eServices=[{**OWN, "description": "För föreningar."}],
        borrowedEServices=[{"lender": LENDER, "services": "all"}],
        eServiceOrder=[
            {"origin": "borrowed", "id": "17", "lender": LENDER},
            {"origin": "kka", "id": "e1"},
            {"origin": "1177", "id": "4"},
        ],
    )
    shared = {"id": "s1", "section": "practical_information", "heading": "Avgifter", "text": "Se <b>1177</b>."}
    record, found = only(said, sharedTexts=[shared])
    assert found == []
    assert record == PublishedContent(
        texts=(
            PublishedText(
                id="1",
                section="help",
                heading="Fotvård",
                ingress="För dig med diabetes.",
                html="<p>Vi tar hand om dina fötter.</p>",
                hours="Måndag\nOnsdag",
                contact="Ring 08-123 45 67",
                links=(Link(text="Mer om fötter", url="https://www.1177.se/fotter"),),
                files=(AttachedFile(name="Folder.pdf", url="https://kka.example/folder.pdf"),),
            ),
            PublishedText(
                id="s1", section="practical_information", heading="Avgifter", html="Se <b>1177</b>.", shared=True
            ),
        ),
        eservices=(
            OwnEService(id="e1", name="Boka lokal", description="För föreningar.", url="https://vard.example/boka"),
        ),
        borrowed=(BorrowedEServices(lender=LENDER),),
        order=(
            EServiceKey(origin="borrowed", id="17", lender=LENDER),
            EServiceKey(origin="kka", id="e1"),
            EServiceKey(origin="1177", id="4"),
        ),
    )


def test_what_is_only_saved_is_not_published_and_not_told() -> None:
    assert only(unit({**TEXT, "text": "<script>x</script>"}, state="saved")) == (None, [])


def test_a_unit_for_which_nothing_is_published_has_no_record() -> None:
    assert only(unit()) == (None, [])


@pytest.mark.parametrize("state", [None, "", "Published", True, "draft"])
def test_a_unit_of_an_unknown_state_stays_as_it_was(state: object) -> None:
    (refusal,) = read_units(answer(unit(TEXT, state=state)))
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, [finding.rule for finding in refusal.findings]) == (UNIT, ["content_state"])


def test_a_region_that_is_not_connected_says_nothing_and_that_is_an_answer() -> None:
    assert list(read_region(answer(connected=False))) == []


@pytest.mark.parametrize(
    "said", [answer(), answer(connected=None), answer(unit(TEXT), connected=False), answer(unit(TEXT), connected="yes")]
)
def test_an_empty_or_contradictory_answer_about_a_region_is_an_outage(said: object) -> None:
    """Traps 6 and 7: it has the form of a whole answer, and would bury every unit."""
    with pytest.raises(TransientError, match="outage"):
        list(read_region(said))


def test_about_single_units_an_empty_answer_is_an_answer() -> None:
    assert list(read_units(answer())) == []


@pytest.mark.parametrize(
    "changes",
    [{"complete": False}, {"complete": None}, {"complete": "true"}, {"unitCount": 2}, {"units": None}, {"units": {}}],
)
def test_an_answer_that_does_not_say_that_it_is_whole_is_a_failure(changes: dict[str, object]) -> None:
    """Traps 37 and 40: a list that was cut short."""
    with pytest.raises(TransientError, match="whole"):
        list(read_units(answer(unit(TEXT), **changes)))


@pytest.mark.parametrize("said", [None, [], "", 7, {}, {"units": []}, answer(profile="urn:other")])
def test_another_services_answer_is_no_answer(said: object) -> None:
    with pytest.raises(PermanentError, match="HJV_KKA_URL"):
        list(read_units(said))


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


@pytest.mark.parametrize(
    "changes", [{"id": None}, {"name": ""}, {"url": None}, {"url": "javascript:x"}, {"url": "www.vard.example"}]
)
def test_an_own_eservice_that_nobody_could_use_is_left_out(changes: dict[str, object]) -> None:
    record, found = only(unit(eServices=[{**OWN, **changes}, {**OWN, "id": "e2"}, {**OWN, "id": "e2", "name": "Igen"}]))
    assert record is not None
    assert [service.id for service in record.eservices] == ["e2"]
    assert [rule for _, rule, _ in found] == ["own_eservice", "own_eservice"]


def test_chosen_eservices_are_borrowed_by_their_ids() -> None:
    record, found = only(unit(borrowedEServices=[{"lender": " se2321000016-b ", "services": ["4", "2", "4", None]}]))
    assert record is not None
    assert record.borrowed == (BorrowedEServices(lender=LENDER, resource_ids=("2", "4")),)
    assert found == []


@pytest.mark.parametrize("turned", [False, True])
def test_a_lender_that_is_named_twice_lends_what_both_say(turned: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    said = [{"lender": LENDER, "services": ["2"]}, {"lender": LENDER, "services": "all"}]
    record, _ = only(unit(borrowedEServices=said[::-1] if turned else said))
    assert record is not None
    assert record.borrowed == (BorrowedEServices(lender=LENDER),)


@pytest.mark.parametrize("lender", ["", None, "vårdcentralen", UNIT])
def test_a_lender_that_is_no_other_unit_is_told(lender: object) -> None:
    record, found = only(unit(TEXT, borrowedEServices=[{"lender": lender, "services": "all"}]))
    assert record is not None
    assert record.borrowed == ()
    assert [rule for _, rule, _ in found] == ["borrowed_lender"]


@pytest.mark.parametrize("services", [None, "", "some", {}])
def test_a_choice_that_is_none_is_told(services: object) -> None:
    record, found = only(unit(TEXT, borrowedEServices=[{"lender": LENDER, "services": services}]))
    assert record is not None
    assert record.borrowed == ()
    assert [rule for _, rule, _ in found] == ["borrowed_services"]


def test_an_order_that_names_nothing_is_passed_over_and_told() -> None:
    good = {"origin": "1177", "id": "4"}
    bad = ({"origin": "other", "id": "4"}, {"origin": "kka"}, {"origin": "borrowed", "id": "4"})
    record, found = only(unit(eServiceOrder=[*bad, good, good]))
    assert record is not None
    assert record.order == (EServiceKey(origin="1177", id="4"),)
    assert [rule for _, rule, _ in found] == ["eservice_order"] * 3


def test_an_id_is_read_without_blanks_and_in_upper_case() -> None:
    """Trap 19."""
    (said,) = read_units(answer(unit(TEXT, hsa_id=" se2321000016- a")))
    assert isinstance(said, UnitAnswer)
    assert said.hsa_id == UNIT


def test_a_unit_without_an_id_is_refused_and_the_others_stay() -> None:
    refusal, said = read_units(answer(unit(TEXT, hsa_id="SE1"), unit(TEXT)))
    assert isinstance(refusal, Refusal)
    assert (refusal.where, [finding.rule for finding in refusal.findings]) == ("units 1", ["content_unit"])
    assert isinstance(said, UnitAnswer)


def test_a_unit_of_which_two_things_are_said_stays_as_it_was() -> None:
    """Trap 19: nobody can tell which one holds, whatever the order."""
    for pair in ((unit(TEXT), unit()), (unit(), unit(TEXT)), (unit(TEXT), unit(TEXT, state="saved"))):
        (refusal,) = read_units(answer(*pair))
        assert isinstance(refusal, Refusal)
        assert (refusal.hsa_id, [finding.rule for finding in refusal.findings]) == (UNIT, ["content_duplicate"])


def test_a_unit_that_is_named_twice_with_the_same_words_is_one() -> None:
    (said,) = read_units(answer(unit(TEXT), unit(TEXT, hsa_id=UNIT.lower())))
    assert isinstance(said, UnitAnswer)
    assert said.findings == ()


MEMBERS = ("id", "section", "heading", "text", "links", "url", "shared", "lender", "services", "origin")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner),
    max_leaves=8,
)


@given(said=JSON)
def test_no_value_can_break_the_reading(said: object) -> None:
    in_every_member = {
        **TEXT,
        **dict.fromkeys(("heading", "ingress", "text", "hours", "contact", "links", "files"), said),
    }
    lists = dict.fromkeys(("texts", "eServices", "borrowedEServices", "eServiceOrder"), said)
    shapes = (said, unit(said), unit(in_every_member, hsa_id=LENDER), {**unit(), "hsaId": "SE2321000016-C", **lists})
    assert list(read_units(answer(*shapes, sharedTexts=said)))
    assert list(read_units(answer(*shapes, sharedTexts=[said])))
