"""An explanation in Swedish: what each rule asks for, the value it was judged on, who can mend it and where.

Here: sentences made of what `cards/explain.py` says, for editors and their support. Not here: the judgement, and the
page (`explain_page.py`).
"""

import re

from hjv_pipelines.sources.hsa.rules import LABELS

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

_MENDERS = {
    "hsa": "regionens HSA-administratör, i HSA Admin",
    "kka": "enhetens redaktör, i Kontaktkortsadmin (KKA)",
    "eservices": "enhetens administratör, i 1177 e-tjänsters personalverktyg",
    "vaccinera": "mottagningen, i Vaccinera",
    "offerings": "den som förvaltar enhetens utbud, i Region Stockholms utbudstjänst",
    "listing": "regionens förvaltning av Listningstjänsten",
    "waiting_times": "regionens rapportörer till Väntetider i vården",
    "waiting_times_skane": "Region Skånes förvaltning av väntetider",
    "patient_survey": "Nationell Patientenkäts förvaltning",
}

_FINDINGS = {
    "hsa_id_spelling": "HSA-id är skrivet med små bokstäver eller blanksteg; det lästes utan dem.",
    "hsa_id_format": "Det är inget HSA-id.",
    "hsa_id_unexpected": "Svaret gäller en annan enhet än den som efterfrågades.",
    "duplicate_hsa_id": "Två olika poster har samma HSA-id; ingen av dem används.",
    "name_missing": "Enheten saknar namn och används inte.",
    "time_span_syntax": "Tiden går inte att läsa och visas inte.",
    "time_span_order": "Tiden slutar innan den börjar och visas inte.",
    "date_impossible": "Datumet finns inte och används inte.",
    "notice_syntax": "Den tillfälliga informationen går inte att läsa och visas inte.",
    "age_rule_syntax": "Åldersregeln går inte att läsa och visas inte.",
    "coordinates_syntax": "Koordinaterna går inte att läsa.",
    "coordinates_swapped": "X och Y har bytt plats i koordinaterna.",
    "coordinates_wgs84": "Koordinaterna är i grader; fältet är till för RT90.",
    "coordinates_range": "Koordinaterna är inte i RT90.",
    "sweref99_syntax": "Koordinaterna i SWEREF 99 går inte att läsa.",
    "address_syntax": "Adressen går inte att läsa.",
    "telephone_syntax": "Det är inget telefonnummer; det visas inte.",
    "unknown_code": "Koden finns inte i kodverket; den behålls utan namn.",
    "county_mismatch": "Länskod och länsnamn stämmer inte överens; inget av dem används.",
    "municipality_mismatch": "Kommunen stämmer inte med sitt namn eller sitt län; den används inte.",
    "incomplete_pair": "Kod och klartext finns inte båda; paret används inte.",
    "mojibake": "Texten har förvanskats av fel teckenkodning; den visas som den är.",
    "control_characters": "Texten innehåller styrtecken; den visas utan dem.",
    "mail_syntax": "Det är ingen e-postadress; den visas inte.",
    "uri_syntax": "Det är ingen webbadress; den visas inte.",
    "image_syntax": "Bilden är inte en JPEG eller är för stor; den visas inte.",
    "unit_not_marked": "HSA har ingen sådan enhet som är märkt för Hitta vård, så inget kort visar det än.",
    "unit_of_another_county": "Källan och HSA har enheten i olika regioner.",
}
_ANY_FINDING = "Värdet går inte att använda som det står."

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


def mender(source: str) -> str:
    """Return who can mend what a source says, and where."""
    return _MENDERS.get(source, source)


def finding(rule: str) -> str:
    """Return what is wrong with a value, and what became of it."""
    return _FINDINGS.get(rule, _ANY_FINDING)


def field(name: str) -> str:
    """Return what a field is called where it is written; the source's own name of it where none is known."""
    return LABELS.get(name, name)


def value(told: str) -> str:
    """Return the value that a rule was judged on; what had to be left out stands behind it, with the reason."""
    left_out = [
        f"”{found[1]}” används inte: {_lower(finding(found[2])).rstrip('.')}" for found in _LEFT_OUT.finditer(told)
    ]
    judged = _LEFT_OUT.sub("", told)
    return "; ".join((_VALUES.get(judged, judged.replace("(WGS84, from ", "(WGS84, från ")), *left_out))


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
