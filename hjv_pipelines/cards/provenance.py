"""Where each field of a card comes from: declared once, on the card's model, and read from there by everyone.

Here: the marks `said_by` and `said_by_lender`, and what derives from them: the origins of every field, the sources
of every section, the documentation's table. Not here: the model (`model.py`) and when a source last spoke (the store).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from types import NoneType
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_TYPES: dict[object, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "true or false",
    date: "date",
    datetime: "moment",
    time: "time of day",
}


Told = Literal["unit", "lender"]
"""Of which unit a record tells: the card's own, or one that it borrows e-services of."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The record of `source` says it, in one or more of its `fields`: its record of the unit, or that of a lender."""

    source: str
    fields: tuple[str, ...]
    of: Told = "unit"


def said_by(source: str, *fields: str) -> Origin:
    """Mark a field of the card as said by `source`, in `fields` of its record: `said_by("hsa", "mail")`.

    The mark holds for everything inside the field, down to the next mark.
    """
    return Origin(source, fields)


def said_by_lender(source: str, *fields: str) -> Origin:
    """Mark a field of the card as said by what `source` tells of another unit: the one that lends its e-services."""
    return Origin(source, fields, of="lender")


@dataclass(frozen=True, slots=True)
class CardField:
    """A leaf of the card: its dotted `path` (lists are passed through), its type, its meaning, and who says it.

    `marked` is the path of the field that carries the mark: this one, or one that it is inside of.
    """

    path: str
    type: str
    description: str
    origins: tuple[Origin, ...]
    marked: str

    @property
    def section(self) -> str:
        """Return the section of the card that the field stands in."""
        return self.path.partition(".")[0]


def card_fields(card: type[BaseModel]) -> tuple[CardField, ...]:
    """Return every leaf of `card`, in the model's order."""
    return tuple(_leaves(card, "", (), ""))


def field_origins(card: type[BaseModel]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return, for every leaf's path, the pairs (source, field of its record) that it comes from."""
    return {
        field.path: tuple(dict.fromkeys((origin.source, name) for origin in field.origins for name in origin.fields))
        for field in card_fields(card)
    }


def section_sources(card: type[BaseModel], told: Told = "unit") -> dict[str, tuple[str, ...]]:
    """Return, for every section of the card, the sources that it comes from, in alphabetical order.

    Those that told of the unit itself, or those that told of its lenders.
    """
    sources: dict[str, set[str]] = {}
    for field in card_fields(card):
        of_told = (origin.source for origin in field.origins if origin.of == told)
        sources.setdefault(field.section, set()).update(of_told)
    return {section: tuple(sorted(names)) for section, names in sources.items()}


def field_table(card: type[BaseModel]) -> str:
    """Return the documentation's table of the card's fields, in Markdown."""
    rows = ["| field | meaning | said by |", "|---|---|---|"]
    for field in card_fields(card):
        said = "; ".join(map(_in_words, field.origins))
        rows.append(f"| `{field.path}` | {field.description.replace('|', '/')} | {said} |")
    return "\n".join(rows) + "\n"


def type_in_words(annotation: object) -> str:
    """Return a field's type for a reader of tables: `text`, `text, several`, `date`, …."""
    if annotation in _TYPES:
        return _TYPES[annotation]
    inner = [part for part in get_args(annotation) if part not in {NoneType, Ellipsis}]
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(str(value) for value in inner)
    if get_origin(annotation) is tuple:
        return f"{type_in_words(inner[0])}, several"
    return type_in_words(inner[0]) if inner else getattr(annotation, "__name__", str(annotation))


def _in_words(origin: Origin) -> str:
    whose = " of the lender" if origin.of == "lender" else ""
    return f"{origin.source}{whose}: {', '.join(origin.fields)}"


def _leaves(
    model: type[BaseModel], prefix: str, inherited: tuple[Origin, ...], inherited_from: str
) -> Iterator[CardField]:
    for name, field in model.model_fields.items():
        path = prefix + name
        marks = _marks(field)
        origins, marked = (marks, path) if marks else (inherited, inherited_from)
        inner = _model_inside(field.annotation)
        if inner is None:
            meaning = " ".join((field.description or "").split())
            yield CardField(path, type_in_words(field.annotation), meaning, origins, marked)
        else:
            yield from _leaves(inner, f"{path}.", origins, marked)


def _marks(field: FieldInfo) -> tuple[Origin, ...]:
    return tuple(mark for mark in field.metadata if isinstance(mark, Origin))


def _model_inside(annotation: object) -> type[BaseModel] | None:
    """Return the model that `annotation` is, or holds as an option or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_inside(part))), None)
