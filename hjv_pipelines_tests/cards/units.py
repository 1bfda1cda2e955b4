"""Units for the tests: one that has a card, to be changed in the one thing that a test is about.

Here: records and the moment they are looked at. Not here: promises.
"""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from hjv_pipelines.cards.build import BuiltCard, build_card
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.neighbours import Neighbours
from hjv_pipelines.cards.parts import OpeningSpan
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.sources.hsa.record import HsaUnit, Rt90, TimeSpan
from hjv_pipelines.sources.source import Finding, Record

HSA_ID = "SE2321000016-A1B2"
NOON = datetime(2026, 3, 11, 11, 0, tzinfo=UTC)
"""An ordinary Wednesday in March, at noon in Sweden."""

DJURGARDSBRON = Rt90(x=6581164, y=1630250)
"""The example of Hitta vård's own manual."""


def a_unit(**changes: object) -> HsaUnit:
    """Return a unit in Stockholm that has a card, but for `changes`."""
    usual = {
        "hsa_id": HSA_ID,
        "name": "Djurgårdens vårdcentral",
        "destination_indicators": ("03",),
        "care_types": ("01",),
        "county_code": "01",
        "county_name": "Stockholms län",
        "rt90": DJURGARDSBRON,
    }
    return HsaUnit.model_validate({**usual, **changes})


def facts_of(unit: HsaUnit | None, *findings: Finding, records: dict[str, Record] | None = None) -> UnitFacts:
    """Return what is known of a unit: HSA's record and findings, and other sources' `records`."""
    return UnitFacts(unit.hsa_id if unit else HSA_ID, unit, records or {}, {"hsa": findings})


def built(unit: HsaUnit | None, at: datetime = NOON, *, cards: tuple[str, ...] = ()) -> BuiltCard:
    """Return what becomes of a unit at a moment, when `cards` are the other units that have one."""
    return built_of(facts_of(unit), *(facts_of(a_unit(hsa_id=other)) for other in cards), at=at)


def built_of(facts: UnitFacts, *others: UnitFacts, at: datetime = NOON) -> BuiltCard:
    """Return what becomes of a unit at a moment, when the sources say `others` of other units."""
    return build_card(facts, at, Policy(), neighbours(*others, at=at))


def neighbours(*others: UnitFacts, at: datetime = NOON) -> Neighbours:
    """Return other units as a card's neighbours at a moment."""
    return Neighbours(((facts, ()) for facts in others), at, Policy())


def the_card(unit: HsaUnit, at: datetime = NOON) -> ContactCard:
    """Return the card of a unit that has one."""
    card = built(unit, at).card
    assert card is not None
    return card


def a_finding(field: str, rule: str, value: str) -> Finding:
    """Return a finding of HSA's."""
    return Finding(field=field, rule=rule, value=value, mend=f"Mend {field}.")


def a_time_span(days: str, opens: str, closes: str, **changes: object) -> TimeSpan:
    """Return HSA's span of `days` such as `1-5`."""
    first, last = days.split("-")
    return TimeSpan.model_validate(
        {
            "from_day": int(first),
            "to_day": int(last),
            "opens": time.fromisoformat(opens),
            "closes": None if closes == "24:00" else time.fromisoformat(closes),
            **changes,
        }
    )


def an_opening_span(days: str, opens: str, closes: str, **changes: object) -> OpeningSpan:
    """Return the card's span of `days` such as `1-5`."""
    first, last = days.split("-")
    return OpeningSpan.model_validate(
        {"from_day": int(first), "to_day": int(last), "opens": opens, "closes": closes, **changes}
    )


_DAYS = st.dates(date(2026, 2, 1), date(2026, 5, 15))
_MINUTES = st.integers(0, 24 * 4).map(lambda quarter: quarter * 15)


@st.composite
def opening_spans(draw: st.DrawFn) -> OpeningSpan:
    """Draw a span as HSA's rules let it be, dated or not, in the spring of 2026."""
    from_day, to_day = sorted(draw(st.tuples(st.integers(1, 7), st.integers(1, 7))))
    opens, closes = sorted(draw(st.lists(_MINUTES, min_size=2, max_size=2, unique=True)))
    first, last = draw(st.one_of(st.just((None, None)), st.tuples(_DAYS, _DAYS).map(sorted)))
    return OpeningSpan(
        from_day=from_day,
        to_day=to_day,
        opens=_clock(opens),
        closes=_clock(closes),
        comment=draw(st.sampled_from((None, "bokade besök"))),
        valid_from=first if draw(st.booleans()) else None,
        valid_to=last if draw(st.booleans()) else None,
    )


def time_spans() -> st.SearchStrategy[TimeSpan]:
    """Return HSA's spans, as `opening_spans` draws them."""
    return opening_spans().map(
        lambda span: a_time_span(
            f"{span.from_day}-{span.to_day}",
            span.opens,
            span.closes,
            comment=span.comment,
            valid_from=span.valid_from,
            valid_to=span.valid_to,
        )
    )


def moments() -> st.SearchStrategy[datetime]:
    """Return moments (UTC) of the spring of 2026."""
    first, last = datetime(2026, 1, 25, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC)
    return st.timedeltas(timedelta(0), last - first).map(lambda since: first + since)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
