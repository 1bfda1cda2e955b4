"""The API of cards: same content, same bytes, same ETag; and a reason wherever there is no card."""

import hashlib

import httpx
import pytest

from hjv_pipelines.canonical import canonical_json
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines_tests.delivery.nation import (
    AS_OF,
    CLINIC,
    FEIGNED,
    FETCHED_AT,
    NEIGHBOUR,
    RUN,
    UNKNOWN,
    UNMARKED,
    WITHDRAWN,
)

PROBLEM_JSON = "application/problem+json"


def etag_of(delivery: httpx.Client) -> str:
    return delivery.get(f"/v1/cards/{CLINIC}").headers["ETag"]


def test_a_card_is_its_canonical_json(delivery: httpx.Client) -> None:
    answer = delivery.get(f"/v1/cards/{CLINIC}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content == canonical_json(ContactCard.model_validate_json(answer.content))
    assert answer.json()["header"]["name"] == "Djurgårdens vårdcentral Stockholm"


def test_the_etag_names_the_content(delivery: httpx.Client) -> None:
    answer = delivery.get(f"/v1/cards/{CLINIC}")

    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'


@pytest.mark.parametrize("condition", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
def test_a_consumer_that_has_the_card_is_not_sent_it_again(delivery: httpx.Client, condition: str) -> None:
    etag = etag_of(delivery)

    answer = delivery.get(f"/v1/cards/{CLINIC}", headers={"If-None-Match": condition.format(etag=etag)})

    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)


def test_a_consumer_that_has_another_card_is_sent_this_one(delivery: httpx.Client) -> None:
    answer = delivery.get(f"/v1/cards/{CLINIC}", headers={"If-None-Match": '"other"'})

    assert answer.status_code == 200
    assert answer.json()["hsa_id"] == CLINIC


def test_head_tells_the_etag_without_the_card(delivery: httpx.Client) -> None:
    answer = delivery.head(f"/v1/cards/{CLINIC}")

    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (200, b"", etag_of(delivery))


def test_a_card_is_asked_for_again_before_it_is_shown(delivery: httpx.Client) -> None:
    assert delivery.get(f"/v1/cards/{CLINIC}").headers["Cache-Control"] == "no-cache"


def test_every_section_says_where_it_came_from(delivery: httpx.Client) -> None:
    sources = delivery.get(f"/v1/cards/{CLINIC}/sources").json()

    said = {"as_of": AS_OF.isoformat(), "fetched_at": FETCHED_AT.isoformat(), "run_id": RUN.run_id}
    told = {name: value.replace("Z", "+00:00") for name, value in sources["sections"]["contact"][0].items()}
    assert told == {"source": "hsa", "hsa_id": CLINIC, **said}
    assert [(source["hsa_id"], source["source"]) for source in sources["sections"]["eservices"]] == [
        (CLINIC, "eservices"),
        (CLINIC, "kka"),
        (NEIGHBOUR, "eservices"),
        (NEIGHBOUR, "hsa"),
    ]
    assert set(sources["sections"]) == set(ContactCard.model_fields)


def test_a_card_leads_to_its_sources(delivery: httpx.Client) -> None:
    link = delivery.get(f"/v1/cards/{CLINIC}").headers["Link"]

    assert link == f'</v1/cards/{CLINIC}/sources>; rel="describedby"'


def test_a_source_that_never_told_of_a_unit_is_not_named(delivery: httpx.Client) -> None:
    assert delivery.get(f"/v1/cards/{NEIGHBOUR}/sources").json()["sections"]["offerings"] == []


@pytest.mark.parametrize("hsa_id", [UNKNOWN, UNMARKED, FEIGNED])
@pytest.mark.parametrize("resource", ["", "/sources"])
def test_a_unit_without_a_card_has_the_address_of_the_reason(
    delivery: httpx.Client, hsa_id: str, resource: str
) -> None:
    answer = delivery.get(f"/v1/cards/{hsa_id}{resource}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM_JSON)
    problem = answer.json()
    assert problem["instance"] == f"/v1/cards/{hsa_id}{resource}"
    assert delivery.get(problem["explain"]).json()["visible"] is False


def test_a_withdrawn_card_is_gone_with_the_reasons(delivery: httpx.Client) -> None:
    answer = delivery.get(f"/v1/cards/{WITHDRAWN}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (410, PROBLEM_JSON)
    problem = answer.json()
    assert (problem["title"], problem["status"]) == ("Gone", 410)
    assert problem["reasons"] == ["known_to_hsa"]
    assert problem["since"] == "2026-03-11T10:40:00Z"
    assert problem["explain"] == f"/v1/cards/{WITHDRAWN}/explain"


def test_nothing_of_a_unit_without_a_card_is_told(delivery: httpx.Client) -> None:
    """Closes trap 27: a feigned unit, and one that is not for the public."""
    for hsa_id, name in ((FEIGNED, "Hittepå"), (UNMARKED, "Interna"), (WITHDRAWN, "Nedlagda")):
        for path in (f"/v1/cards/{hsa_id}", f"/cards/{hsa_id}", f"/v1/cards/{hsa_id}/explain"):
            assert name not in delivery.get(path).text


def test_explain_gives_every_rule_with_its_value(delivery: httpx.Client) -> None:
    explanation = delivery.get(f"/v1/cards/{UNMARKED}/explain").json()

    failed = [rule for rule in explanation["rules"] if not rule["passed"]]
    assert [rule["rule"] for rule in failed] == ["destination", "care_type"]
    assert failed[0]["value"] == "01"
    assert "HSA Admin" in failed[0]["mend"]


def test_explain_gives_the_age_of_each_source(delivery: httpx.Client) -> None:
    sources = delivery.get(f"/v1/cards/{CLINIC}/explain").json()["sources"]

    assert {source["source"]: source["age_seconds"] for source in sources} == dict.fromkeys(
        (
            "eservices",
            "hsa",
            "kka",
            "listing",
            "offerings",
            "patient_survey",
            "vaccinera",
            "waiting_times",
            "waiting_times_skane",
        ),
        7200,
    )


@pytest.mark.parametrize("resource", ["", "/sources", "/explain"])
def test_an_hsa_id_in_lower_case_leads_to_the_one_address(delivery: httpx.Client, resource: str) -> None:
    """Closes trap 19 for those who ask."""
    answer = delivery.get(f"/v1/cards/{CLINIC.lower()}{resource}")

    assert (answer.status_code, answer.headers["Location"]) == (308, f"/v1/cards/{CLINIC}{resource}")


@pytest.mark.parametrize("spelling", ["SE123", "SE2321000016-ÅÄÖ", "%00", "a" * 5000])
def test_what_is_no_hsa_id_is_not_found(delivery: httpx.Client, spelling: str) -> None:
    answer = delivery.get(f"/v1/cards/{spelling}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM_JSON)
    assert "SE2321000016-1A2B" in answer.json()["detail"]
