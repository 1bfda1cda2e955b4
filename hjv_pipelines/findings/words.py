"""The Swedish of findings: what is wrong and what became of it, how it is mended, and who does that.

Here: the words, by rule (`rules.sv.csv`) and by source. Not here: the rules themselves (`sources/`, `cards/`), whose
English words every finding carries with it.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hjv_pipelines.cards.disagreements import SOURCE
from hjv_pipelines.sources.hsa.rules import LABELS
from hjv_pipelines.sources.registry import REGISTRATIONS

_HSA_ADMINISTRATOR = "regionens HSA-administratör, i HSA Admin"
_EDITOR = "enhetens redaktör, i Kontaktkortsadmin (KKA)"

_MENDERS = {
    "hsa": _HSA_ADMINISTRATOR,
    "kka": _EDITOR,
    "eservices": "enhetens administratör, i 1177 e-tjänsters personalverktyg",
    "vaccinera": "mottagningen, i Vaccinera",
    "offerings": "den som förvaltar enhetens utbud, i Region Stockholms utbudstjänst",
    "listing": "regionens förvaltning av Listningstjänsten",
    "waiting_times": "regionens rapportörer till Väntetider i vården",
    "waiting_times_skane": "Region Skånes förvaltning av väntetider",
    "patient_survey": "Nationell Patientenkäts förvaltning",
}

_MENDERS_OF_DISAGREEMENTS = {
    "hours_repeated": _EDITOR,
    "hours_disagree": _EDITOR,
    "offering_repeated": _EDITOR,
    "far_from_county": _HSA_ADMINISTRATOR,
}
"""Who mends what two sources disagree about."""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What it means that a value breaks a rule, and how it is mended."""

    what: str
    how: str


_ANY_RULE = RuleWords("Värdet går inte att använda som det står.", "Rätta värdet i källan.")


def words_of(rule: str) -> RuleWords:
    """Return the words of a rule; words that hold of any for one that has none here."""
    return rule_words().get(rule, _ANY_RULE)


def mender(source: str, rule: str = "") -> str:
    """Return who can mend what a source says, or what breaks `rule` between several, and where."""
    return _MENDERS_OF_DISAGREEMENTS.get(rule) or _MENDERS.get(source, source)


def source_title(source: str) -> str:
    """Return what people call a source; its own name where it is none of ours any more."""
    if source == SOURCE:
        return "Flera källor"
    registration = REGISTRATIONS.get(source)
    return registration.title if registration else source


def field_label(name: str) -> str:
    """Return what a field is called where it is written; the source's own name of it where none is known."""
    return LABELS.get(name, name)


@cache
def rule_words() -> dict[str, RuleWords]:
    """Return the words of every rule that has some."""
    with files("hjv_pipelines.findings").joinpath("rules.sv.csv").open(encoding="utf-8") as table:
        return {row["rule"]: RuleWords(row["what"], row["how"]) for row in csv.DictReader(table)}
