"""Findings over HTTP: pages in one order, chosen by region, source and rule, for those who are known."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from hjv_pipelines.sources.source import Finding
from hjv_pipelines.store.findings import record_findings_of_units
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import NOW

FINDINGS = "/v1/findings"
MAIL = Finding(field="mail", rule="mail_syntax", value="none", mend="Write one address.")
HOURS = Finding(field="surgeryHour", rule="time_span_syntax", value="8-16", mend="Write the hours again.")


@pytest.fixture
def delivery(database_url: str, connection: psycopg.Connection) -> Iterator[httpx.Client]:
    """Give a client of the delivery over three findings, in two regions and of two sources."""
    for source, region, unit, found in (
        ("hsa", "12-skane", "SE2321000016-A", [MAIL, HOURS]),
        ("kka", "14-vastra-gotaland", "SE2321000016-B", [MAIL]),
    ):
        record_findings_of_units(connection, source, region, [unit], {unit: found}, NOW)
    with served(database_url) as client:
        yield client


def test_a_finding_is_told_with_what_is_needed_to_mend_it(delivery: httpx.Client) -> None:
    (found, *_) = delivery.get(FINDINGS).json()["findings"]
    assert set(found) == {
        "source", "region", "hsa_id", "field", "rule", "value", "mend", "place", "refused", "times", "first_seen",
        "last_seen",
    }  # fmt: skip
    assert found["mend"]


def test_the_pages_together_are_all(delivery: httpx.Client) -> None:
    """Trap 40: a page that is full leads on, and the last one does not."""
    whole = delivery.get(FINDINGS).json()["findings"]
    path, seen = f"{FINDINGS}?limit=1", []
    while path:
        page = delivery.get(path).json()
        seen += page["findings"]
        path = page["next"]
    assert seen == whole
    assert len(whole) > 1


@pytest.mark.parametrize("name", ["region", "source", "rule"])
def test_they_are_chosen_by(delivery: httpx.Client, name: str) -> None:
    whole = delivery.get(FINDINGS).json()["findings"]
    asked = whole[0][name]
    chosen = delivery.get(FINDINGS, params={name: asked}).json()["findings"]
    assert chosen == [found for found in whole if found[name] == asked]
    other = "25" if name == "region" else "nosuch"
    assert delivery.get(FINDINGS, params={name: other}).json() == {"findings": [], "next": None}


def test_they_are_for_those_who_are_known(delivery: httpx.Client, database_url: str) -> None:
    with served(database_url, delivery_tokens="inner") as guarded:
        assert guarded.get(FINDINGS).status_code == 401


def test_a_region_that_is_none_is_refused(delivery: httpx.Client) -> None:
    assert delivery.get(FINDINGS, params={"region": "99"}).status_code == 422
