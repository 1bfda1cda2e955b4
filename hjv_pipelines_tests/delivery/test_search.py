"""The search over the API: every word, where and what is asked for, and the way to each card."""

import httpx
import pytest
from jsonschema import validate

from hjv_pipelines.delivery.search import SearchPage
from hjv_pipelines_tests.delivery.nation import CLINIC, NEIGHBOUR


def found(delivery: httpx.Client, **asked: str | int) -> list[str]:
    answer = delivery.get("/v1/search", params=asked)
    assert answer.status_code == 200
    validate(answer.json(), SearchPage.model_json_schema())
    return [unit["hsa_id"] for unit in answer.json()["units"]]


def test_a_unit_is_found_by_the_words_of_its_name_in_any_case(delivery: httpx.Client) -> None:
    assert found(delivery, q="vårdcentral DJURGÅRDENS") == [CLINIC]


def test_a_unit_is_found_by_its_municipality(delivery: httpx.Client) -> None:
    assert found(delivery, municipality="0180") == [CLINIC]


def test_a_unit_is_found_by_the_code_of_its_care_and_told_whole(delivery: httpx.Client) -> None:
    asked = {"kind": "91251008", "near": "59.33,18.09", "region": "01"}
    (unit,) = delivery.get("/v1/search", params=asked).json()["units"]
    assert 0 < unit.pop("kilometres") < 1
    assert unit == {
        "hsa_id": CLINIC,
        "card": f"/v1/cards/{CLINIC}",
        "region": "01-stockholm",
        "name": "Djurgårdens vårdcentral Stockholm",
        "kinds": [],
        "municipality": "Stockholm",
        "care": ["Fysioterapi"],
    }
    (other,) = delivery.get("/v1/search", params={"kind": "03"}).json()["units"]
    assert other["kinds"] == ["Distansenhet"]
    assert found(delivery, region="12") == []


def test_units_near_a_place_tell_how_far_away_they_are(delivery: httpx.Client) -> None:
    units = delivery.get("/v1/search", params={"near": "59.33,18.09", "q": "djurgårdens"}).json()["units"]
    assert {unit["hsa_id"] for unit in units} == {CLINIC, NEIGHBOUR}
    assert all(0 < unit["kilometres"] < 5 for unit in units)
    assert found(delivery, near="55.6,13.0") == []
    assert found(delivery, near="59.33,18.09", within="0.1") == []


def test_pages_of_the_answer_hold_every_unit_once(delivery: httpx.Client) -> None:
    whole = found(delivery, q="djurgårdens")
    seen, following = [], "/v1/search?limit=1&q=djurg%C3%A5rdens"
    while following:
        page = delivery.get(following).json()
        assert page["total"] == 2
        seen += [unit["hsa_id"] for unit in page["units"]]
        following = page["next"]
    assert seen == whole
    assert len(seen) == 2


def test_what_is_found_leads_to_its_card(delivery: httpx.Client) -> None:
    (unit,) = delivery.get("/v1/search", params={"q": CLINIC}).json()["units"]
    assert delivery.get(unit["card"]).json()["header"]["name"] == unit["name"]


@pytest.mark.parametrize(
    "asked",
    [{"near": "here"}, {"near": "91,0"}, {"near": "nan,nan"}, {"near": "1,2,3"}, {"kind": "%00"}, {"region": "x"}],
)
def test_what_cannot_be_read_is_refused(delivery: httpx.Client, asked: dict[str, str]) -> None:
    answer = delivery.get("/v1/search", params=asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("q", ["%", "_", "\\", "';--", "\x00", "å" * 100])
def test_no_word_is_more_than_a_word(delivery: httpx.Client, q: str) -> None:
    assert found(delivery, q=q) in ([], found(delivery))


def test_the_schema_of_the_card_is_served(delivery: httpx.Client) -> None:
    answer = delivery.get("/v1/schema/card")
    assert answer.headers["Content-Type"] == "application/schema+json"
    validate(delivery.get(f"/v1/cards/{CLINIC}").json(), answer.json())
