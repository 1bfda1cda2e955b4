"""A section of the card as a page shows it that knows nothing of it: its heading, and each value with its label.

Here: reading both from the model, so that a new section is on the page at once. Not here: the sections that have a
template of their own (`templates/card_….html`), and the markup (`templates/card_section.html`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hjv_pipelines.cards.swedish import long_date
from hjv_pipelines.delivery import swedish


@dataclass(frozen=True, slots=True)
class LabelledValue:
    """A value as a sentence of a page says it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class PlainSection:
    """A section's heading and its values, in the model's order; none for a section that is not on the card."""

    heading: str
    values: tuple[LabelledValue, ...]


def plain_section(card: BaseModel, section: str) -> PlainSection:
    """Return the section of `card` that stands in its field `section`."""
    heading = _called(section, type(card).model_fields[section])
    return PlainSection(heading, tuple(_values(heading, getattr(card, section))))


def _values(label: str, value: object) -> Iterator[LabelledValue]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _values(_called(name, field), getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _values(label, one)
    elif value is not None and value != "":
        yield LabelledValue(label, _text(value))


def _text(value: object) -> str:
    match value:
        case bool():
            return "Ja" if value else "Nej"
        case datetime():
            return swedish.moment(value)
        case date():
            return long_date(value)
        case float():
            return f"{value:g}".replace(".", ",")
        case _:
            return str(value)


def _called(name: str, field: FieldInfo) -> str:
    """Return what people call a field: its description up to the first colon or full stop."""
    return re.split(r"[:.]", field.description or name, maxsplit=1)[0].strip()
