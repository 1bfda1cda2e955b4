"""The promise: a whole answer is told from half a one; what nobody can tell of a unit leaves it as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.kka.answer import UnitAnswer, read_region, read_units
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
from hjv_pipelines_tests.sources.kka.said import LENDER, OWN, TEXT, UNIT, answer, only, unit


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
