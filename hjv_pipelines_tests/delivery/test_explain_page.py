"""The page for editors: whether a unit is shown, the value at fault, who can mend it, and when that will be seen."""

from datetime import UTC, datetime

import httpx
import pytest

from hjv_pipelines.cards.visibility import RULE_NAMES
from hjv_pipelines.delivery import explained
from hjv_pipelines.sources.hsa.rules import RULES
from hjv_pipelines.timetable import import_with, timetable_row
from hjv_pipelines_tests.delivery.nation import CLINIC, FEIGNED, UNKNOWN, UNMARKED, WITHDRAWN
from hjv_pipelines_tests.delivery.test_pages import words_of


def why(delivery: httpx.Client, hsa_id: str) -> str:
    answer = delivery.get(f"/cards/{hsa_id}/varfor")
    assert answer.status_code == 200
    return words_of(answer.text)


def test_a_unit_without_a_card_says_what_to_mend_and_where(delivery: httpx.Client) -> None:
    page = why(delivery, UNMARKED)

    assert "Därför visas inget kort" in page
    assert "Värdet i HSA: 01 Vem kan rätta: Regionens HSA-administratör, i HSA Admin, Visas för: lägg till 03" in page
    assert "Värdet i HSA: saknas Vem kan rätta: Regionens HSA-administratör, i HSA Admin, Vård- och omsorgsform" in page
    assert "Inte uppfylld Visas för innehåller 03 eller 04 HSA: 01" in page
    assert "Uppfylld Länskod är vald HSA: 01 Stockholms län" in page


def test_a_unit_with_a_card_passes_every_rule(delivery: httpx.Client) -> None:
    page = why(delivery, CLINIC)

    assert "Därför visas kortet" in page
    assert "Inte uppfylld" not in page
    assert page.count("Uppfylld") == len(RULE_NAMES)


def test_every_source_says_when_it_spoke_and_when_a_change_is_seen(delivery: httpx.Client) -> None:
    page = why(delivery, CLINIC)

    spoke = "HSA Talade senast om enheten i dag 10:00, hämtat i dag 11:30."
    assert f"{spoke} En ändring nu syns inom en minut, om källan meddelar den, annars senast i dag 15:40." in page
    assert "En ändring nu syns senast i dag 15:10. Ändras av enhetens administratör, i 1177 e-tjänsters" in page


def test_a_change_is_seen_by_the_first_import_whose_content_has_it() -> None:
    """HSA's file of 11:30 was begun at 10:00: what changed at 10:30 comes at 15:30."""
    hsa, at_half_past_ten = timetable_row("hsa"), datetime(2026, 3, 11, 9, 30, tzinfo=UTC)

    assert import_with(hsa, at_half_past_ten).isoformat() == "2026-03-11T15:40:00+01:00"
    assert import_with(timetable_row("eservices"), at_half_past_ten).isoformat() == "2026-03-11T11:10:00+01:00"


@pytest.mark.parametrize("hsa_id", [UNKNOWN, FEIGNED, WITHDRAWN])
def test_every_unit_has_an_explanation_that_tells_nothing_else_of_it(delivery: httpx.Client, hsa_id: str) -> None:
    """Closes trap 27 for the page."""
    page = why(delivery, hsa_id)

    assert "Att rätta" in page
    assert "Hittepå" not in page
    assert "Nedlagda" not in page


@pytest.mark.parametrize("rule", RULE_NAMES)
def test_every_rule_has_its_question_and_its_remedy(rule: str) -> None:
    assert explained.question(rule) != rule
    assert "support" in explained.remedy(rule) or "HSA Admin" in explained.remedy(rule)


@pytest.mark.parametrize("rule", RULES)
def test_every_finding_of_hsa_can_be_said_in_swedish(rule: str) -> None:
    assert explained.finding(rule) != explained.finding("a rule that is new")


def test_a_value_that_was_left_out_is_shown_with_the_reason() -> None:
    told = "none; left out: X: 59.3 (grader), Y: 18 (coordinates_wgs84); left out: 1 (coordinates_syntax)"

    assert explained.value(told) == (
        "saknas; ”X: 59.3 (grader), Y: 18” används inte: koordinaterna är i grader; fältet är till för RT90; "
        "”1” används inte: koordinaterna går inte att läsa"
    )
