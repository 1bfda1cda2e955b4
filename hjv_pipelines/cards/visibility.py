"""Whether a unit has a card, and every reason why not.

Here: the judgement by the rules, alone for a publication, with the values it was made on and who can mend them for
whoever asks why. Not here: the rules (`rules.py`), and the card itself (`build.py`).
"""

from dataclasses import dataclass
from datetime import datetime

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.rules import KNOWN_TO_HSA, NONE, RULES, STARTED, Case, Rule
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Finding

RULE_NAMES = tuple(rule.name for rule in RULES)
"""Every rule, in the order in which they are judged."""

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
    def failing(self) -> tuple[RuleResult, ...]:
        """Return the reasons why the unit has no card."""
        return tuple(result for result in self.results if not result.passed)


def failed_rules(facts: UnitFacts, at: datetime, policy: Policy) -> tuple[str, ...]:
    """Return the names of the rules that the unit fails at the moment `at`, in their order; one without any has a card.

    The same as the failing of `judge`, without a word of explanation: a publication asks it of a whole nation.
    """
    if facts.hsa is None:
        return (KNOWN_TO_HSA.name,)
    case = Case(facts.hsa, facts, at, policy.business_code_required_in)
    return tuple([rule.name for rule in RULES if not rule.passes(case)])


def is_public(failed: tuple[str, ...]) -> bool:
    """Tell whether a unit that fails these rules has a card, or lacks nothing for it but that its start date comes."""
    return all(rule == STARTED for rule in failed)


def judge(facts: UnitFacts, at: datetime, policy: Policy) -> Verdict:
    """Return how the unit stands to every rule at the moment `at`, and why."""
    findings = tuple(finding for finding in facts.findings.get("hsa", ()) if finding.rule not in _KEPT)
    if facts.hsa is None:
        return Verdict((_result(KNOWN_TO_HSA, (False, NONE), findings),))
    case = Case(facts.hsa, facts, at, policy.business_code_required_in)
    return Verdict(tuple(_result(rule, (rule.passes(case), rule.value(case)), findings) for rule in RULES))


def _result(rule: Rule, judgement: tuple[bool, str], findings: tuple[Finding, ...]) -> RuleResult:
    passed, value = judgement
    left_out = [finding for finding in findings if rule.fields and finding.field.startswith(rule.fields)]
    told = "; ".join((value, *(f"left out: {finding.value} ({finding.rule})" for finding in left_out)))
    mend = left_out[0].mend if left_out else rule.mend
    return RuleResult(rule.name, passed, told, "hsa", "" if passed else mend)
