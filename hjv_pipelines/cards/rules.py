"""The rules of visibility, in one table: what a unit must be to have a card, and who can mend it where it is not.

Here: each rule with its value as a person would recognise it. Not here: judging a unit by them (`visibility.py`), and
the rules for single values (`sources/hsa/rules.py`).

They are Hitta vård's own (the manual's "tekniskt obligatoriskt"), but for two that keep what must never
be published away from it: archived units, and feigned ones.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.position import is_inside_sweden
from hjv_pipelines.cards.swedish_time import moment_text
from hjv_pipelines.sources.hsa.record import HsaUnit

NONE = "none"
"""The value of a rule where there is none."""

STARTED = "started"
"""The rule that the clock alone fulfils."""

_NOT_ASKED = "none; not asked of a distance unit"


class Case(NamedTuple):
    """What a rule is judged on: the unit at a moment, and the keys of the regions that demand a business code."""

    unit: HsaUnit
    facts: UnitFacts
    at: datetime
    business_code_required_in: frozenset[str]


class Rule(NamedTuple):
    """A rule: whether a unit passes it, on which value, what to mend where it fails, and HSA's fields of the value."""

    name: str
    passes: Callable[[Case], bool]
    value: Callable[[Case], str]
    mend: str
    fields: tuple[str, ...] = ()


def _has_county(case: Case) -> bool:
    return case.unit.county_code is not None or case.facts.is_distance_unit


def _county(case: Case) -> str:
    if case.unit.county_code is None:
        return _waived(case)
    return f"{case.unit.county_code} {case.unit.county_name or ''}".rstrip()


def _has_coordinates(case: Case) -> bool:
    return case.unit.rt90 is not None or case.unit.sweref99 is not None or case.facts.is_distance_unit


def _coordinates(case: Case) -> str:
    if (rt90 := case.unit.rt90) is not None:
        return f"X: {rt90.x}, Y: {rt90.y}"
    if (sweref99 := case.unit.sweref99) is not None:
        return f"SWEREF 99: {sweref99.latitude}, {sweref99.longitude}"
    return _waived(case)


def _lies_in_sweden(case: Case) -> bool:
    position = case.facts.position
    return position is None or case.facts.is_distance_unit or is_inside_sweden(position)


def _place(case: Case) -> str:
    position = case.facts.position
    if position is None:
        return "no position to judge"
    return f"{position.latitude}, {position.longitude} (WGS84, from {position.system})"


def _has_business_code(case: Case) -> bool:
    is_required = case.facts.region.key in case.business_code_required_in
    return bool(case.unit.business_classifications) or not is_required


def _has_started(case: Case) -> bool:
    return case.unit.start_date is None or case.unit.start_date <= case.at


def _has_not_ended(case: Case) -> bool:
    return case.unit.end_date is None or case.at < case.unit.end_date


def _waived(case: Case) -> str:
    return _NOT_ASKED if case.facts.is_distance_unit else NONE


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes) or NONE


def _moment(at: datetime | None) -> str:
    return moment_text(at) if at else NONE


_EDITOR = "The region's HSA administrator, in HSA Admin:"

KNOWN_TO_HSA = Rule(
    "known_to_hsa",
    lambda _: True,
    lambda case: case.unit.hsa_id,
    f"{_EDITOR} create the unit, or correct the HSA-id.",
    ("unitHsaId", "unitName", "hsaIdentity"),
)

RULES = (
    KNOWN_TO_HSA,
    Rule(
        "destination",
        lambda case: case.unit.marked_for_public,
        lambda case: _listed(case.unit.destination_indicators),
        f"{_EDITOR} Visas för. Add 03, Hitta vård.",
        ("destinationIndicator",),
    ),
    Rule(
        "care_type",
        lambda case: bool(case.unit.care_types),
        lambda case: _listed(case.unit.care_types),
        f"{_EDITOR} Vård- och omsorgsform. Choose at least one.",
        ("careType",),
    ),
    Rule(
        "county",
        _has_county,
        _county,
        f"{_EDITOR} Länskod. Choose the county; only a distance unit (Enhetstyp 03) needs none.",
        ("countyCode", "countyName"),
    ),
    Rule(
        "coordinates",
        _has_coordinates,
        _coordinates,
        f"{_EDITOR} Geografiska koordinater. Place the unit; only a distance unit (Enhetstyp 03) needs none.",
        ("geographicalCoordinates",),
    ),
    Rule(
        "inside_sweden",
        _lies_in_sweden,
        _place,
        f"{_EDITOR} Geografiska koordinater. The place is not in Sweden: place the unit again.",
    ),
    Rule(
        "business_code",
        _has_business_code,
        lambda case: _listed(pair.code for pair in case.unit.business_classifications),
        f"{_EDITOR} Verksamhetskod. The region does not show all codes on 1177, so a unit needs one.",
        ("businessClassification",),
    ),
    Rule(
        STARTED,
        _has_started,
        lambda case: _moment(case.unit.start_date),
        f"Nothing, if the date is right: the card comes then. Else: {_EDITOR} Startdatum.",
        ("unitStartDate",),
    ),
    Rule(
        "not_ended",
        _has_not_ended,
        lambda case: _moment(case.unit.end_date),
        f"Nothing, if the unit has closed. Else: {_EDITOR} Slutdatum.",
        ("unitEndDate",),
    ),
    Rule(
        "not_archived",
        lambda case: not case.unit.archived,
        lambda case: "archived" if case.unit.archived else "not archived",
        "Nothing, if the unit is archived rightly. Else HSA's support.",
    ),
    Rule(
        "not_feigned",
        lambda case: not case.unit.feigned,
        lambda case: "feigned" if case.unit.feigned else "not feigned",
        "Nothing, if the unit is a test object. Else HSA's support.",
    ),
)
"""Every rule, in the order in which they are judged."""
