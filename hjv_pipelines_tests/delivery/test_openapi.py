"""The description of the API: its examples are what the delivery answers, and what it says of answers is true."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from hjv_pipelines.delivery.app import create_api
from hjv_pipelines.delivery.examples import Example, examples
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.delivery.examples import ASKED, delivery_of_examples, example

INNER = {"explain", "history", "units", "findings"}
OUTER = {"many_cards", "card", "sources", "changes", "search", "schema"}
OF_HEALTH = {"alive", "ready"}


@pytest.fixture(scope="module")
def delivery(database_server: str, migrated_template: str) -> Iterator[httpx.Client]:
    """Give a client of the delivery that the examples are of."""
    with delivery_of_examples(database_server, migrated_template) as client:
        yield client


def description(**settings: str) -> dict[str, dict[str, object]]:
    """Return the API's operations by their ids."""
    told = create_api(Settings.model_validate(settings)).openapi()
    return {operation["operationId"]: operation for path in told["paths"].values() for operation in path.values()}


@pytest.mark.parametrize("name", ASKED)
def test_an_example_is_what_the_delivery_answers(delivery: httpx.Client, name: str) -> None:
    """Where this fails, `make docs` writes the examples anew."""
    kept = examples()[name.split(".", maxsplit=1)[0]]
    assert Example(**example(delivery, ASKED[name])) in kept


def test_every_operation_has_an_example_of_a_good_answer() -> None:
    good = {operation for operation, shown in examples().items() if any(one.status == "200" for one in shown)}
    assert good | {"schema"} == set(description()) == INNER | OUTER | OF_HEALTH


def test_every_example_is_what_the_schema_says() -> None:
    told = create_api(Settings()).openapi()
    shown = list(with_examples(told["paths"]))
    for part in shown:
        Draft202012Validator({"components": told["components"], **part["schema"]}).validate(part["example"])
    assert len(shown) > len(ASKED)


def with_examples(told: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  whatever JSON holds
    """Give the parts of a description that have an example: answers and parameters."""
    inner = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    if isinstance(told, dict) and {"schema", "example"} <= set(told):
        yield told
        return
    for part in inner:
        yield from with_examples(part)


@pytest.mark.parametrize(
    ("setting", "closed"),
    [("auto", INNER), ("inner", INNER), ("everything", INNER | OUTER), ("nothing", set())],
)
def test_the_description_says_what_needs_a_token(setting: str, closed: set[str]) -> None:
    needing = {
        name
        for name, operation in description(delivery_tokens=setting).items()
        if operation.get("security") == [{"HTTPBearer": []}]
    }
    assert needing == closed


@pytest.mark.parametrize("token", [None, "Bearer hjv_wrong"])
@pytest.mark.parametrize("name", [name for name in ASKED if name.split(".")[0] not in OF_HEALTH])
def test_without_a_good_token_what_needs_one_is_not_answered(
    delivery: httpx.Client, name: str, token: str | None
) -> None:
    with httpx.Client(base_url=delivery.base_url, headers={"Authorization": token} if token else None) as stranger:
        told = example(stranger, ASKED[name])
    assert told["status"] == "401"
    assert set(told["answer"]) == {"title", "status", "detail", "instance"}
