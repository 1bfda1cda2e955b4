"""The JSON Schema of the card: made of the model, versioned, and compared with what consumers were promised.

Version 1 is docs/schema/card-1.json. A consumer that reads by it must be able to read every card that we publish:
fields may come, and never go or become something else. Here: the schema, and what of a change would break a consumer.
Not here: where it is served (`delivery/schema.py`).
"""

from collections.abc import Iterator
from typing import Any

from hjv_pipelines.cards.model import ContactCard

VERSION = 1
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def card_schema() -> Schema:
    """Return the schema of a published card. What is empty is left out of a card."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:hjv-pipelines:schema:card:{VERSION}",
        **ContactCard.model_json_schema(mode="validation"),
    }


def breaking_changes(promised: Schema, new: Schema) -> list[str]:
    """Return what would break a consumer that reads by `promised`, when cards are as `new` says; none is good.

    Breaking are a field that goes, one that may be left out where it never was before, and one whose values may be
    others than were promised.
    """
    return list(_broken(promised, new, promised, new, "card", frozenset()))


def _broken(
    promised: Schema, new: Schema, promised_whole: Schema, new_whole: Schema, path: str, seen: frozenset[str]
) -> Iterator[str]:
    # Names of models are ours to change; what they hold is not.
    name = promised.get("$ref", "")
    if name and name in seen:
        return
    one, other = _resolved(promised, promised_whole), _resolved(new, new_whole)
    seen |= {name}
    if one.get("type") != other.get("type"):
        yield f"{path}: was {one.get('type', 'several types')}, is {other.get('type', 'several types')}"
        return
    values: list[object] = other.get("enum", [])
    added = [value for value in values if value not in one.get("enum", values)]
    if added:
        yield f"{path}: values that were not promised: {', '.join(map(str, added))}"
    for constraint in ("format", "pattern", "const"):
        if one.get(constraint) is not None and one.get(constraint) != other.get(constraint):
            yield f"{path}: {constraint} was {one[constraint]}, is {other.get(constraint, 'not said')}"
    for field in sorted(set(one.get("required", ())) - set(other.get("required", ()))):
        yield f"{path}.{field}: was always there, may be left out"
    for field, schema in one.get("properties", {}).items():
        if field in other.get("properties", {}):
            yield from _broken(schema, other["properties"][field], promised_whole, new_whole, f"{path}.{field}", seen)
        else:
            yield f"{path}.{field}: is gone"
    if "items" in one and "items" in other:
        yield from _broken(one["items"], other["items"], promised_whole, new_whole, f"{path}[]", seen)
    yield from _broken_choices(one, other, promised_whole, new_whole, path, seen)


def _broken_choices(
    one: Schema, other: Schema, promised_whole: Schema, new_whole: Schema, path: str, seen: frozenset[str]
) -> Iterator[str]:
    """Yield the choices of `other` that are none of those that `one` promised."""
    promised = one.get("anyOf", [])
    for choice in other.get("anyOf", []):
        tried = [list(_broken(known, choice, promised_whole, new_whole, path, seen)) for known in promised]
        if [] not in tried:
            yield from min(tried, key=len, default=[f"{path}: may be what was not promised"])


def _resolved(schema: Schema, whole: Schema) -> Schema:
    reference = schema.get("$ref")
    return whole["$defs"][reference.removeprefix("#/$defs/")] if reference else schema
