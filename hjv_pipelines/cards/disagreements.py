"""What sources disagree about, or say twice, of one unit: findings that no source could make alone.

Here: the judgement, pure, from the facts that a card is built of; a publication keeps what is found with the units
that it builds, under the source `cards`, and releases it when they are built without it. Not here: keeping
(`store/findings.py`), values that are wrong in themselves (`sources/`), and units that a regional source names in
another county than HSA (`sources/regional.py`).
"""

import re
from collections.abc import Iterator
from datetime import date
from types import MappingProxyType
from typing import cast

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.offerings import is_valid
from hjv_pipelines.cards.position import kilometres_to_county
from hjv_pipelines.sources.hsa.record import HsaUnit, TimeSpan
from hjv_pipelines.sources.kka.record import PublishedContent, PublishedText
from hjv_pipelines.sources.offerings.record import CareService, Offerings
from hjv_pipelines.sources.source import Finding

SOURCE = "cards"
"""Under this name findings about several sources are kept."""

NEAR_KILOMETRES = 150
"""How far a unit may lie from the nearest main town of its county; the far north is wide."""

DISAGREEMENTS = MappingProxyType(
    {
        "hours_repeated": "The unit's editor, in KKA: the same hours stand on the card from HSA; take them out of the "
        "text.",
        "hours_disagree": "The unit's editor, in KKA: HSA has other opening hours; take them out of the text, and "
        "correct them in HSA where they are wrong there.",
        "far_from_county": "The region's HSA administrator, in HSA Admin: the place is far from the unit's county; "
        "correct the coordinates, or Länskod.",
        "offering_repeated": "The unit's editor, in KKA: Utbud shows the same offering on the card; remove the text, "
        "or let it say what Utbud does not.",
    }
)
"""Who can mend what, by rule."""

_DAYS = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")
_GROUPS = {"vardagar": range(1, 6), "alla dagar": range(1, 8), "dagligen": range(1, 8)}
_DAY = r"(mån|tis|ons|tor|fre|lör|sön)[a-zåäö]*\.?"
_TIME = r"(\d{1,2})(?:[.:](\d{2}))?"
_WHEN = re.compile(
    rf"(?:(?P<group>vardagar|alla dagar|dagligen)|{_DAY}(?:\s*(?:[-\N{{EN DASH}}]|till)\s*{_DAY})?)"
    rf"[\s:,]*(?:kl\.?\s*)?{_TIME}\s*[-\N{{EN DASH}}]\s*{_TIME}"
)
_OPENING = re.compile(r"\böppe(?:t|n|ttid)", re.IGNORECASE)

_Opening = tuple[int, int, int]
"""A day, 1 to 7, and when something opens and closes on it, in minutes."""


def disagreements(facts: UnitFacts, today: date) -> tuple[Finding, ...]:
    """Return what the sources of a unit that is marked for Hitta vård disagree about on a day, or say twice."""
    if facts.hsa is None or not facts.hsa.marked_for_public:
        return ()
    content = cast("PublishedContent | None", facts.records.get("kka"))
    offerings = cast("Offerings | None", facts.records.get("offerings"))
    return tuple(_found(facts, facts.hsa, content, offerings, today))


def _found(
    facts: UnitFacts, unit: HsaUnit, content: PublishedContent | None, offerings: Offerings | None, today: date
) -> Iterator[Finding]:
    yield from _far_from_county(facts, unit)
    if content is None:
        return
    usual = {one for span in unit.surgery_hours if not (span.valid_from or span.valid_to) for one in _openings(span)}
    offered = {_name(service) for service in offerings.services if is_valid(service, today)} if offerings else set()
    for text in content.texts:
        yield from _hours(text, usual)
        if text.section == "help" and text.heading and text.heading.casefold() in offered:
            yield _finding("texts/heading", "offering_repeated", text.heading)


def _far_from_county(facts: UnitFacts, unit: HsaUnit) -> Iterator[Finding]:
    if facts.position is None or unit.county_code is None or facts.is_distance_unit:
        return
    distance = kilometres_to_county(facts.position, unit.county_code)
    if distance > NEAR_KILOMETRES:
        value = f"{facts.position.latitude}, {facts.position.longitude}: {distance:.0f} km, {unit.county_code}"
        yield _finding("geographicalCoordinatesRt90", "far_from_county", value)


def _hours(text: PublishedText, usual: set[_Opening]) -> Iterator[Finding]:
    """Judge the hours of a unit's own text. Other hours than the unit's own are fine, unless they say "open"."""
    if text.shared or not text.hours or not usual:
        return
    told = set(_told(text.hours))
    if told and told <= usual:
        yield _finding("texts/hours", "hours_repeated", text.hours)
    elif told and _OPENING.search(f"{text.heading or ''} {text.hours}"):
        yield _finding("texts/hours", "hours_disagree", text.hours)


def _told(hours: str) -> Iterator[_Opening]:
    """Give the openings that a text in words tells, as far as they can be read: `Måndag-fredag 8-16.30`."""
    for told in _WHEN.finditer(hours.lower()):
        group, first, last, *clock = told.groups()
        opens, opens_minutes, closes, closes_minutes = (int(number or 0) for number in clock)
        begin = _DAYS.index(first) + 1 if first else 0
        days = _GROUPS[group] if group else range(begin, (_DAYS.index(last) + 1 if last else begin) + 1)
        for day in days:
            yield day, opens * 60 + opens_minutes, closes * 60 + closes_minutes


def _openings(span: TimeSpan) -> Iterator[_Opening]:
    opens = span.opens.hour * 60 + span.opens.minute
    closes = span.closes.hour * 60 + span.closes.minute if span.closes else 24 * 60
    for day in range(span.from_day, span.to_day + 1):
        yield day, opens, closes


def _name(service: CareService) -> str:
    return (service.type.name or "").casefold()


def _finding(field: str, rule: str, value: str) -> Finding:
    return Finding(field=field, rule=rule, value=value, mend=DISAGREEMENTS[rule])
