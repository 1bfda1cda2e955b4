"""KKA's editors: for which units they publish what, and what stands on the cards then.

Here: texts, e-services of their own and borrowed ones, and the editor's order, drawn from a random stream of their own
once all units are there, for units borrow from each other. Not here: the words (`editors_texts.py`), and how they are
served (`kka.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from random import Random

from hjv_pipelines.regions import REGIONS, region
from hjv_pipelines.sandbox.care_services import one_in
from hjv_pipelines.sandbox.editors_texts import FLAWS, OWN_TEXTS, SECTIONS, shared_texts
from hjv_pipelines.sandbox.manifest import Expectation, Fact
from hjv_pipelines.sandbox.unit import Json

NOT_CONNECTED = ("09-gotland", "17-varmland")
"""Regions that have not connected to KKA: their editors have nowhere to write."""

NOBODY = "SE2321000016-FINNSINTE"
"""A lender that no directory knows."""

RELEVANCE = (
    "Kontakta mottagningen",
    "Boka grupptid",
    "Boka tid",
    "Av- och omboka tid",
    "Rådgivning i chatt",
    "Egen vårdbegäran",
    "Förnya hjälpmedel",
    "Förnya recept",
    "Förnya sjukintyg",
    "Beställ journalkopia",
    "Klamydiatest hemma",
    "Film om vår mottagning",
)
"""The names of all e-services here, in the order of their relevance to those who look for care."""

_OWN_ESERVICES = ("Boka grupptid", "Rådgivning i chatt", "Film om vår mottagning")
_PUBLISHED = {"visible": 0.7, "marked": 0.4, "unmarked": 0.015}
_SAVED = 0.1
_MAY_START = ["started"]

Offered = Mapping[str, Sequence[tuple[str, str]]]
"""HSA-id → the e-services that a unit has in 1177 e-tjänster, as resourceId and name."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An e-service that a unit's editors see: its key in their order, its name, and whether the card shows it."""

    key: tuple[str, str, str | None]
    name: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Edited:
    """What the editors have of each unit (`units`), the regions' `shared` texts, and what is expected of the cards."""

    units: dict[str, Json]
    shared: dict[str, Json]
    expectations: list[Expectation]


def edit(seed: int, expectations: Sequence[Expectation], offered: Offered) -> Edited:
    """Let the editors of a nation write. A refused record is nobody's to edit."""
    editors = _Editors(Random(f"{seed} kka"), expectations, offered)
    expected = [editors.edit(expectation) for expectation in expectations]
    shared: dict[str, Json] = {
        str(text["id"]): {"region": each.key, "text": text}
        for each in REGIONS
        if each.key not in NOT_CONNECTED
        for text, _ in shared_texts(each)
    }
    return Edited(editors.units, shared, expected)


