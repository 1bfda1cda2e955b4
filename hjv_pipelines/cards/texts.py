"""What a unit's editors have written in KKA, section by section.

Here: the card's text block, and which texts stand in a section. Not here: reading and cleaning them (`sources/kka/`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.parts import Part
from hjv_pipelines.sources.kka.record import PublishedContent, PublishedText, TextSection


class TextLink(Part):
    """A link under a text."""

    text: str
    """What to show."""
    url: str
    """Where it leads, http or https."""


class TextFile(Part):
    """A file under a text."""

    name: str
    """What to show."""
    url: str
    """Where it is, http or https."""


class TextBlock(Part):
    """A text of the editors."""

    id: str
    """KKA's id of it; a text that many units share has one id."""
    heading: str | None = None
    """Heading, one line."""
    ingress: str | None = None
    """Introduction, plain text."""
    html: Annotated[str | None, Field(json_schema_extra={"contentMediaType": "text/html"})] = None
    """Text, cleaned HTML: paragraphs, lists, emphasis, headings and links, and nothing else. It may be shown as it is.
    No other text of a card is markup: whoever shows those escapes them.
    """
    hours: str | None = None
    """When it is offered, plain text with its line ends."""
    contact: str | None = None
    """How to reach it, plain text with its line ends."""
    links: tuple[TextLink, ...] = ()
    """Links, in the editor's order."""
    files: tuple[TextFile, ...] = ()
    """Files, in the editor's order."""


def texts_in(section: TextSection) -> Callable[[UnitFacts, datetime], tuple[TextBlock, ...]]:
    """Return the function that makes a section of the card: KKA's texts of `section`, in the editor's order."""

    def make(facts: UnitFacts, _at: datetime) -> tuple[TextBlock, ...]:
        content = facts.records.get("kka")
        if not isinstance(content, PublishedContent):
            return ()
        return tuple(_block(text) for text in content.texts if text.section == section)

    return make


def _block(text: PublishedText) -> TextBlock:
    return TextBlock(
        id=text.id,
        heading=text.heading,
        ingress=text.ingress,
        html=text.html,
        hours=text.hours,
        contact=text.contact,
        links=tuple(TextLink(text=link.text, url=link.url) for link in text.links),
        files=tuple(TextFile(name=file.name, url=file.url) for file in text.files),
    )
