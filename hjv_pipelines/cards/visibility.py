"""Whether a unit has a card, and every reason why not.

Here: the rules, each one small function in one table; the judgement with the value it was made on and who can
mend it. Not here: the card itself (`build.py`), and the rules for single values (`sources/hsa/rules.py`).

The rules are Hitta vård's own (the manual's "tekniskt obligatoriskt"), but for two that keep what must never
be published away from it: archived units, and feigned ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.position import is_inside_sweden
from hjv_pipelines.cards.swedish_time import moment_text
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.source import Finding

_NONE = "none"
_STARTED = "started"
_NOT_ASKED = "none; not asked of a distance unit"
_KEPT = frozenset({"unknown_code", "mojibake", "control_characters", "hsa_id_spelling"})
"""Findings that only note something: the value stayed."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the regions have chosen: the keys of those where a unit must have a business code to be shown."""

    business_code_required_in: frozenset[str] = frozenset()


def policy_of(settings: Settings) -> Policy:
    """Return what the regions have chosen, as the settings say."""
    return Policy(business_code_required_in=frozenset(settings.business_code_required_in))


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How a unit stands to a rule: on which `value` of which `source`, and what to `mend` where it failed.

    `value` is the value as a person would recognise it in the source; what had to be left out is shown with
    the rule that it broke.
    """

    rule: str
    passed: bool
    value: str
    source: str
    mend: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The results of all rules, in their order; of the first alone for a unit that HSA does not know."""

    results: tuple[RuleResult, ...]

    @property
    def visible(self) -> bool:
        """Tell whether the unit has a card: it passes every rule."""
        return all(result.passed for result in self.results)

    @property
    def is_public(self) -> bool:
        """Tell whether the unit has a card, or lacks nothing for it but that its start date comes."""
        return all(result.rule == _STARTED for result in self.failing)

    @property
    def failing(self) -> tuple[RuleResult, ...]:
        """Return the reasons why the unit has no card."""
        return tuple(result for result in self.results if not result.passed)


class _Case(NamedTuple):
    """What a rule is judged on."""

    unit: HsaUnit
    facts: UnitFacts
    at: datetime
    policy: Policy


_Judgement = tuple[bool, str]


class _Rule(NamedTuple):
    """A rule: its judge, what to mend where it fails, and HSA's fields that its value is read from."""

    name: str
    judge: Callable[[_Case], _Judgement]
    mend: str
    fields: tuple[str, ...] = ()


def judge(facts: UnitFacts, at: datetime, policy: Policy) -> Verdict:
    """Return how the unit stands to every rule at the moment `at`."""
    findings = tuple(finding for finding in facts.findings.get("hsa", ()) if finding.rule not in _KEPT)
    if facts.hsa is None:
        return Verdict((_result(_KNOWN_TO_HSA, (False, _NONE), findings),))
    case = _Case(facts.hsa, facts, at, policy)
    return Verdict(tuple(_result(rule, rule.judge(case), findings) for rule in _RULES))


def _result(rule: _Rule, judgement: _Judgement, findings: tuple[Finding, ...]) -> RuleResult:
    passed, value = judgement
    if not findings:  # nearly every unit: a nation's are judged eleven times each
        return RuleResult(rule.name, passed, value, "hsa", "" if passed else rule.mend)
    left_out = [finding for finding in findings if rule.fields and finding.field.startswith(rule.fields)]
    told = "; ".join((value, *(f"left out: {finding.value} ({finding.rule})" for finding in left_out)))
    mend = left_out[0].mend if left_out else rule.mend
    return RuleResult(rule.name, passed, told, "hsa", "" if passed else mend)


def _known_to_hsa(case: _Case) -> _Judgement:
    return True, case.unit.hsa_id


def _destination(case: _Case) -> _Judgement:
    return case.unit.marked_for_public, _listed(case.unit.destination_indicators)


def _care_type(case: _Case) -> _Judgement:
    return bool(case.unit.care_types), _listed(case.unit.care_types)


