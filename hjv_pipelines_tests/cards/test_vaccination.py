"""Vaccination on the card: what is offered, and the times that are left."""

from datetime import UTC, date, datetime

from hjv_pipelines.cards.vaccination import vaccination_from
from hjv_pipelines.sources.vaccinera.record import Vaccinations, VaccinationTime, Vaccine
from hjv_pipelines_tests.cards.units import NOON, a_unit, built_of, facts_of

TODAY, TOMORROW = date(2026, 3, 11), date(2026, 3, 12)


def a_time(day: date, opens: str, closes: str, *, drop_in: bool | None = None) -> VaccinationTime:
    return VaccinationTime(day=day, opens=opens, closes=closes, drop_in=drop_in)


def influenza(*times: VaccinationTime) -> Vaccine:
    return Vaccine(code="influenza", name="Influensa", times=times)


def test_times_are_told_in_swedish_and_whether_one_may_drop_in() -> None:
    times = (
        a_time(TOMORROW, "09:00", "12:00", drop_in=True),
        a_time(TOMORROW, "13:00", "15:00"),
        a_time(date(2026, 3, 13), "08:00", "24:00", drop_in=False),
    )
    (vaccine,) = vaccination_from(
        facts_of(a_unit(), records={"vaccinera": Vaccinations(vaccines=(influenza(*times),))}), NOON
    )
    assert vaccine.hours is not None
    assert vaccine.hours.lines == (
        "12 mars 2026: 09:00–12:00 (drop-in), 13:00–15:00",
        "13 mars 2026: 08:00–24:00 (tidsbokning)",
    )


def test_a_time_is_on_the_card_until_it_has_passed() -> None:
    """Trap 16: noon in Sweden is the end of the first."""
    times = (a_time(TODAY, "09:00", "12:00"), a_time(TODAY, "12:00", "15:00"))
    facts = facts_of(a_unit(), records={"vaccinera": Vaccinations(vaccines=(influenza(*times),))})
    built = built_of(facts)
    assert built.card is not None
    (vaccine,) = built.card.vaccination
    assert vaccine.hours is not None
    assert [span.opens for span in vaccine.hours.spans] == ["12:00"]
    assert built.next_change == datetime(2026, 3, 11, 14, tzinfo=UTC)
    later = built_of(facts, at=built.next_change)
    assert later.card is not None
    assert later.card.vaccination[0].hours is None
    assert later.next_change is None


def test_a_vaccine_without_times_is_offered_all_the_same() -> None:
    (vaccine,) = vaccination_from(
        facts_of(a_unit(), records={"vaccinera": Vaccinations(vaccines=(influenza(),))}), NOON
    )
    assert (vaccine.name, vaccine.hours) == ("Influensa", None)


def test_vaccines_stand_by_name() -> None:
    vaccines = (Vaccine(code="b", name="Ö"), Vaccine(code="c", name="Covid-19"), influenza())
    shown = vaccination_from(facts_of(a_unit(), records={"vaccinera": Vaccinations(vaccines=vaccines)}), NOON)
    assert [vaccine.name for vaccine in shown] == ["Covid-19", "Influensa", "Ö"]


def test_out_of_season_there_is_no_section() -> None:
    assert vaccination_from(facts_of(a_unit()), NOON) == ()
