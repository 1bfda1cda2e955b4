"""The card's schema keeps what consumers were promised: fields come, and never go or become something else."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from hjv_pipelines.canonical import canonical_json
from hjv_pipelines.cards.schema import VERSION, breaking_changes, card_schema
from hjv_pipelines_tests.cards.units import a_unit, the_card

PROMISED = Path(__file__).parents[2] / "docs" / "schema" / f"card-{VERSION}.json"

HOW_TO = f"""
The card breaks what {PROMISED.name} promised. Either keep the field as it was, beside what is new, or make a new
version: raise VERSION in cards/schema.py, write the schema into docs/schema/card-{VERSION + 1}.json, keep the old file,
and tell consumers in docs/delivery.md how long the old version stays.
"""
HOW_TO_WRITE = f"The card has more than {PROMISED.name} tells, which breaks nobody: write card_schema() into it."


def promised() -> dict[str, Any]:
    return orjson.loads(PROMISED.read_bytes())


def test_no_consumer_is_broken() -> None:
    assert breaking_changes(promised(), card_schema()) == [], HOW_TO


def test_what_is_new_is_written_down() -> None:
    assert card_schema() == promised(), HOW_TO_WRITE


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(promised())


def test_a_card_is_what_the_schema_says() -> None:
    card = orjson.loads(canonical_json(the_card(a_unit(telephone_numbers=("+46812345600",)))))
    Draft202012Validator(promised()).validate(card)


def gone(schema: dict[str, Any]) -> None:
    del schema["$defs"]["Contact"]["properties"]["mail"]


def renamed(schema: dict[str, Any]) -> None:
    schema["$defs"]["Header"]["properties"]["title"] = schema["$defs"]["Header"]["properties"].pop("name")


def of_another_type(schema: dict[str, Any]) -> None:
    schema["$defs"]["PatientSurvey"]["properties"]["year"]["type"] = "string"


def optional(schema: dict[str, Any]) -> None:
    schema["$defs"]["Header"]["required"].remove("name")


def with_another_value(schema: dict[str, Any]) -> None:
    schema["$defs"]["Position"]["properties"]["system"]["enum"].append("WGS84")


def a_list(schema: dict[str, Any]) -> None:
    schema["properties"]["notice"] = {"type": "array", "items": {"$ref": "#/$defs/ShownNotice"}}


def in_a_choice(schema: dict[str, Any]) -> None:
    schema["$defs"]["Contact"]["properties"]["mail"]["anyOf"][0]["type"] = "integer"


@pytest.mark.parametrize("change", [gone, renamed, of_another_type, optional, with_another_value, a_list, in_a_choice])
def test_a_change_that_breaks_consumers_is_seen(change: Callable[[dict[str, Any]], None]) -> None:
    changed = deepcopy(promised())
    change(changed)
    assert breaking_changes(promised(), changed)


def a_new_field(schema: dict[str, Any]) -> None:
    schema["properties"]["pets"] = {"type": "boolean"}


def always_there(schema: dict[str, Any]) -> None:
    schema["required"].append("contact")


def with_fewer_values(schema: dict[str, Any]) -> None:
    schema["$defs"]["Position"]["properties"]["system"]["enum"].pop()


def with_a_renamed_model(schema: dict[str, Any]) -> None:
    text = orjson.dumps(schema).replace(b"#/$defs/Header", b"#/$defs/Top").replace(b'"Header":', b'"Top":')
    schema.update(orjson.loads(text))


@pytest.mark.parametrize("change", [a_new_field, always_there, with_fewer_values, with_a_renamed_model])
def test_a_change_that_breaks_nobody_is_let_through(change: Callable[[dict[str, Any]], None]) -> None:
    changed = deepcopy(promised())
    change(changed)
    assert breaking_changes(promised(), changed) == []
