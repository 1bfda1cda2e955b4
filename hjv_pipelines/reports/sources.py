"""`docs/sources.md`: what each source is, when and how it is asked, and what of it stands on the card.

Here: the document, made of the timetable, the registrations, the settings, the records and the card's model. `make
docs` writes it. Not here: any of those, and what is known and assumed of a contract (`docs/contracts.md`).
"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.provenance import card_fields, field_table, type_in_words
from hjv_pipelines.orchestration.presentation import presentation
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS, Interface, Registration
from hjv_pipelines.timetable import TIMETABLE, TimetableRow

_HEAD = """# Sources

Written by `make docs` from the code: change that, not this. What is known of each contract and what is assumed stands
in [contracts.md](contracts.md), how a source is added in [add-a-source.md](add-a-source.md). All times are Swedish;
every import takes place every day.
"""


def sources_document() -> str:
    """Return the whole document, in Markdown."""
    return "\n".join((_HEAD, *_timetable(), *(line for row in TIMETABLE for line in _source(row)), *_card()))


def _timetable() -> Iterator[str]:
    yield "## Timetable\n"
    yield "| source | asset | times | schedule | expected | regions |"
    yield "|---|---|---|---|---|---|"
    for row in TIMETABLE:
        yield (
            f"| [{REGISTRATIONS[row.source].title}](#{_anchor(row)}) | `{presentation(row.source).asset}` "
            f"| {_times(row)} | `{row.schedule}` | {_minutes(row.expected)} | {_regions(REGISTRATIONS[row.source])} |"
        )
    yield ""


def _source(row: TimetableRow) -> Iterator[str]:
    registration, shown = REGISTRATIONS[row.source], presentation(row.source)
    yield f"## {registration.title} (`{row.source}`)\n"
    yield f"{shown.description}\n"
    yield "| | |"
    yield "|---|---|"
    yield f"| system | {shown.system_description} |"
    yield f"| asset | `{shown.asset}`, behind `{shown.system}` |"
    yield f"| schedule | `{row.schedule}`, cron `{row.cron()}`: {_times(row)}; done within {_minutes(row.expected)} |"
    if row.content_age:
        yield f"| content | as it was {_minutes(row.content_age)} before the import |"
    yield f"| contract | {'; '.join(_interface(interface) for interface in registration.interfaces)} |"
    yield f"| regions | {_regions(registration)} |"
    yield f"| settings | {'<br>'.join(_settings(row.source, registration))} |\n"
    yield "| field of the record | type | meaning | on the card |"
    yield "|---|---|---|---|"
    for name, field in registration.record.model_fields.items():
        shown_in = ", ".join(_places(row.source, name)) or "-"
        meaning = _cell(field.description or "")
        yield f"| `{name}` | {_cell(type_in_words(field.annotation))} | {meaning} | {shown_in} |"
    yield ""


def _card() -> Iterator[str]:
    yield "## The card, field by field\n"
    yield field_table(ContactCard)


def _times(row: TimetableRow) -> str:
    return ", ".join(f"{moment:%H:%M}" for moment in row.times)


def _minutes(duration: timedelta) -> str:
    minutes = duration // timedelta(minutes=1)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _regions(registration: Registration) -> str:
    source = registration.build(Settings.model_construct())
    asked = "one by one" if source.by_region else "all at once"
    if source.regions == REGION_KEYS:
        return f"all {len(REGION_KEYS)}, {asked}"
    left_out = [f"`{key}`" for key in REGION_KEYS if key not in source.regions]
    if len(left_out) < len(source.regions):
        return f"all but {', '.join(left_out)}, {asked}"
    return ", ".join(f"`{key}`" for key in source.regions)


def _interface(interface: Interface) -> str:
    return f"{interface.name} ({'known, to the letter' if interface.official else 'assumed, a profile of ours'})"


def _settings(source: str, registration: Registration) -> Iterator[str]:
    """Give the source's settings: those that hold its addresses, and every other that begins with the same word."""
    fields = Settings.model_fields
    of_this = _starts(registration)
    of_others = {start for name, other in REGISTRATIONS.items() if name != source for start in _starts(other)}
    own = [name for name in fields if _longest_start(name, of_this | of_others) in of_this]
    for name in dict.fromkeys((*registration.addresses, *own)):
        meaning = fields[name].description if name in fields else "Address."
        yield f"`HJV_{name.upper()}`: {_cell(meaning or '')}"


def _starts(registration: Registration) -> set[str]:
    return {name.removesuffix("_url") for name in registration.addresses}


def _longest_start(name: str, starts: set[str]) -> str | None:
    """Return the longest of `starts` that `name` begins with: `waiting_times_skane_url` is none of `waiting_times`."""
    return max((start for start in starts if name.startswith(f"{start}_")), key=len, default=None)


def _places(source: str, field: str) -> Iterator[str]:
    """Give the places on the card that a field of the source's record comes to."""
    told = (
        card_field.marked
        for card_field in card_fields(ContactCard)
        if any(origin.source == source and field in origin.fields for origin in card_field.origins)
    )
    yield from dict.fromkeys(f"`{path}`" for path in told)


def _anchor(row: TimetableRow) -> str:
    """Return how GitHub and GitLab name the heading of a source."""
    heading = f"{REGISTRATIONS[row.source].title} ({row.source})".lower().replace(" ", "-")
    return "".join(letter for letter in heading if letter.isalnum() or letter in "-_")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(sources_document())
