"""Why a unit has a card or has none, since when, and who can mend it.

Here: the answer to the question that editors and engineers ask most. It judges the kept documents anew, so that it
is right also while a publication waits. Not here: the rules (`visibility.py`).
"""

from collections.abc import Iterator
from datetime import datetime

import psycopg
from pydantic import AwareDatetime, BaseModel, ConfigDict

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.neighbours import borrowings
from hjv_pipelines.cards.published import card_of, sources_of
from hjv_pipelines.cards.reading import read_facts
from hjv_pipelines.cards.visibility import Policy, failed_rules, is_public, judge
from hjv_pipelines.store.open_findings import findings_of_unit


class _Told(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ExplainedRule(_Told):
    """How the unit stands to one rule: on which value of which source, and what to mend where it fails."""

    rule: str
    passed: bool
    value: str
    source: str
    mend: str


class ExplainedSource(BaseModel):
    """When a source last spoke of the unit; `age_seconds` counts from its own time (`as_of`)."""

    source: str
    as_of: AwareDatetime
    fetched_at: AwareDatetime
    age_seconds: int
    run_id: str


class ExplainedFinding(_Told):
    """A value of the unit that was dropped or noted, or the reason why its record was refused."""

    source: str
    field: str
    rule: str
    value: str
    mend: str
    refused: bool
    first_seen: AwareDatetime
    last_seen: AwareDatetime


class Explanation(BaseModel):
    """The answer; `since` is None for a unit that was never judged.

    `not_shown` says, a sentence each, what the editors have asked for and the card cannot show.
    """

    hsa_id: str
    visible: bool
    since: AwareDatetime | None
    region: str | None
    rules: list[ExplainedRule]
    sources: list[ExplainedSource]
    findings: list[ExplainedFinding]
    not_shown: list[str]


def explain(connection: psycopg.Connection, hsa_id: str, at: datetime, policy: Policy) -> Explanation:
    """Explain the unit `hsa_id` (upper case) as it stands at `at`."""
    facts = next((facts for facts, _ in read_facts(connection, [hsa_id])), UnitFacts(hsa_id, None))
    verdict = judge(facts, at, policy)
    published = card_of(connection, hsa_id)
    return Explanation(
        hsa_id=hsa_id,
        visible=verdict.visible,
        since=published.since if published else None,
        region=published.region if published else None,
        rules=[ExplainedRule.model_validate(result) for result in verdict.results],
        sources=[
            ExplainedSource(
                source=state.source,
                as_of=state.as_of,
                fetched_at=state.fetched_at,
                age_seconds=int((at - state.as_of).total_seconds()),
                run_id=state.run_id,
            )
            for state in sources_of(connection, hsa_id)
        ],
        findings=[ExplainedFinding.model_validate(finding) for finding in findings_of_unit(connection, hsa_id)],
        not_shown=list(_lenders_without_a_card(connection, facts, at, policy)),
    )


def _lenders_without_a_card(
    connection: psycopg.Connection, facts: UnitFacts, at: datetime, policy: Policy
) -> Iterator[str]:
    """Say which e-services are not shown because their lender is not public, and why it is not (trap 34)."""
    lenders = [borrowed.lender for borrowed in borrowings(facts)]
    known = {facts.hsa_id: facts for facts, _ in read_facts(connection, lenders)}
    for lender in lenders:
        failed = failed_rules(known.get(lender, UnitFacts(lender, None)), at, policy)
        if not is_public(failed):
            yield f"The e-services borrowed of {lender} are not shown: that unit has no card ({', '.join(failed)})."
