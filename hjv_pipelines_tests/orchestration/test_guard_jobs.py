"""What the command line does about a hold, the launchpad does too: it shows the plan, and keeps who decided and why."""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import pytest

from hjv_pipelines.orchestration.card_checks import CARD_CHECKS
from hjv_pipelines.orchestration.source_checks import NOTHING_HELD_BACK, source_checks
from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.guard.holds import Hold, State, holds
from hjv_pipelines_tests.orchestration.installation import Installation

SKANE = "12-skane"


@pytest.fixture
def held(installation: Installation) -> Hold:
    """Give a hold: half of HSA's units in Skåne would be gone."""
    installation.faults.set("hsa_file", Fault("late", remaining=1))
    assert installation.launch("hsa_import").success
    installation.faults.set("hsa_file", Fault("half", remaining=1))
    assert not installation.launch("hsa_import", region=SKANE).success
    (hold,) = in_state(installation, "held")
    return hold


def in_state(installation: Installation, state: State) -> list[Hold]:
    with connect(installation.database_url) as connection:
        return holds(connection, state)


def cards(installation: Installation) -> int:
    with connect(installation.database_url) as connection:
        row = connection.execute("SELECT count(card_hash) FROM hjv.cards WHERE region = %s", (SKANE,)).fetchone()
    assert row is not None
    return int(row[0])


def nothing_is_held_back(installation: Installation) -> bool:
    """Tell what the check's last verdict in the UI is."""
    key = dg.AssetCheckKey(dg.AssetKey("hsa_units"), NOTHING_HELD_BACK)
    (judged,) = installation.instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    assert judged.event
    assert judged.event.dagster_event
    return judged.event.dagster_event.asset_check_evaluation_data.passed


def launch(installation: Installation, job: str, op: str, config: Mapping[str, object]) -> dg.ExecuteInProcessResult:
    """Run a job as the launchpad does."""
    return installation.defs.resolve_job_def(job).execute_in_process(
        run_config={"ops": {op: {"config": dict(config)}}}, instance=installation.instance, raise_on_error=False
    )


def decide(installation: Installation, hold: Hold, decision: str) -> dg.ExecuteInProcessResult:
    config = {"hold": hold.hold_id, "decision": decision, "why": "The authority closed them.", "by": "Karin"}
    return launch(installation, "decide_hold", "decide", config)


def shown(result: dg.ExecuteInProcessResult, op: str) -> dict[str, str]:
    """Return what the run's output shows."""
    (event,) = (event for event in result.filter_events(lambda event: event.is_successful_output))
    return {name: str(told.value) for name, told in event.step_output_data.metadata.items()}


def test_allowing_merges_what_was_shown_and_publishes(installation: Installation, held: Hold) -> None:
    before = cards(installation)
    result = decide(installation, held, "allow")
    assert result.success
    told = shown(result, "decide")
    assert "units would be gone" in told["plan"]
    assert (told["by"], told["why"]) == ("Karin", "The authority closed them.")
    (allowed,) = in_state(installation, "allowed")
    assert (allowed.decided_by, allowed.reason) == ("Karin", "The authority closed them.")
    assert 0 < cards(installation) < before
    removed = installation.materialised("hsa_units")[SKANE].metadata["removed"].value
    withdrawn = installation.materialised("contact_cards")[SKANE].metadata["withdrawn"].value
    assert (int(str(removed)) > 0, withdrawn) == (True, before - cards(installation))
    assert nothing_is_held_back(installation)
    assert installation.judged_since("hsa_units") >= {check.check_key.name for check in source_checks("hsa")}
    assert installation.judged_since("contact_cards") == {check.check_key.name for check in CARD_CHECKS}


def test_rejecting_forgets_it_and_changes_nothing(installation: Installation, held: Hold) -> None:
    before = cards(installation)
    assert not nothing_is_held_back(installation)
    assert decide(installation, held, "reject").success
    assert nothing_is_held_back(installation)
    (rejected,) = in_state(installation, "rejected")
    assert (rejected.decided_by, cards(installation)) == ("Karin", before)


def test_what_the_store_has_moved_on_from_is_refused_in_words(installation: Installation, held: Hold) -> None:
    assert decide(installation, held, "reject").success
    result = decide(installation, held, "allow")
    assert not result.success
    assert f"Hold {held.hold_id} is rejected" in reason(result, "decide")


@pytest.mark.parametrize("wrong", [{"hold": 0}, {"why": ""}, {"by": ""}], ids=lambda wrong: next(iter(wrong)))
def test_a_config_that_says_too_little_decides_nothing(installation: Installation, wrong: dict[str, object]) -> None:
    config = {"hold": 1, "decision": "reject", "why": "A broken export.", "by": "Karin", **wrong}
    result = launch(installation, "decide_hold", "decide", config)
    failure = result.failure_data_for_node("decide")
    assert failure is not None
    assert next(iter(wrong)) in str(failure.error)


def test_a_decision_that_is_none_is_refused_in_the_launchpad(installation: Installation) -> None:
    config = {"hold": 1, "decision": "perhaps", "why": "A broken export.", "by": "Karin"}
    with pytest.raises(dg.DagsterInvalidConfigError):
        launch(installation, "decide_hold", "decide", config)


def test_an_import_can_be_looked_at_before_it_counts(installation: Installation, tmp_path: Path) -> None:
    installation.faults.set("hsa_file", Fault("late", remaining=1))
    assert installation.launch("hsa_import").success
    before = cards(installation)
    result = launch(installation, "plan_import", "plan", {"source": "hsa", "regions": ["12"]})
    assert result.success
    (hold,) = in_state(installation, "held")
    told = shown(result, "plan")
    assert (hold.region, cards(installation)) == (SKANE, before)
    assert f"|{hold.hold_id}|hsa|{SKANE}|" in told["holds"].replace(" ", "")
    assert "| Cards |" in told[f"plan of hold {hold.hold_id}"]
    assert decide(installation, hold, "allow").success


def test_a_source_that_does_not_answer_is_told_in_words(installation: Installation) -> None:
    installation.faults.set("hsa_file", Fault("truncated"))
    result = launch(installation, "plan_import", "plan", {"source": "hsa", "regions": ["12"]})
    assert not result.success
    assert "HSA" in reason(result, "plan")
    assert "There is no source" in reason(launch(installation, "plan_import", "plan", {"source": "nosuch"}), "plan")


def reason(result: dg.ExecuteInProcessResult, op: str) -> str:
    failure = result.failure_data_for_node(op)
    assert failure is not None
    assert failure.user_failure_data is not None
    return str(failure.user_failure_data.description)
