"""A unit's card, from everything that the sources say of it and the moment it is built for.

Here: the one function that makes a card, or tells which rules forbid it. Not here: the sections (`sections.py` and
the modules that the model names), the rules (`visibility.py`), reading facts and publishing (`publish.py`).

The same facts, moment, policy and neighbours give the same card, byte for byte in canonical JSON.
"""

from dataclasses import dataclass
from datetime import datetime

from hjv_pipelines.cards import sections
from hjv_pipelines.cards.changes import next_change
from hjv_pipelines.cards.declared import declared_sections
from hjv_pipelines.cards.eservices import eservices_from
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.neighbours import Dependency, Neighbours, dependencies, related_units
from hjv_pipelines.cards.notice import notice_on
from hjv_pipelines.cards.swedish_time import day_of
from hjv_pipelines.cards.visibility import Policy, failed_rules
from hjv_pipelines.sources.hsa.record import HsaUnit


@dataclass(frozen=True, slots=True)
class BuiltCard:
    """What became of a unit: its `card`, or none and the `failed_rules`, by name.

    `region` is the key of the region it lies in. `next_change` is the moment (UTC) when it must be built
    again though no source says anything new. `depends_on` is what the card stands on beside the unit's own
    documents, in order.
    """

    hsa_id: str
    region: str
    card: ContactCard | None
    failed_rules: tuple[str, ...]
    next_change: datetime | None
    depends_on: tuple[Dependency, ...]


def build_card(facts: UnitFacts, at: datetime, policy: Policy, neighbours: Neighbours) -> BuiltCard:
    """Return the unit's card as it is at `at`, or why it has none. `neighbours` tells of the units it depends on."""
    failed = failed_rules(facts, at, policy)
    unit = None if failed else facts.hsa
    return BuiltCard(
        hsa_id=facts.hsa_id,
        region=facts.region.key,
        card=_card(facts, unit, at, neighbours) if unit else None,
        failed_rules=failed,
        next_change=next_change(facts, at),
        depends_on=dependencies(facts) if unit else (),
    )


def _card(facts: UnitFacts, unit: HsaUnit, at: datetime, neighbours: Neighbours) -> ContactCard:
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
        related_units=tuple(filter(neighbours.has_card, related_units(unit))),
        eservices=eservices_from(facts, neighbours),
        **declared_sections(ContactCard, facts, at),
    )
