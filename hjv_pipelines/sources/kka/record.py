"""What KKA says of a unit, typed: published texts, e-services of the unit's own and borrowed ones, their order.

Here: the fields, with their names in the profile. Not here: reading and cleaning them (`answer.py`), and what a card
shows of them (`cards/`).
"""

from typing import Literal

from hjv_pipelines.sources.source import Part, Record

TextSection = Literal["help", "news", "read_more", "your_visit", "seek_care", "practical_information"]
"""Det här kan du få hjälp med, Aktuellt, Läs mer, Ditt besök hos oss, Så söker du vård hos oss, Praktisk information;
on the card in this order.
"""

EServiceOrigin = Literal["1177", "kka", "borrowed"]
"""Whose e-service an entry is: 1177 e-tjänster's of this unit, the editors' own, or another unit's."""


class Link(Part):
    """A link under a text."""

    text: str
    """text: what to show."""
    url: str
    """url, http or https."""


class AttachedFile(Part):
    """A file under a text."""

    name: str
    """name: what to show."""
    url: str
    """url, http or https: where it is served."""


class PublishedText(Part):
    """A text in one of KKA's sections. Texts stand in the editor's order."""

    id: str
    """id: KKA's own; that of the shared text where it is one."""
    section: TextSection
    """section."""
    heading: str | None = None
    """heading, one line."""
    ingress: str | None = None
    """ingress: the introduction, plain text."""
    html: str | None = None
    """text: cleaned HTML of paragraphs, lists, emphasis, headings and links."""
    hours: str | None = None
    """hours: when it is offered, plain text with its line ends."""
    contact: str | None = None
    """contact: how to reach it, plain text with its line ends."""
    links: tuple[Link, ...] = ()
    """links, in order."""
    files: tuple[AttachedFile, ...] = ()
    """files, in order."""
    shared: bool = False
    """Whether it is a shared text of the region, shown by many units."""


class OwnEService(Part):
    """An e-service that the editors made: one without connection to 1177."""

    id: str
    """id: KKA's own."""
    name: str
    """name."""
    description: str | None = None
    """description, plain text."""
    url: str
    """url, http or https."""


class BorrowedEServices(Part):
    """E-services of another unit, shown by this one too."""

    lender: str
    """lender: the other unit's HSA-id, upper case."""
    resource_ids: tuple[str, ...] | None = None
    """services: the chosen ones' ids in 1177 e-tjänster; none where all are borrowed, also those to come."""


class EServiceKey(Part):
    """One e-service in the editor's order."""

    origin: EServiceOrigin
    """origin."""
    id: str
    """id: resourceId in 1177 e-tjänster, or KKA's own."""
    lender: str | None = None
    """lender: the other unit's HSA-id where it is borrowed."""


class PublishedContent(Record):
    """What the editors have published for one unit; what is only saved is not here."""

    texts: tuple[PublishedText, ...] = ()
    """texts, in the editor's order."""
    eservices: tuple[OwnEService, ...] = ()
    """eServices: the editors' own."""
    borrowed: tuple[BorrowedEServices, ...] = ()
    """borrowedEServices, by lender."""
    order: tuple[EServiceKey, ...] = ()
    """eServiceOrder: the editor's order of all e-services; empty where the editor gave none."""
