"""The promise: a whole answer is told from half a one, and every vaccine that can be shown is kept.

The answers are written by hand from the project's profile (docs/contracts.md).
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.source import Refusal
from hjv_pipelines.sources.vaccinera.answer import PROFILE, UnitAnswer, read_county, read_units
from hjv_pipelines.sources.vaccinera.record import Vaccinations, VaccinationTime, Vaccine

UNIT = "SE2321000016-A"
INFLUENZA: dict[str, object] = {"code": "influenza", "name": "Influensa"}
TIME: dict[str, object] = {"date": "2026-11-24", "from": "09:00", "to": "12:00"}


def unit(*vaccines: object, hsa_id: str = UNIT) -> dict[str, object]:
    """Return what is said of a unit."""
    return {"hsaId": hsa_id, "vaccines": list(vaccines)}


def answer(*units: object, **changes: object) -> dict[str, object]:
    """Return a whole answer that names `units`, in season."""
    whole = {"profile": PROFILE, "season": "open", "complete": True, "unitCount": len(units), "units": list(units)}
    return {**whole, **changes}


def only(*vaccines: object) -> tuple[tuple[Vaccine, ...], list[tuple[str, str, str]]]:
    """Return the vaccines of the one unit of an answer, and its findings as field, rule and value."""
    (said,) = read_units(answer(unit(*vaccines)))
    assert isinstance(said, UnitAnswer)
    found = [(finding.field, finding.rule, finding.value) for finding in said.findings]
    return said.record.vaccines if said.record else (), found


def test_everything_that_the_profile_can_say_is_read() -> None:
    vaccines, findings = only(
        {
            **INFLUENZA,
            "note": "Från 65 år.\nVälkommen.",
            "bookingUrl": "https://vaccin.example/boka",
            "times": [{**TIME, "dropIn": True}, {**TIME, "date": "2026-11-23", "to": "24:00", "dropIn": False}],
            "aNewField": [1],
        }
    )
    assert findings == []
    assert vaccines == (
        Vaccine(
            code="influenza",
            name="Influensa",
            note="Från 65 år.\nVälkommen.",
            booking_url="https://vaccin.example/boka",
            times=(
                VaccinationTime(day=date(2026, 11, 23), opens="09:00", closes="24:00", drop_in=False),
                VaccinationTime(day=date(2026, 11, 24), opens="09:00", closes="12:00", drop_in=True),
            ),
        ),
    )


def test_out_of_season_an_empty_answer_is_an_answer() -> None:
    assert list(read_county(answer(season="closed"))) == []


def test_an_empty_answer_that_does_not_say_so_is_an_outage() -> None:
    """Traps 6 and 7: it has the form of a whole answer, and would bury every unit."""
    with pytest.raises(TransientError, match="outage"):
        list(read_county(answer()))


def test_about_single_units_an_empty_answer_is_an_answer() -> None:
    assert list(read_units(answer())) == []


@pytest.mark.parametrize(
    "changes",
    [{"complete": False}, {"complete": None}, {"complete": "true"}, {"unitCount": 2}, {"units": None}, {"units": {}}],
)
def test_an_answer_that_does_not_say_that_it_is_whole_is_a_failure(changes: dict[str, object]) -> None:
    """Traps 37 and 40: a list that was cut short."""
    with pytest.raises(TransientError, match="whole"):
        list(read_units(answer(unit(INFLUENZA), **changes)))


@pytest.mark.parametrize("said", [None, [], "", 7, {}, {"units": []}, answer(profile="urn:other")])
def test_another_services_answer_is_no_answer(said: object) -> None:
    with pytest.raises(PermanentError, match="HJV_VACCINERA_URL"):
        list(read_units(said))


def test_an_unknown_vaccine_is_kept_by_its_name_and_told() -> None:
    """Trap 25."""
    vaccines, findings = only({"code": "tbe", "name": "TBE"})
    assert vaccines == (Vaccine(code="tbe", name="TBE"),)
    assert findings == [("code", "vaccine_code", "tbe")]


def test_a_known_vaccine_needs_no_name() -> None:
    vaccines, findings = only({"code": "whooping_cough"})
    assert (vaccines[0].name, findings) == ("Kikhosta", [])


@pytest.mark.parametrize("said", [{"name": "TBE"}, {"code": "tbe"}, {}, "influenza", None])
def test_a_vaccine_that_nobody_could_tell_is_left_out_and_the_others_stay(said: object) -> None:
    vaccines, findings = only(said, INFLUENZA)
    assert [vaccine.code for vaccine in vaccines] == ["influenza"]
    assert [rule for _, rule, _ in findings] == ["vaccine_unnamed"]


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"date": "20261124"}, "20261124 09:00-12:00"),
        ({"date": "2026-11-31"}, "2026-11-31 09:00-12:00"),
        ({"from": "9:00"}, "2026-11-24 9:00-12:00"),
        ({"from": "24:00"}, "2026-11-24 24:00-12:00"),
        ({"to": "09:00"}, "2026-11-24 09:00-09:00"),
        ({"to": None}, "2026-11-24 09:00-"),
        ({"to": 12}, "2026-11-24 09:00-"),
    ],
)
def test_a_time_that_is_none_is_left_out_and_the_others_stay(changes: dict[str, object], value: str) -> None:
    """Traps 21 and 22."""
    vaccines, findings = only({**INFLUENZA, "times": [{**TIME, **changes}, TIME]})
    assert len(vaccines[0].times) == 1
    assert findings == [("times", "vaccine_time", value)]


@pytest.mark.parametrize("said", ["false", 0, []])
def test_whether_it_is_drop_in_may_be_unknown(said: object) -> None:
    """As with trap 30: what is not told is not no."""
    absent, findings = only({**INFLUENZA, "times": [TIME]})
    assert (absent[0].times[0].drop_in, findings) == (None, [])
    strange, findings = only({**INFLUENZA, "times": [{**TIME, "dropIn": said}]})
    assert strange[0].times[0].drop_in is None
    assert [rule for _, rule, _ in findings] == ["vaccine_drop_in"]


def test_a_link_that_no_browser_should_follow_is_left_out() -> None:
    vaccines, findings = only({**INFLUENZA, "bookingUrl": "javascript:alert(1)"})
    assert vaccines[0].booking_url is None
    assert findings == [("bookingUrl", "vaccine_url", "javascript:alert(1)")]


def test_an_id_is_read_without_blanks_and_in_upper_case() -> None:
    """Trap 19."""
    (said,) = read_units(answer(unit(INFLUENZA, hsa_id=" se2321000016- a")))
    assert isinstance(said, UnitAnswer)
    assert said.hsa_id == UNIT


def test_a_unit_without_an_id_is_refused_and_the_others_stay() -> None:
    refusal, said = read_units(answer(unit(INFLUENZA, hsa_id="SE1"), unit(INFLUENZA)))
    assert isinstance(refusal, Refusal)
    assert (refusal.where, [finding.rule for finding in refusal.findings]) == ("units 1", ["vaccination_unit"])
    assert isinstance(said, UnitAnswer)


def test_a_unit_that_is_named_twice_is_one_unit_whatever_the_order() -> None:
    parts = [unit({**INFLUENZA, "times": [TIME]}), unit({**INFLUENZA, "times": [{**TIME, "to": "13:00"}]})]
    (one,), (other,) = read_units(answer(*parts)), read_units(answer(*reversed(parts)))
    assert isinstance(one, UnitAnswer)
    assert isinstance(other, UnitAnswer)
    assert one.record == other.record
    assert isinstance(one.record, Vaccinations)
    assert len(one.record.vaccines[0].times) == 2
    assert [finding.rule for finding in one.findings] == ["vaccination_duplicate"]


def test_a_unit_that_offers_nothing_has_no_record() -> None:
    (said,) = read_units(answer(unit()))
    assert isinstance(said, UnitAnswer)
    assert said.record is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("code", "name", "times")), inner),
    max_leaves=8,
)


@given(said=JSON)
def test_no_value_can_break_the_reading(said: object) -> None:
    every = dict.fromkeys(("code", "name", "note", "bookingUrl", "times"), said)
    shapes = (said, unit(said), unit({**INFLUENZA, "times": said}), unit(every, INFLUENZA))
    assert list(read_units(answer(*shapes)))
