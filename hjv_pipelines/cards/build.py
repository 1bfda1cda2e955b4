"""A unit's card, from everything that the sources say of it and the moment it is built for.

Here: the one function that makes a card, or the verdict that there is none. Not here: the sections (`sections.py` and
the modules that the model names), the rules (`visibility.py`), reading facts and publishing (`publish.py`).

The same facts, moment, policy and neighbours give the same card, byte for byte in canonical JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hjv_pipelines.cards import sections
from hjv_pipelines.cards.changes import next_change
from hjv_pipelines.cards.declared import declared_sections
from hjv_pipelines.cards.eservices import eservices_from
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.notice import notice_on
from hjv_pipelines.cards.swedish_time import day_of
from hjv_pipelines.cards.visibility import Policy, Verdict, judge
from hjv_pipelines.sources.hsa.record import HsaUnit


@dataclass(frozen=True, slots=True)
class BuiltCard:
    """What became of a unit: its `card`, or none and a `verdict` that says why.

    `region` is the key of the region it lies in. `next_change` is the moment (UTC) when it must be built
    again though no source says anything new. `depends_on` are the HSA-ids whose having a card or not changes
    this one, in order.
    """

    hsa_id: str
    region: str
    card: ContactCard | None
    verdict: Verdict
    next_change: datetime | None
    depends_on: tuple[str, ...]


def build_card(facts: UnitFacts, at: datetime, policy: Policy, has_card: Callable[[str], bool]) -> BuiltCard:
    """Return the unit's card as it is at `at`, or why it has none. `has_card` tells of its related units."""
    verdict = judge(facts, at, policy)
    unit = facts.hsa if verdict.visible else None
    related = _related_units(unit) if unit else ()
    return BuiltCard(
        hsa_id=facts.hsa_id,
        region=facts.region.key,
        card=_card(facts, unit, at, tuple(filter(has_card, related))) if unit else None,
        verdict=verdict,
        next_change=next_change(facts, at),
        depends_on=related,
    )


def _card(facts: UnitFacts, unit: HsaUnit, at: datetime, related_units: tuple[str, ...]) -> ContactCard:
    today = day_of(at)
    return ContactCard(
        hsa_id=facts.hsa_id,
        header=sections.header(unit),
        kinds=sections.kinds(unit),
        contact=sections.contact(unit, today),
        hours=sections.hours(unit, today),
        notice=notice_on(unit.notice, today),
        about=sections.about(unit),
        find=sections.find(facts, unit),
        related_units=related_units,
        eservices=eservices_from(facts.records.get("eservices")),
        **declared_sections(ContactCard, facts, at),
    )


def _related_units(unit: HsaUnit) -> tuple[str, ...]:
    return tuple(sorted(set(unit.related_units) - {unit.hsa_id}))
