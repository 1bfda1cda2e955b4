"""An explanation in Swedish: what each rule asks for, the value it was judged on, who can mend it and where.

Here: sentences made of what `cards/explain.py` says, for editors and their support. Not here: the judgement, the page
(`explain_page.py`), and the words of findings (`findings/words.py`).
"""

import re

from hjv_pipelines.findings.words import words_of

_QUESTIONS = {
    "known_to_hsa": "Enheten finns i Katalogtjänst HSA",
    "destination": "Visas för innehåller 03 eller 04",
    "care_type": "Vård- och omsorgsform är vald",
    "county": "Länskod är vald",
    "coordinates": "Koordinater finns och går att använda",
    "inside_sweden": "Koordinaterna ligger i Sverige",
    "business_code": "Verksamhetskod finns, där regionen kräver en",
    "started": "Startdatum är inte i framtiden",
    "not_ended": "Slutdatum har inte passerats",
    "not_archived": "Enheten är inte arkiverad",
    "not_feigned": "Enheten är inget testobjekt",
}

_ADMINISTRATOR = "Regionens HSA-administratör, i HSA Admin"
_REMEDIES = {
    "known_to_hsa": f"{_ADMINISTRATOR}: lägg upp enheten, eller rätta HSA-id.",
    "destination": f"{_ADMINISTRATOR}, Visas för: lägg till 03, Hitta vård.",
    "care_type": f"{_ADMINISTRATOR}, Vård- och omsorgsform: välj minst en.",
    "county": f"{_ADMINISTRATOR}, Länskod: välj länet. Bara en distansenhet (Enhetstyp 03) klarar sig utan.",
    "coordinates": f"{_ADMINISTRATOR}, Geografiska koordinater: placera enheten på kartan.",
    "inside_sweden": f"{_ADMINISTRATOR}, Geografiska koordinater: platsen ligger inte i Sverige, placera enheten igen.",
    "business_code": f"{_ADMINISTRATOR}, Verksamhetskod: välj minst en.",
    "started": f"Ingen, om datumet stämmer: kortet kommer då. Annars: {_ADMINISTRATOR}, Startdatum.",
    "not_ended": f"Ingen, om enheten har upphört. Annars: {_ADMINISTRATOR}, Slutdatum.",
    "not_archived": "Ingen, om enheten ska vara arkiverad. Annars HSA:s support.",
    "not_feigned": "Ingen, om enheten är ett testobjekt. Annars HSA:s support.",
}

_VALUES = {
    "none": "saknas",
    "none; not asked of a distance unit": "saknas, men krävs inte av en distansenhet",
    "no position to judge": "ingen plats att bedöma",
    "archived": "arkiverad",
    "not archived": "inte arkiverad",
    "feigned": "testobjekt",
    "not feigned": "inget testobjekt",
}
_LEFT_OUT = re.compile(r"; left out: (.*?) \((\w+)\)(?=; left out: |$)", re.DOTALL)


def question(rule: str) -> str:
    """Return what a rule of visibility asks for."""
    return _QUESTIONS.get(rule, rule)


def remedy(rule: str) -> str:
    """Return who can mend that a unit fails a rule, and where."""
    return _REMEDIES.get(rule, _ADMINISTRATOR)


def finding(rule: str) -> str:
    """Return what is wrong with a value, and what became of it."""
    return words_of(rule).what


def value(told: str) -> str:
    """Return the value that a rule was judged on; what had to be left out stands behind it, with the reason."""
    left_out = [
        f"”{found[1]}” används inte: {_lower(finding(found[2])).rstrip('.')}" for found in _LEFT_OUT.finditer(told)
    ]
    judged = _LEFT_OUT.sub("", told)
    return "; ".join((_VALUES.get(judged, judged.replace("(WGS84, from ", "(WGS84, från ")), *left_out))


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
