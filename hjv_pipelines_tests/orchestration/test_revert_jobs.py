"""What the command line does about a bad run, the launchpad does too: look, take it back, let go once it is mended."""

import pytest

from hjv_pipelines.orchestration.card_checks import CARD_CHECKS
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.guard.standing import Standing, standing
from hjv_pipelines_tests.orchestration.installation import Installation
from hjv_pipelines_tests.orchestration.test_guard_jobs import SKANE, cards, decide, held, launch, reason, shown

__all__ = ["held"]

WHY = {"why": "Half of a file.", "by": "Karin"}


def stands_held(installation: Installation) -> list[Standing]:
    with connect(installation.database_url) as connection:
        return standing(connection)


def test_a_bad_run_is_looked_at_taken_back_and_let_go_when_its_source_is_mended(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    hold = request.getfixturevalue("held")
    before = cards(installation)
    bad = decide(installation, hold, "allow")
    left = cards(installation)
    config = {"run_id": bad.run_id, "sources": ["hsa"], "regions": ["12"], **WHY}

    looked = launch(installation, "revert_run", "take_back", {**config, "step": "look"})
    assert looked.success
    assert (cards(installation), stands_held(installation)) == (left, [])
    assert f"{SKANE}" in shown(looked, "take_back")["reverted"]

    done = launch(installation, "revert_run", "take_back", {**config, "step": "revert"})
    assert done.success
    assert cards(installation) == before
    assert shown(done, "take_back")["by"] == "Karin"
    (stands,) = stands_held(installation)
    assert (stands.region, stands.reverted_by, stands.reason) == (SKANE, WHY["by"], WHY["why"])
    assert installation.materialised("contact_cards")[SKANE].metadata["appeared"].value == before - left
    assert installation.judged_since("contact_cards") == {check.check_key.name for check in CARD_CHECKS}

    assert launch(installation, "release_source", "let_go", {"source": "hsa", "region": "12", **WHY}).success
    assert stands_held(installation) == []


def test_what_cannot_be_reverted_or_released_is_said_in_words(installation: Installation) -> None:
    unknown = launch(installation, "revert_run", "take_back", {"run_id": "no such run", "step": "revert", **WHY})
    assert "imported nothing" in reason(unknown, "take_back")
    nowhere = launch(installation, "release_source", "let_go", {"source": "hsa", "region": "99", **WHY})
    assert "99" in reason(nowhere, "let_go")
    free = launch(installation, "release_source", "let_go", {"source": "hsa", "region": "12", **WHY})
    assert "No revert holds back hsa" in reason(free, "let_go")
