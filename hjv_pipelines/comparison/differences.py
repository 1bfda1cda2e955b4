"""What the store holds of the sandbox nation, beside what the nation's manifest says that it should.

Both are told in the same form, aspect by aspect, so that they can be laid side by side: verdicts, rules, findings,
documents, and what the cards show of every source. Here: telling both, and where they differ. Not here: the command
(`command.py`). The manifest is written by the generator and never by a parser: an error of ours cannot hide.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from hjv_pipelines.hsa_id import HSA_ID
from hjv_pipelines.sandbox.editors_texts import SECTIONS
from hjv_pipelines.sandbox.manifest import Expectation
from hjv_pipelines.sources.source import LONGEST_VALUE

Aspects = dict[str, dict[str, object]]
"""By aspect: HSA-id → what is said of the unit."""

CARDS = "SELECT hsa_id, body::jsonb FROM hjv.cards JOIN hjv.contents ON card_hash = content_hash"
JUDGED = "SELECT hsa_id, card_hash IS NOT NULL, failed_rules FROM hjv.cards"
DOCUMENTS = """
SELECT DISTINCT source, hsa_id FROM hjv.effective_documents WHERE source <> 'hsa' AND content_hash IS NOT NULL
"""
FINDINGS = """
-- What sources disagree about is found on the cards, and is no word of any source.
SELECT source, rule, hsa_id, count(*) FROM hjv.findings WHERE ended_at IS NULL AND source <> 'cards' GROUP BY 1, 2, 3
"""
REFUSED = """
SELECT coalesce(sum((of_region.counts ->> 'refused')::int), 0) FROM (
    SELECT DISTINCT import_id, counts FROM hjv.imports JOIN hjv.complete_snapshots c USING (import_id)
    WHERE c.source = 'hsa'
) told, jsonb_each(told.counts) AS of_region (region, counts)
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One aspect: how many units the manifest says it of, how many the store, and those of which they differ."""

    aspect: str
    expected: int
    found: int
    differing: tuple[str, ...]


def compare(connection: psycopg.Connection, nation: Iterable[Expectation]) -> list[Comparison]:
    """Lay the store beside what is expected of every unit of the nation."""
    expected, found = expected_aspects(nation), found_aspects(connection)
    return [
        _laid_side_by_side(aspect, expected.get(aspect, {}), found.get(aspect, {}))
        for aspect in sorted({*expected, *found})
    ]


def expected_aspects(nation: Iterable[Expectation]) -> Aspects:
    """Return what a correct import gives."""
    aspects: Aspects = {}
    broken: Counter[tuple[str, str]] = Counter()
    hsa: set[tuple[str, str, str, str]] = set()
    refused = 0
    for unit in nation:
        refused += unit.verdict == "refused"
        if unit.verdict != "refused":
            _say(aspects, f"units {unit.verdict}", unit.hsa_id, tuple(unit.failed_rules))
        for source in unit.told:
            _say(aspects, f"documents of {source}", unit.hsa_id, "kept")
        for fact in _SHOWN:
            if fact in unit.expect:
                _say(aspects, f"cards with {fact}", unit.hsa_id, _plain(fact, unit.expect[fact]))
        known = unit.hsa_id if HSA_ID.fullmatch(unit.hsa_id) else ""
        # The store keeps one finding of a value, however often it stands in a unit.
        hsa.update((known, rule, field, value[:LONGEST_VALUE]) for field, rule, value in unit.findings)
        for source, rules in unit.breaks.items():
            broken.update((f"findings of {source}: {rule}", unit.hsa_id) for rule in rules)
    broken.update((f"findings of hsa: {rule}", hsa_id) for hsa_id, rule, _, _ in hsa)
    for (aspect, hsa_id), number in broken.items():
        _say(aspects, aspect, hsa_id, number)
    return {**aspects, "records refused": {str(number): "" for number in range(refused)}}


def found_aspects(connection: psycopg.Connection) -> Aspects:
    """Return what the store holds now."""
    aspects: Aspects = {}
    for hsa_id, visible, failed_rules in connection.execute(JUDGED):
        _say(aspects, "units visible" if visible else "units hidden", hsa_id, tuple(failed_rules))
    for source, hsa_id in connection.execute(DOCUMENTS):
        _say(aspects, f"documents of {source}", hsa_id, "kept")
    for source, rule, hsa_id, number in connection.execute(FINDINGS):
        _say(aspects, f"findings of {source}: {rule}", hsa_id, number)
    with connection.transaction(), connection.cursor("cards") as cards:
        for hsa_id, card in cards.execute(CARDS):
            for fact, shown in _SHOWN.items():
                if (told := shown(card)) is not None:
                    _say(aspects, f"cards with {fact}", hsa_id, _plain(fact, told))
    (refused,) = connection.execute(REFUSED).fetchone() or (0,)
    return {**aspects, "records refused": {str(number): "" for number in range(refused)}}


def _say(aspects: Aspects, aspect: str, hsa_id: str, said: object) -> None:
    aspects.setdefault(aspect, {})[hsa_id] = said


def _laid_side_by_side(aspect: str, expected: Mapping[str, object], found: Mapping[str, object]) -> Comparison:
    nothing = object()
    units = sorted({*expected, *found})
    differing = (unit for unit in units if expected.get(unit, nothing) != found.get(unit, nothing))
    return Comparison(aspect, len(expected), len(found), tuple(differing))


def _plain(fact: str, told: object) -> object:
    """Return a fact in the one form of both sides: lists stand in no particular order, but for those that are told."""
    if isinstance(told, list):
        return told if fact in {"eservices", "kka_texts"} else sorted(told)
    return told if told is None else str(told)


def _listing(card: Any) -> str | None:  # noqa: ANN401  a card as JSON
    if "listing" not in card:
        return None
    return {True: "queue", False: "no queue", None: "unknown"}[card["listing"].get("queue")]


def _patient_survey(card: Any) -> object:  # noqa: ANN401
    survey = card.get("patient_survey")
    return None if survey is None else survey.get("share", survey.get("missing"))


def _names(section: str) -> Callable[[Any], list[str] | None]:
    return lambda card: [each["name"] for each in card.get(section, ())] or None


def _texts(card: Any) -> list[list[str]] | None:  # noqa: ANN401
    return [[section, text["heading"]] for section in SECTIONS for text in card.get(section, ())] or None


def _waiting_times(source: str) -> Callable[[Any], list[str] | None]:
    return lambda card: [_figure(each) for each in card.get("waiting_times", ()) if each["source"] == source] or None


def _figure(waiting_time: Any) -> str:  # noqa: ANN401
    if "proportion" in waiting_time:
        figure = f"{waiting_time['proportion']['rate']:.4f}"
    elif "wait" in waiting_time:
        figure = f"{waiting_time['wait']['length']:.0f} {_UNITS[waiting_time['wait']['unit']]}"
    else:
        figure = waiting_time["withheld"].get("code", "no reason")
    return f"{waiting_time['indicator']['code']} {waiting_time['first_day'].replace('-', '')} {figure}"


_UNITS = {"weeks": "wk", "days": "d"}

_SHOWN: Mapping[str, Callable[[Any], object]] = {
    "listing": _listing,
    "patient_survey": _patient_survey,
    "waiting_times": _waiting_times("waiting_times"),
    "waiting_times_skane": _waiting_times("waiting_times_skane"),
    "offerings": _names("offerings"),
    "vaccinera": _names("vaccination"),
    "eservices": _names("eservices"),
    "kka_texts": _texts,
}
"""What a card shows of each source beside HSA, in the manifest's words; `None` where it shows nothing."""
