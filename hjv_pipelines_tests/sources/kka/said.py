"""Answers of KKA, written by hand from the project's profile (docs/contracts.md), and reading the one unit of one."""

from hjv_pipelines.sources.kka.answer import PROFILE, UnitAnswer, read_units
from hjv_pipelines.sources.kka.record import PublishedContent, PublishedText

UNIT, LENDER = "SE2321000016-A", "SE2321000016-B"
TEXT: dict[str, object] = {
    "id": "1",
    "section": "help",
    "heading": "Fotvård",
    "text": "<p>Vi tar hand om dina fötter.</p>",
}
OWN: dict[str, object] = {"id": "e1", "name": "Boka lokal", "url": "https://vard.example/boka"}

Found = list[tuple[str, str, str]]


def unit(*texts: object, hsa_id: str = UNIT, **members: object) -> dict[str, object]:
    """Return what is said of a unit for which `texts` are published."""
    return {"hsaId": hsa_id, "state": "published", "texts": list(texts), **members}


def answer(*units: object, **changes: object) -> dict[str, object]:
    """Return a whole answer that names `units` of a connected region."""
    whole = {"profile": PROFILE, "connected": True, "complete": True, "unitCount": len(units), "units": list(units)}
    return {**whole, "sharedTexts": [], **changes}


def only(said: object, **changes: object) -> tuple[PublishedContent | None, Found]:
    """Return the content of the one unit of an answer, and its findings as field, rule and value."""
    (read,) = read_units(answer(said, **changes))
    assert isinstance(read, UnitAnswer)
    return read.record, [(finding.field, finding.rule, finding.value) for finding in read.findings]


def text_of(**members: object) -> tuple[PublishedText | None, Found]:
    """Return the one text of a unit, which has `members` besides an id and a section."""
    record, found = only(unit({**TEXT, **members}))
    assert record is not None
    return (record.texts[0] if record.texts else None), found