class _Editors:
    """Edits one unit after the other, and keeps in `units` what was written."""

    def __init__(self, random: Random, expectations: Sequence[Expectation], offered: Offered) -> None:
        self._random = random
        self._offered = offered
        lenders = [unit for unit in expectations if unit.hsa_id in offered]
        public = [unit.hsa_id for unit in lenders if unit.verdict == "visible"]
        coming = [unit.hsa_id for unit in lenders if list(unit.failed_rules) == _MAY_START]
        hidden = [unit.hsa_id for unit in lenders if unit.verdict == "hidden" and unit.hsa_id not in {*coming}]
        self._public = {*public, *coming}
        self._lenders = cycle((public, coming, public, hidden, public, [NOBODY], public))
        self._flaws = cycle(FLAWS)
        self._begun: set[str] = set()
        self.units: dict[str, Json] = {}

    def edit(self, unit: Expectation) -> Expectation:
        """Write what the unit's editors write, if any, and return what is expected of the unit then."""
        visible = unit.verdict == "visible"
        own = [_Entry(("1177", identity, None), name) for identity, name in self._offered.get(unit.hsa_id, ())]
        state = self._state(unit)
        if state != "published":
            if state == "saved":
                texts: list[Json] = [{**OWN_TEXTS[0], "id": f"{unit.hsa_id}-1", "heading": "Ännu inte publicerat"}]
                self.units[unit.hsa_id] = {"region": unit.region, "state": state, "texts": texts}
            return _expecting(unit, {"eservices": _by_relevance(own, [])}) if visible else unit
        texts, shown, rules = self._texts(unit)
        made = self._made(unit.hsa_id)
        borrowed, lent = self._borrowed(unit.hsa_id)
        entries = [*own, *(_Entry(("kka", str(each["id"]), None), str(each["name"])) for each in made), *lent]
        order = self._order(entries)
        self.units[unit.hsa_id] = {
            "region": unit.region,
            "state": state,
            "texts": texts,
            "eServices": [*made],
            "borrowedEServices": borrowed,
            "eServiceOrder": [_as_json(key) for key in order],
        }
        told = replace(unit, told=(*unit.told, "kka"), breaks={**unit.breaks, **({"kka": rules} if rules else {})})
        facts: dict[str, Fact] = {"kka_texts": shown, "eservices": _by_relevance(entries, order)}
        return _expecting(told, facts) if visible else told

    def _state(self, unit: Expectation) -> str | None:
        if unit.verdict == "refused" or unit.region in NOT_CONNECTED:
            return None
        visible = unit.verdict == "visible"
        drawn = self._random.random()
        if visible and unit.region not in self._begun:
            # A connected region has somebody who publishes.
            self._begun.add(unit.region)
            return "published"
        part = _PUBLISHED["visible" if visible else "unmarked" if "destination" in unit.failed_rules else "marked"]
        if drawn < part:
            return "published"
        return "saved" if drawn < part * (1 + _SAVED) else None

    def _texts(self, unit: Expectation) -> tuple[list[Json], list[list[str]], list[str]]:
        """Return the unit's texts, the section and heading of those that the card shows, and the rules they break."""
        random = self._random
        said = [
            ({**text, "id": f"{unit.hsa_id}-{number}"}, str(text["section"]), str(text["heading"]))
            for number, text in enumerate(random.sample(OWN_TEXTS, random.choice((0, 1, 1, 2, 3))), start=1)
        ]
        said += [
            ({"shared": text["id"]}, str(text["section"]), str(text["heading"]))
            for text, part in shared_texts(region(unit.region))
            if random.random() < part
        ]
        if not said:
            said.append(({**OWN_TEXTS[0], "id": f"{unit.hsa_id}-1"}, "help", "Fotsjukvård"))
        random.shuffle(said)
        texts: list[Json] = [text for text, _, _ in said]
        shown = [[section, heading] for _, section, heading in said]
        rules: list[str] = []
        if unit.verdict == "visible" and one_in(random, 8):
            flaw = next(self._flaws)
            texts.append(flaw.said if "shared" in flaw.said else {"id": f"{unit.hsa_id}-0", **flaw.said})
            rules += [flaw.rule] if flaw.rule else []
            shown += [[str(flaw.said["section"]), flaw.heading]] if flaw.heading else []
        return texts, sorted(shown, key=lambda each: SECTIONS.index(each[0])), rules

    def _made(self, hsa_id: str) -> list[dict[str, Json]]:
        """Return the e-services that the editors make: those without connection to 1177."""
        if not one_in(self._random, 4):
            return []
        return [
            {"id": f"{hsa_id}-E{number}", "name": name, "url": f"https://vard.example/{hsa_id}/{number}"}
            for number, name in enumerate(self._random.sample(_OWN_ESERVICES, self._random.randint(1, 2)), start=1)
        ]

    def _borrowed(self, borrower: str) -> tuple[list[Json], list[_Entry]]:
        """Return the borrowed e-services, and each of them (trap 34: some lenders are hidden, or not there)."""
        if not one_in(self._random, 6):
            return [], []
        borrowed: list[Json] = []
        lent: list[_Entry] = []
        for lender in {self._random.choice(next(self._lenders) or [NOBODY]): None for _ in range(2)}:
            services = self._offered.get(lender, (("1", "Boka tid"),))
            if lender == borrower:
                continue
            every = one_in(self._random, 2)
            chosen = services if every else self._random.sample(services, self._random.randint(1, len(services)))
            ids: list[Json] = [identity for identity, _ in chosen]
            borrowed.append({"lender": lender, "services": "all" if every else ids})
            lent += [_Entry(("borrowed", each, lender), name, lender in self._public) for each, name in chosen]
        return borrowed, lent

    def _order(self, entries: Sequence[_Entry]) -> list[tuple[str, str, str | None]]:
        """Return the order that the editors gave, if any: of all e-services, or of some."""
        if len(entries) <= 1 or not one_in(self._random, 3):
            return []
        keys = [entry.key for entry in entries]
        return self._random.sample(keys, self._random.choice((len(keys), len(keys) - 1)))


def _by_relevance(entries: Sequence[_Entry], order: Sequence[tuple[str, str, str | None]]) -> list[str]:
    """Return the names that the card shows, in the editor's order, and those that it leaves out after, by relevance."""
    places = {key: place for place, key in enumerate(order)}
    shown = (entry for entry in entries if entry.shown)
    ordered = sorted(shown, key=lambda entry: (places.get(entry.key, len(order)), RELEVANCE.index(entry.name)))
    return [entry.name for entry in ordered]


def _as_json(key: tuple[str, str, str | None]) -> Json:
    origin, identity, lender = key
    said: dict[str, Json] = {"origin": origin, "id": identity}
    return said | {"lender": lender} if lender else said


def _expecting(unit: Expectation, facts: Mapping[str, Fact]) -> Expectation:
    """Return what is expected of a unit whose card has these facts too; a fact of nothing is none."""
    return replace(unit, expect={**unit.expect, **dict(_said(facts))})


def _said(facts: Mapping[str, Fact]) -> Iterator[tuple[str, Fact]]:
    return ((name, fact) for name, fact in facts.items() if fact)
