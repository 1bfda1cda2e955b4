"""A newer answer of the poorer contract changes what it can say, and leaves what it cannot."""

from datetime import UTC, date, datetime, time

from hjv_pipelines.sources.hsa.overlay import overlay
from hjv_pipelines.sources.hsa.record import AgeRule, HsaUnit, StructuredAddress, Sweref99, TimeSpan, UnitFunction

WEEK = TimeSpan(from_day=1, to_day=5, opens=time(8), closes=time(17))
SHORTER_WEEK = WEEK.model_copy(update={"closes": time(15)})
SUMMER = TimeSpan(
    from_day=1, to_day=5, opens=time(10), closes=time(14), valid_from=date(2025, 7, 1), valid_to=date(2025, 8, 1)
)
SUMMER_WITHOUT_DATES = TimeSpan(from_day=1, to_day=5, opens=time(10), closes=time(14))

FULL = HsaUnit(
    hsa_id="SE2321000131-E1",
    name="Björken",
    description="Gammalt",
    organisation_number="232100-0131",
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    end_date=datetime(2030, 1, 1, tzinfo=UTC),
    feigned=True,
    archived=True,
    sweref99=Sweref99(latitude=55.7, longitude=13.19),
    visiting_address=StructuredAddress(street="Storgatan", town="Lund"),
    postal_address=StructuredAddress(addressee=("Björken",), post_code="22222", town="Lund"),
    indoor_route="Till vänster",
    video_phone="bild@sip.nu",
    logotype_text="Regionens märke",
    telephone_numbers=("+4646123456", "+4533123456"),
    surgery_hours=(SUMMER, WEEK),
    unit_functions=(UnitFunction(name="Bokning", telephone_hours=(SUMMER,)),),
    age_rules=(AgeRule(from_age=0, to_age=17, comment="Endast barn"), AgeRule(from_age=65)),
)
BARE = HsaUnit(hsa_id=FULL.hsa_id, name="Nya Björken")


def test_what_the_poorer_contract_cannot_carry_stays() -> None:
    """Trap 51."""
    over = overlay(FULL, BARE)
    for field in (
        *("organisation_number", "start_date", "end_date", "feigned", "archived", "sweref99", "visiting_address"),
        *("postal_address", "indoor_route", "video_phone", "logotype_text"),
    ):
        assert getattr(over, field) == getattr(FULL, field)


def test_what_it_can_carry_is_as_it_says_also_when_it_says_nothing() -> None:
    over = overlay(FULL, BARE)
    assert (over.name, over.description) == ("Nya Björken", None)


def test_dated_hours_stay_and_the_week_is_new() -> None:
    """Trap 51."""
    over = overlay(FULL, BARE.model_copy(update={"surgery_hours": (SHORTER_WEEK,)}))
    assert set(over.surgery_hours) == {SUMMER, SHORTER_WEEK}


def test_a_dated_span_that_lost_its_dates_on_the_way_is_not_the_week() -> None:
    """Trap 51: an exception would become the rule."""
    over = overlay(FULL, BARE.model_copy(update={"surgery_hours": (WEEK, SUMMER_WITHOUT_DATES)}))
    assert set(over.surgery_hours) == {SUMMER, WEEK}


def test_a_function_keeps_its_dated_hours_and_one_that_is_gone_is_gone() -> None:
    functions = (UnitFunction(name="Bokning", telephone_numbers=("+4646123457",), telephone_hours=(WEEK,)),)
    (booking,) = overlay(FULL, BARE.model_copy(update={"unit_functions": functions})).unit_functions
    assert booking.telephone_numbers == ("+4646123457",)
    assert set(booking.telephone_hours) == {WEEK, SUMMER}
    assert overlay(FULL, BARE).unit_functions == ()


def test_numbers_of_other_countries_stay() -> None:
    """The contract's numbers are digits in national form."""
    over = overlay(FULL, BARE.model_copy(update={"telephone_numbers": ("+4646999999",)}))
    assert over.telephone_numbers == ("+4646999999", "+4533123456")


def test_age_rules_stay_when_the_one_that_is_told_is_among_them() -> None:
    told = AgeRule(from_age=0, to_age=17)
    assert overlay(FULL, BARE.model_copy(update={"age_rules": (told,)})).age_rules == FULL.age_rules
    new = AgeRule(from_age=18)
    assert overlay(FULL, BARE.model_copy(update={"age_rules": (new,)})).age_rules == (new,)


def test_every_field_is_either_carried_or_kept() -> None:
    """A full document over itself is itself: no field is lost, whatever is added to the record."""
    assert overlay(FULL, FULL) == FULL
