"""Trap 23 and its kin: addresses side by side, and ways to reach a unit that are none."""

from hjv_pipelines.sandbox.dirt.dirt import visible
from hjv_pipelines.sandbox.draft import Draft


@visible(trap=23, often=200)
def both_address_forms(draft: Draft) -> None:
    """Give one street in the old form and another in the structured one, which is newer."""
    draft.put("street", "Gamla Landsvägen 1")
    draft.put("structuredVisitingAddress", f"Nya Torget$5$${draft.place.municipality_name}")
    draft.facts["street"] = "Nya Torget 5"


@visible(trap=23, often=100)
def old_address_form(draft: Draft) -> None:
    """Give the old form alone."""
    draft.put("structuredVisitingAddress")
    draft.put("street", "Gamla Landsvägen 1")
    draft.facts["street"] = "Gamla Landsvägen 1"


@visible(trap=23, often=20)
def structured_address_unreadable(draft: Draft) -> None:
    """Give a structured address with too few parts or too many; the old one stands in."""
    bad = draft.by_turns("Storgatan 5$Lund", "Storgatan 5, Lund", "Storgatan$5$B$2 tr$Lund$Sverige")
    draft.put("street", "Gamla Landsvägen 1")
    draft.spoil("structuredVisitingAddress", "address_syntax", bad)
    draft.facts["street"] = "Gamla Landsvägen 1"


@visible(often=30)
def telephone_unreadable(draft: Draft) -> None:
    """Write what is no number."""
    _spoil(draft, "telephoneNumber", "telephone_syntax", "Se webbplatsen", "Ring växeln", "ej telefon")


@visible(often=20)
def mail_unreadable(draft: Draft) -> None:
    """Write what is no mail address."""
    _spoil(draft, "mail", "mail_syntax", "info snabel-a vard.example", "mottagningen@", "Se webbplatsen")


@visible(often=20)
def web_page_unreadable(draft: Draft) -> None:
    """Write what is no address of a page, or one that no browser should follow."""
    _spoil(draft, "labeledUri", "uri_syntax", "Se vår webbplats", "htp//vard.example/sida", "javascript:alert(1)")


@visible(often=60)
def text_telephone_by_sip(draft: Draft) -> None:
    """Give the text telephone a SIP address, as they have since 2024."""
    draft.put("textTelephoneNumber", draft.by_turns("mottagningen@sip.example", "sip:mottagningen@sip.example"))


@visible(trap=27, often=300)
def numbers_never_published(draft: Draft) -> None:
    """Give a number and a mail address that are for colleagues only."""
    number, contact = f"0700{draft.turn:06}", f"hemlig{draft.turn}@intern.example"
    draft.put("nonPublicTelephoneNumber", number)
    draft.put("directoryContact", contact)
    draft.facts["absent"] = [number, number[1:], contact]


def _spoil(draft: Draft, element: str, rule: str, *variants: str) -> None:
    bad = draft.by_turns(*variants)
    draft.spoil(element, rule, bad)
    draft.facts["absent"] = [bad]
