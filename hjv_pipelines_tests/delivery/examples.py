"""The questions behind the examples of the API's description, asked of the small nation.

    python -m hjv_pipelines_tests.delivery.examples hjv_pipelines/delivery/examples

writes them anew; `make docs` does. Here: the questions, and how an answer becomes a file. Not here: promises.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
import orjson

from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Finding
from hjv_pipelines.store.consumers import add_consumer
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.findings import record_findings_of_units
from hjv_pipelines.store.migrate import migrate
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import (
    AS_OF,
    CLINIC,
    HOSTILE,
    NOW,
    REGION,
    UNKNOWN,
    UNMARKED,
    WITHDRAWN,
    publish_nation,
)

FEED = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
"""The feed of the examples: each database names its own."""

NDJSON = "application/x-ndjson"
MAIL = Finding(
    field="mail",
    rule="mail_syntax",
    value="info(at)vard.example",
    mend="The region's HSA administrator, in HSA Admin, E-postadress: write one mail address.",
)


class Asked(NamedTuple):
    """A question to the operation at `path`: its parameters and the media type that is asked for."""

    path: str
    parameters: dict[str, str | int]
    accept: str = "application/json"


ASKED = {
    "many_cards.page": Asked("/v1/cards", {"region": "01", "limit": 1}),
    "many_cards.stream": Asked("/v1/cards", {}, NDJSON),
    "many_cards.no_region": Asked("/v1/cards", {"region": "99"}),
    "card.card": Asked("/v1/cards/{hsa_id}", {"hsa_id": CLINIC}),
    "card.none": Asked("/v1/cards/{hsa_id}", {"hsa_id": UNKNOWN}),
    "card.withdrawn": Asked("/v1/cards/{hsa_id}", {"hsa_id": WITHDRAWN}),
    "sources.of_a_card": Asked("/v1/cards/{hsa_id}/sources", {"hsa_id": CLINIC}),
    "explain.hidden": Asked("/v1/cards/{hsa_id}/explain", {"hsa_id": WITHDRAWN}),
    "history.of_a_unit": Asked("/v1/cards/{hsa_id}/history", {"hsa_id": WITHDRAWN, "limit": 5}),
    "changes.page": Asked("/v1/changes", {"feed": FEED, "after": 3, "limit": 2}),
    "changes.start_over": Asked("/v1/changes", {"feed": FEED, "after": 1000}),
    "search.found": Asked("/v1/search", {"q": "djurgården", "near": "59.33,18.09", "within": 5}),
    "units.page": Asked("/v1/kka/units", {"region": "01-stockholm", "limit": 2}),
    "findings.page": Asked("/v1/findings", {"region": "01-stockholm", "limit": 2}),
    "alive.alive": Asked("/healthz", {}),
    "ready.ready": Asked("/readyz", {}),
}
"""Operation, and what the example shows."""


@contextmanager
def delivery_of_examples(server: str, template: str | None = None) -> Iterator[httpx.Client]:
    """Give a client, with a token, of the delivery over the small nation."""
    with temporary_database(server, template) as database_url:
        migrate(database_url)
        publish_nation(database_url, without=frozenset({HOSTILE}))
        with connect(database_url) as connection:
            connection.execute("UPDATE hjv.feed_head SET feed_id = %s", (FEED,))
            record_findings_of_units(connection, "hsa", REGION, [UNMARKED], {UNMARKED: [MAIL]}, AS_OF)
            token = add_consumer(connection, "1177-web", NOW)
        with served(database_url, delivery_tokens="everything") as delivery:
            delivery.headers["Authorization"] = f"Bearer {token}"
            yield delivery


def example(delivery: httpx.Client, asked: Asked) -> dict[str, Any]:
    """Ask, and return the example as its file holds it."""
    query = {name: value for name, value in asked.parameters.items() if f"{{{name}}}" not in asked.path}
    answer = delivery.get(asked.path.format(**asked.parameters), params=query, headers={"Accept": asked.accept})
    media_type = answer.headers["Content-Type"]
    return {
        "status": str(answer.status_code),
        "media_type": media_type,
        "parameters": asked.parameters,
        "answer": answer.text if media_type == NDJSON else answer.json(),
    }


def write_examples(folder: Path) -> None:
    """Write every example into its file in `folder`."""
    with (
        TemporaryDirectory(prefix="hjv-examples-") as data,
        database(Settings(data_dir=Path(data))) as server,
        delivery_of_examples(server) as delivery,
    ):
        for name, asked in ASKED.items():
            told = orjson.dumps(example(delivery, asked), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
            folder.joinpath(f"{name}.json").write_bytes(told)


if __name__ == "__main__":
    write_examples(Path(sys.argv[1]))
