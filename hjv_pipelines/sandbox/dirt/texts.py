"""Traps 29 and 36 and their kin: letters and encodings, ages, images, elements that nobody knows.

NUL and its like cannot stand in XML at all: a file with one is no file, and the servers' faults see to that.
"""

import unicodedata

from hjv_pipelines.sandbox import images
from hjv_pipelines.sandbox.dirt.dirt import visible
from hjv_pipelines.sandbox.draft import Draft


@visible(trap=29, often=60)
def letters_decomposed(draft: Draft) -> None:
    """Write å, ä and ö as two characters each: they mean the same, nothing to object to."""
    name, text = "Södra vårdcentralen Ängen", "Vi hälsar dig välkommen på Åsgatan."
    draft.put("unitName", unicodedata.normalize("NFD", name))
    draft.put("publicName", unicodedata.normalize("NFD", name))
    draft.put("description", unicodedata.normalize("NFD", text))
    draft.facts.update(name=name, description=text)


@visible(trap=29, often=30)
def mojibake(draft: Draft) -> None:
    """Read UTF-8 as Latin-1; it is kept, for a guess could make it worse."""
    spoilt = "Vi tar emot små och stora, för råd och vård.".encode().decode("latin-1")
    draft.spoil("description", "mojibake", spoilt)
    draft.facts["description"] = spoilt


@visible(trap=29, often=30)
def control_characters(draft: Draft) -> None:
    """Leave a dash of Windows-1252 as a control character, or a typed delete."""
    draft.spoil("description", "control_characters", draft.by_turns("Öppet 8\x9616 alla dagar.", "Välkommen\x7f hit."))
    draft.facts["description"] = draft.by_turns("Öppet 816 alla dagar.", "Välkommen hit.")


@visible(often=40)
def alternate_names(draft: Draft) -> None:
    """Give several other names."""
    draft.put("alternateName", "Östra VC", "VC Öst")
    draft.facts["alternate_names"] = ["Östra VC", "VC Öst"]


@visible(often=30)
def age_rule_unreadable(draft: Draft) -> None:
    """Write ages as older directories have them, beside a good rule."""
    bad = draft.by_turns("Alla åldrar", "0-99")
    draft.put("visitingRuleAge", "00;17", bad)
    draft.found("visitingRuleAge", "age_rule_syntax", bad)
    draft.facts["age_rules"] = ["0-17"]


@visible(often=40)
def age_rules(draft: Draft) -> None:
    """Write 00 for newborn, 99 for no upper limit."""
    raw, meant = draft.by_turns(("18;99", "18-"), ("00;06;Även syskon; ring först", "0-6"), ("00;99", "0-"))
    draft.put("visitingRuleAge", raw)
    draft.facts["age_rules"] = [meant]


@visible(often=10)
def image_unreadable(draft: Draft) -> None:
    """Give an image that is not base64, or not a JPEG."""
    draft.spoil("jpegPhoto", "image_syntax", draft.by_turns("ingen bild!", images.PNG))


@visible(often=5)
def image_too_large(draft: Draft) -> None:
    """Give a JPEG of more than 200 kB."""
    draft.spoil("jpegLogotype", "image_syntax", images.LARGE_JPEG)


@visible(trap=36, often=60)
def elements_unknown(draft: Draft) -> None:
    """Add elements that older contracts have, and that this one passes over."""
    draft.put("priceInformation", "Avgift 250 kronor, enligt borttaget element")
    draft.put("healthCareArea", "Borttaget närsjukvårdsområde")
    draft.facts["absent"] = ["enligt borttaget element", "Borttaget närsjukvårdsområde"]
