"""What KKA's editors write: texts of a unit's own, texts that a region shares, and texts with something wrong.

Here: the words, in the profile's members, and what a correct import makes of the wrong ones. Not here: which unit has
which (`editors.py`).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from hjv_pipelines.regions import Region
from hjv_pipelines.sandbox.unit import Json

SECTIONS = ("help", "news", "read_more", "your_visit", "seek_care", "practical_information")
"""The sections' codes, in the order in which a card has them."""

OWN_TEXTS: tuple[dict[str, Json], ...] = (
    {
        "section": "help",
        "heading": "Fotsjukvård",
        "ingress": "För dig med diabetes.",
        "text": "<p>Vi undersöker dina fötter en gång om året.</p><ul><li>Ta med dina skor</li></ul>",
        "hours": "Måndag 8-12\nTorsdag 13-16",
        "contact": "Ring oss och välj fotsjukvård.",
        "links": [{"text": "Fotvård vid diabetes", "url": "https://www.1177.se/fotvard"}],
        "files": [{"name": "Råd om fötter.pdf", "url": "https://kka.example/filer/fotter.pdf"}],
    },
    {
        "section": "help",
        "heading": "Hälsosamtal",
        "text": "<p>För dig som fyller <strong>40</strong>.</p>",
    },
    {"section": "help", "heading": "Stöd att sluta röka och snusa", "text": "<p>Enskilt eller i grupp.</p>"},
    {"section": "news", "heading": "Nya lokaler i höst", "text": "<p>Vi flyttar till nya lokaler.</p>"},
    {"section": "news", "heading": "Obs! Telefonerna är stängda på fredag.", "text": "Vi uppdaterar vår växel."},
    {
        "section": "read_more",
        "heading": "Vårt team",
        "text": "<p>Här arbetar läkare och sjuksköterskor.</p>",
    },
    {
        "section": "your_visit",
        "heading": "Innan du kommer",
        "text": "<ol><li>Ta med legitimation</li><li>Anmäl dig i receptionen</li></ol>",
    },
    {
        "section": "seek_care",
        "heading": "Så kontaktar du oss",
        "text": '<p>Ring, eller <a href="https://www.1177.se/">logga in på 1177</a>.</p>',
    },
    {"section": "practical_information", "heading": "Parkering", "text": "<p>Det finns parkering på gården.</p>"},
)
"""Texts that a unit's editors write; each needs an id besides."""

_SHARED: tuple[tuple[dict[str, Json], float], ...] = (
    (
        {"section": "practical_information", "heading": "Patientavgifter", "text": "<p>Besök kostar 275 kronor.</p>"},
        0.7,
    ),
    ({"section": "seek_care", "heading": "Sök vård på 1177", "text": "<p>Ring 1177 dygnet runt.</p>"}, 0.25),
    ({"section": "news", "heading": "Vaccinera dig i höst", "text": "<p>Vaccinet är gratis från 65 år.</p>"}, 0.15),
    ({"section": "help", "heading": "Tolk", "text": "<p>Du har rätt till tolk. Säg till när du bokar.</p>"}, 0.1),
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A text with something wrong: the `rule` of the finding, and the heading on the card, if the text stands there."""

    said: dict[str, Json]
    rule: str | None
    heading: str | None


def shared_texts(region: Region) -> Iterator[tuple[dict[str, Json], float]]:
    """Yield the texts that a region shares, each with the part of its units that show it."""
    for number, (text, part) in enumerate(_SHARED, start=1):
        yield {"id": f"{region.county_code or '00'}-{number}", **text}, part


def _hostile(text: str) -> Flaw:
    return Flaw({"section": "news", "heading": "Välkommen hit", "text": text}, "markup_removed", "Välkommen hit")


FLAWS = (
    _hostile("<p onclick=\"alert('sandlåda')\">Hej</p>"),
    _hostile("<p>Hej</p><script>alert('sandlåda')</script>"),
    _hostile("<img src=x onerror=\"alert('sandlåda')\">Hej"),
    _hostile("<p>Hej</p><iframe src='https://ond.example/'></iframe>"),
    _hostile("<svg/onload=alert('sandlåda')>Hej"),
    _hostile("<a href='java\tscript:alert(1)'>Hej</a>"),
    _hostile("<scr<script>ipt>alert(1)</scr</script>ipt>Hej"),
    _hostile("<p style='position:fixed;top:0'>Hej</p><form action='https://ond.example/'><input></form>"),
    _hostile("Hej<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x&gt;'>"),
    Flaw(
        {
            "section": "read_more",
            "heading": "Läs mer om oss",
            "text": "Hej",
            "links": [{"text": "Klicka", "url": "javascript:alert('sandlåda')"}],
        },
        "text_link",
        "Läs mer om oss",
    ),
    Flaw(
        {"section": "news", "heading": "Öppet hus".encode().decode("cp1252"), "text": "Hej"},
        "mojibake",
        "Öppet hus".encode().decode("cp1252"),
    ),
    Flaw({"section": "news", "heading": "Öppet\x00 hus\x1b", "text": "Hej"}, "control_characters", "Öppet hus"),
    Flaw({"section": "news", "heading": unicodedata.normalize("NFD", "Öppet idag"), "text": "Hej"}, None, "Öppet idag"),
    Flaw({"section": "help", "heading": "Ont i halsen, hosta!", "text": "Hej"}, "text_heading", "Ont i halsen, hosta!"),
    Flaw({"section": "our_offer", "heading": "Vårt utbud", "text": "Hej"}, "text_section", None),
    Flaw({"id": None, "section": "news", "heading": "Utan id", "text": "Hej"}, "text_id", None),
    Flaw({"section": "news", "heading": " ", "text": "<p><br></p>"}, "text_empty", None),
    Flaw({"shared": "00-finns-inte"}, "text_shared_missing", None),
)  # fmt: skip
"""Traps 25, 28 and 29, and what else editors and systems get wrong."""
