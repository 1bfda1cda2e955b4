"""Trap 27: a number that HSA holds as not for the public is in no answer of the delivery, of no unit."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import orjson
import pytest

from hjv_pipelines.sources.source import Scope
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation

PRIVATE = re.compile(rb"nonPublicTelephoneNumber>\s*([^<]+?)\s*<")
OF_A_UNIT = ("/v1/cards/{}", "/v1/cards/{}/sources", "/v1/cards/{}/explain", "/v1/cards/{}/history", "/cards/{}")


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, database_server: str, migrated_template: str
) -> Iterator[tuple[set[str], httpx.Client]]:
    """Give the private numbers of the small nation, as digits, and the delivery over it."""
    with (
        served_nation(Path(tmp_path_factory.mktemp("nation"))) as settings,
        temporary_database(database_server, migrated_template) as database_url,
    ):
        whole = httpx.get(str(settings.hsa_file_url), timeout=60).content
        with ZipFile(BytesIO(whole)) as archive:
            found = PRIVATE.findall(archive.read(archive.namelist()[0]))
        flow = pipeline(settings, database_url)
        flow.import_source("hsa", Scope.nation(), RUN)
        flow.publish(Scope.nation(), RUN)
        with served(database_url) as delivery:
            yield {digits(number.decode())[-8:] for number in found}, delivery


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def test_no_private_number_is_in_any_answer(told: tuple[set[str], httpx.Client]) -> None:
    private, delivery = told
    assert private
    stream = delivery.get("/v1/cards", headers={"Accept": "application/x-ndjson"}).content
    hsa_ids = [card["hsa_id"] for card in map(orjson.loads, stream.splitlines()[1:-1])]
    answers = {
        "the stream": stream.decode(),
        "the feed": delivery.get("/v1/changes", params={"after": 0, "limit": 1000}).text,
        "the search": delivery.get("/v1/search", params={"limit": 100}).text,
        "the findings": delivery.get("/v1/findings", params={"limit": 1000}).text,
        "the register": delivery.get("/v1/kka/units", params={"limit": 1000}).text,
        **{
            path: delivery.get(path).text
            for hsa_id in hsa_ids[::10]
            for path in (at.format(hsa_id) for at in OF_A_UNIT)
        },
    }
    leaks = {where for where, answer in answers.items() if any(leaked(answer, number) for number in private)}
    assert leaks == set()


def leaked(answer: str, number: str) -> bool:
    """Tell whether the digits stand in an answer, however they are spaced."""
    return re.search(r"[\s-]*".join(number), answer) is not None
