"""Trap 27: what is not for the public is in no answer of the delivery, of no unit; over the small nation.

`make soak` asks the same of the whole nation.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.private import OPERATOR, Private, asked_by_everybody, public_answers, published_nation

OF_THE_INNER = ("/v1/cards/{}/explain", "/v1/cards/{}/history", "/cards/{}/varfor")


@pytest.fixture(scope="module")
def nation(
    tmp_path_factory: pytest.TempPathFactory, database_server: str, migrated_template: str
) -> Iterator[tuple[Private, str]]:
    """Give what is private of the small nation, and the database in which it is published."""
    folder = Path(tmp_path_factory.mktemp("nation"))
    with (
        temporary_database(database_server, migrated_template) as database_url,
        published_nation(folder, database_url) as private,
    ):
        yield private, database_url


def test_there_is_something_to_hide(nation: tuple[Private, str]) -> None:
    private, _ = nation
    assert min(len(private.numbers), len(private.mails), len(private.hidden)) > 0
    number = next(iter(private.numbers))
    assert private.in_text(f"Ring {number[:3]}-{number[3:5]} {number[5:]}.") == {number}
    assert private.in_text("Född 811228-9874.") == {"811228-9874"}


def test_no_private_number_is_in_any_answer(nation: tuple[Private, str]) -> None:
    """Nor a mail address, a text for staff, a draft, an operator's name or a personal number."""
    private, database_url = nation
    with asked_by_everybody(database_url) as delivery:
        answers = public_answers(delivery, private.hidden, every=20)
        leaks = [(where, found) for where, told in answers if (found := private.in_text(told))]
    assert leaks == []


def test_no_hidden_unit_is_told_of(nation: tuple[Private, str]) -> None:
    private, database_url = nation
    with asked_by_everybody(database_url) as delivery:
        cards = {card["hsa_id"] for card in delivery.get("/v1/cards?limit=1000").json()["cards"]}
        assert cards
        assert cards & private.hidden == set()
        assert {delivery.get(f"/v1/cards/{unit}").status_code for unit in sorted(private.hidden)[:20]} == {404}


def test_who_may_look_behind_a_card_sees_nothing_private_either(nation: tuple[Private, str]) -> None:
    private, database_url = nation
    with served(database_url, delivery_tokens="nothing") as delivery:
        units = [card["hsa_id"] for card in delivery.get("/v1/cards?limit=1000").json()["cards"]][::20]
        paths = ["/v1/findings?limit=1000", "/v1/kka/units?limit=1000"]
        paths += [path.format(unit) for unit in units for path in OF_THE_INNER]
        leaks = [(path, found) for path in paths if (found := private.in_text(told_by(delivery, path)))]
    assert leaks == []


def told_by(delivery: httpx.Client, path: str) -> str:
    answer = delivery.get(path)
    assert answer.status_code == 200
    assert OPERATOR not in answer.text
    return answer.text
