"""What the sandbox's nation holds that nobody may see, and everything that the delivery says to everybody.

Here: what is private, planted and read from the sources' own answers, and how it is found in an answer. Not here:
promises.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import orjson

from hjv_pipelines.cards.register import make_register
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.kka import publish_text, withdraw
from hjv_pipelines.sandbox.manifest import EXPECTATIONS, Size
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.consumers import add_consumer
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation

NUMBERS = re.compile(rb"nonPublicTelephoneNumber>\s*([^<]+?)\s*<")
MAILS = re.compile(rb"directoryContact>\s*([^<]+?)\s*<")
SENT_BY_MAIL = re.compile(r"[\w.+-]+@[\w.-]+\w")
PERSONAL_NUMBER = re.compile(r"(?<![\w-])(?:(?:19|20)(\d{6})-?(\d{4})|(\d{6})[-+](\d{4}))(?![\w-])")
"""A birthday (coordination numbers have 60 more days), and four digits of which the last proves the others."""

DRAFT = "Utkast som ingen ska se"
OPERATOR = "operator-som-ingen-ska-se"
OF_STAFF = ("Intern information för vårdpersonal", "För remittenter", "Visas inte.", "Ännu inte eller inte mer")
"""What Utbud says to staff alone, or of what is not offered now."""

DIGITS = 8
"""A number is known by its last digits, however it begins."""


@dataclass(frozen=True)
class Private:
    """What nobody may see: numbers (their last digits), mail addresses, words, and units without a card."""

    numbers: frozenset[str]
    mails: frozenset[str]
    words: tuple[str, ...]
    hidden: frozenset[str]

    def in_text(self, told: str) -> set[str]:
        """Return what of it stands in an answer, however its digits are spaced, and any personal number."""
        digits = re.sub(r"(?<=\d)[\s-]+(?=\d)", "", told)
        found = {number for number in _windows(digits) if number in self.numbers}
        found |= self.mails & set(SENT_BY_MAIL.findall(told))
        found |= {word for word in self.words if word in told}
        return found | {
            match[0] for match in PERSONAL_NUMBER.finditer(told) if _is_proved("".join(filter(None, match.groups())))
        }


@contextmanager
def published_nation(folder: Path, database_url: str, size: Size = "small") -> Iterator[Private]:
    """Import a nation of every source with drafts planted in KKA, publish it, and give what of it is private."""
    with served_nation(folder, size) as settings:
        private = Private(*_kept_in_hsa(settings), (DRAFT, OPERATOR, *OF_STAFF), _hidden(folder))
        _plant_drafts(folder)
        flow = pipeline(settings, database_url)
        for source in REGISTRATIONS:
            flow.import_source(source, Scope.nation(), RUN)
        flow.publish(Scope.nation(), RUN)
        with connect(database_url) as connection:
            make_register(connection, REGION_KEYS, RUN, lambda: datetime.now(UTC))
            add_consumer(connection, OPERATOR, datetime.now(UTC))
        yield private


@contextmanager
def asked_by_everybody(database_url: str) -> Iterator[httpx.Client]:
    """Give a client without a token, of a delivery that asks for one for what lies behind a card."""
    with served(database_url, delivery_tokens="inner", delivery_requests_per_minute=1_000_000) as delivery:
        yield delivery


def public_answers(delivery: httpx.Client, hidden: frozenset[str], every: int) -> Iterator[tuple[str, str]]:
    """Give all that is said to everybody, answer by answer, and by every so many units the pages of units."""
    for path in ("/", "/docs", "/openapi.json", "/v1/schema/card", "/healthz", "/readyz"):
        yield path, delivery.get(path).text
    stream = delivery.get("/v1/cards", headers={"Accept": "application/x-ndjson"}).text.splitlines()
    yield from (("the stream", line) for line in stream)
    yield from _pages(delivery, "/v1/search?limit=100")
    yield from _feed(delivery)
    units = [orjson.loads(line)["hsa_id"] for line in stream[1:-1]]
    for unit in (*units[::every], *sorted(hidden)[::every]):
        for path in (f"/v1/cards/{unit}", f"/v1/cards/{unit}/sources", f"/cards/{unit}", f"/cards?q={unit}&sida=1"):
            yield path, delivery.get(path).text


def _pages(delivery: httpx.Client, path: str | None) -> Iterator[tuple[str, str]]:
    while path:
        answer = delivery.get(path)
        yield path, answer.text
        path = answer.json()["next"]


def _feed(delivery: httpx.Client) -> Iterator[tuple[str, str]]:
    position, head = 0, 1
    while position < head:
        answer = delivery.get("/v1/changes", params={"after": position, "limit": 1000})
        yield f"the feed after {position}", answer.text
        position, head = answer.json()["position"], answer.json()["head"]


def _kept_in_hsa(settings: Settings) -> tuple[frozenset[str], frozenset[str]]:
    """Return HSA's numbers and mail addresses that are not for the public, from its file as it is sent."""
    whole = httpx.get(str(settings.hsa_file_url), timeout=600).content
    with ZipFile(BytesIO(whole)) as archive:
        told = archive.read(archive.namelist()[0])
    numbers = {re.sub(r"\D", "", found.decode())[-DIGITS:] for found in NUMBERS.findall(told)}
    return frozenset(numbers), frozenset(found.decode() for found in MAILS.findall(told))


def _hidden(folder: Path) -> frozenset[str]:
    expected = map(orjson.loads, (folder / EXPECTATIONS).read_bytes().splitlines())
    return frozenset(unit["hsa_id"] for unit in expected if unit["verdict"] == "hidden")


def _plant_drafts(folder: Path) -> None:
    """Let some units with a card have a text in KKA that was published once and is saved only."""
    archive, now = open_nation(folder), datetime.now(UTC)
    expected = map(orjson.loads, (folder / EXPECTATIONS).read_bytes().splitlines())
    shown = [unit["hsa_id"] for unit in expected if unit["verdict"] == "visible" and "kka" in unit.get("told", ())]
    for hsa_id in shown[:5]:
        publish_text(archive, hsa_id, {"id": "draft", "section": "news", "heading": DRAFT, "text": DRAFT}, now)
        withdraw(archive, hsa_id, now)


def _windows(digits: str) -> Iterator[str]:
    for run in re.findall(rf"\d{{{DIGITS},}}", digits):
        yield from (run[at : at + DIGITS] for at in range(len(run) - DIGITS + 1))


def _is_proved(number: str) -> bool:
    """Tell whether ten digits are a personal number: a birthday, and digits that Luhn's sum proves."""
    month, day = int(number[2:4]), int(number[4:6]) % 60
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(number))
    return 1 <= month <= 12 and 1 <= day <= 31 and sum(one // 10 + one % 10 for one in doubled) % 10 == 0