def _county(case: _Case) -> _Judgement:
    if case.unit.county_code is None:
        return _waived(case)
    return True, f"{case.unit.county_code} {case.unit.county_name or ''}".rstrip()


def _coordinates(case: _Case) -> _Judgement:
    if (rt90 := case.unit.rt90) is not None:
        return True, f"X: {rt90.x}, Y: {rt90.y}"
    if (sweref99 := case.unit.sweref99) is not None:
        return True, f"SWEREF 99: {sweref99.latitude}, {sweref99.longitude}"
    return _waived(case)


def _inside_sweden(case: _Case) -> _Judgement:
    position = case.facts.position
    if position is None:
        return True, "no position to judge"
    value = f"{position.latitude}, {position.longitude} (WGS84, from {position.system})"
    return case.facts.is_distance_unit or is_inside_sweden(position), value


def _business_code(case: _Case) -> _Judgement:
    codes = _listed(tuple(pair.code for pair in case.unit.business_classifications))
    is_required = case.facts.region.key in case.policy.business_code_required_in
    return bool(case.unit.business_classifications) or not is_required, codes


def _started(case: _Case) -> _Judgement:
    start = case.unit.start_date
    return start is None or start <= case.at, moment_text(start) if start else _NONE


def _not_ended(case: _Case) -> _Judgement:
    end = case.unit.end_date
    return end is None or case.at < end, moment_text(end) if end else _NONE


def _not_archived(case: _Case) -> _Judgement:
    return not case.unit.archived, "archived" if case.unit.archived else "not archived"


def _not_feigned(case: _Case) -> _Judgement:
    return not case.unit.feigned, "feigned" if case.unit.feigned else "not feigned"


def _waived(case: _Case) -> _Judgement:
    return case.facts.is_distance_unit, _NOT_ASKED if case.facts.is_distance_unit else _NONE


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(codes) or _NONE


_EDITOR = "The region's HSA administrator, in HSA Admin:"

_KNOWN_TO_HSA = _Rule(
    "known_to_hsa",
    _known_to_hsa,
    f"{_EDITOR} create the unit, or correct the HSA-id.",
    ("unitHsaId", "unitName", "hsaIdentity"),
)

_RULES = (
    _KNOWN_TO_HSA,
    _Rule("destination", _destination, f"{_EDITOR} Visas för. Add 03, Hitta vård.", ("destinationIndicator",)),
    _Rule("care_type", _care_type, f"{_EDITOR} Vård- och omsorgsform. Choose at least one.", ("careType",)),
    _Rule(
        "county",
        _county,
        f"{_EDITOR} Länskod. Choose the county; only a distance unit (Enhetstyp 03) needs none.",
        ("countyCode", "countyName"),
    ),
    _Rule(
        "coordinates",
        _coordinates,
        f"{_EDITOR} Geografiska koordinater. Place the unit; only a distance unit (Enhetstyp 03) needs none.",
        ("geographicalCoordinates",),
    ),
    _Rule(
        "inside_sweden",
        _inside_sweden,
        f"{_EDITOR} Geografiska koordinater. The place is not in Sweden: place the unit again.",
    ),
    _Rule(
        "business_code",
        _business_code,
        f"{_EDITOR} Verksamhetskod. The region does not show all codes on 1177, so a unit needs one.",
        ("businessClassification",),
    ),
    _Rule(
        _STARTED,
        _started,
        f"Nothing, if the date is right: the card comes then. Else: {_EDITOR} Startdatum.",
        ("unitStartDate",),
    ),
    _Rule(
        "not_ended",
        _not_ended,
        f"Nothing, if the unit has closed. Else: {_EDITOR} Slutdatum.",
        ("unitEndDate",),
    ),
    _Rule("not_archived", _not_archived, "Nothing, if the unit is archived rightly. Else HSA's support."),
    _Rule("not_feigned", _not_feigned, "Nothing, if the unit is a test object. Else HSA's support."),
)

RULE_NAMES = tuple(rule.name for rule in _RULES)
"""Every rule, in the order in which they are judged."""
