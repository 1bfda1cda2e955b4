"""KKA's unit register over HTTP: pages in one order, what is new, and the same bytes for as long as nothing changed."""

import httpx
import pytest

from hjv_pipelines_tests.delivery.nation import AS_OF, CLINIC, FEIGNED, HOSTILE, NEIGHBOUR, NOT_OPENED, UNMARKED

UNITS = "/v1/kka/units"
IN_ORDER = sorted((CLINIC, NEIGHBOUR, HOSTILE, NOT_OPENED))


def test_the_units_that_may_be_administered_stand_in_one_order(delivery: httpx.Client) -> None:
    page = delivery.get(UNITS).json()

    assert [unit["hsa_id"] for unit in page["units"]] == IN_ORDER
    assert (page["as_of"], page["made_at"], page["next"]) == (
        AS_OF.isoformat().replace("+00:00", "Z"),
        "2026-03-11T10:50:00Z",
        None,
    )


def test_a_unit_is_told_with_what_an_editor_needs(delivery: httpx.Client) -> None:
    (unit,) = delivery.get(UNITS, params={"new": "true"}).json()["units"]

    assert unit == {
        "hsa_id": NOT_OPENED,
        "name": "Nya mottagningen",
        "region": "01-stockholm",
        "municipality_code": "0180",
        "new": True,
        "registered_at": "2026-03-11T10:50:00Z",
        "first_registered_at": "2026-03-11T10:50:00Z",
        "visible": False,
        "failed_rules": ["started"],
    }


def test_units_that_were_there_before_are_not_new(delivery: httpx.Client) -> None:
    told = {unit["hsa_id"]: unit for unit in delivery.get(UNITS).json()["units"]}

    assert {hsa_id: unit["new"] for hsa_id, unit in told.items()} == {
        hsa_id: hsa_id == NOT_OPENED for hsa_id in IN_ORDER
    }
    assert (told[CLINIC]["visible"], told[CLINIC]["registered_at"]) == (True, "2026-03-10T11:00:00Z")


@pytest.mark.parametrize("asked", [{}, {"region": "01"}, {"region": "01-stockholm", "new": "false"}])
def test_the_pages_together_are_the_register(delivery: httpx.Client, asked: dict[str, str]) -> None:
    """Trap 40: a page that is full leads on, and the last one does not."""
    path, seen, pages = UNITS, [], 0
    while path:
        page = delivery.get(path, params={**asked, "limit": "3"} if path == UNITS else None).json()
        seen += [unit["hsa_id"] for unit in page["units"]]
        path, pages = page["next"], pages + 1

    assert (seen, pages) == (IN_ORDER, 2)


def test_another_region_has_none_of_them(delivery: httpx.Client) -> None:
    assert delivery.get(UNITS, params={"region": "12"}).json() == {
        "as_of": None,
        "made_at": None,
        "units": [],
        "next": None,
    }


def test_what_must_not_be_published_is_not_told(delivery: httpx.Client) -> None:
    """Trap 27: feigned units, and those that are not for the public."""
    text = delivery.get(UNITS).text

    assert FEIGNED not in text
    assert UNMARKED not in text


def test_a_page_that_kka_has_is_not_sent_again(delivery: httpx.Client) -> None:
    etag = delivery.get(UNITS).headers["ETag"]

    again = delivery.get(UNITS, headers={"If-None-Match": etag})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert delivery.get(UNITS, params={"limit": "1"}).headers["ETag"] != etag


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"region": "11"}, "12-skane"),
        ({"cursor": "Ä;'"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"new": "perhaps"}, "new"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_in_words(
    delivery: httpx.Client, asked: dict[str, str], named: str
) -> None:
    answer = delivery.get(UNITS, params=asked)

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert named in answer.json()["detail"]
