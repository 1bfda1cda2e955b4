"""What a person writes in a launchpad is answered in words, and a run bears tags by which one finds it."""

from datetime import UTC, datetime

import dagster as dg
import psycopg
import pytest

from hjv_pipelines.orchestration.runs import UNITS
from hjv_pipelines.sandbox.manifest import expectations
from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines_tests.orchestration.installation import Installation


def launched(installation: Installation, job: str, step: str, config: dict[str, object]) -> dg.ExecuteInProcessResult:
    asked = {"ops": {step: {"config": config}}}
    return installation.defs.resolve_job_def(job).execute_in_process(
        asked, instance=installation.instance, raise_on_error=False
    )


def why_it_failed(result: dg.ExecuteInProcessResult) -> str:
    (failed,) = (event for event in result.all_events if event.is_step_failure)
    said = failed.step_failure_data.user_failure_data
    assert said is not None
    return str(said.description)


@pytest.mark.parametrize(
    ("hsa_ids", "answer"),
    [
        ([], "No unit is given: write the HSA-ids"),
        (["hello"], "'hello' is not an HSA-id: those look like"),
        ([f"SE2321000016-{number}" for number in range(501)], "501 units are too many for one run"),
    ],
    ids=["none", "a wrong one", "too many"],
)
def test_what_cannot_be_refreshed_is_answered_in_words(
    installation: Installation, hsa_ids: list[str], answer: str
) -> None:
    result = launched(installation, "refresh_units", "read_units_again", {"hsa_ids": hsa_ids})
    assert why_it_failed(result).startswith(answer)


def test_a_run_without_a_region_says_how_one_is_chosen(installation: Installation) -> None:
    result = installation.defs.resolve_job_def("hsa_import").execute_in_process(
        instance=installation.instance, raise_on_error=False
    )
    assert why_it_failed(result).startswith("No region was chosen. Choose one beside the launchpad's configuration")


@pytest.mark.parametrize(
    ("job", "begins"),
    [
        ("refresh_units", {"read_units_again": {"config": {"hsa_ids": []}}}),
        ("decide_hold", {"decide": {"config": {"hold": 0, "decision": "reject", "why": "", "by": ""}}}),
        ("plan_import", {"plan": {"config": {"source": "hsa", "regions": ["25-norrbotten"]}}}),
        ("drain_inbox", {"notifications": {"config": {"source": "hsa"}}}),
        ("revert_run", {"take_back": {"config": {"run_id": "", "step": "look", "why": "", "by": ""}}}),
        ("release_source", {"let_go": {"config": {"source": "", "region": "", "why": "", "by": ""}}}),
    ],
)
def test_the_launchpad_begins_with_what_is_to_be_filled_in(
    installation: Installation, job: str, begins: dict[str, object]
) -> None:
    config = installation.defs.resolve_job_def(job).run_config
    assert config is not None
    assert config["ops"] == begins


@pytest.mark.parametrize(
    ("job", "step", "config", "empty"),
    [
        ("decide_hold", "decide", {"hold": 0, "decision": "reject", "why": "", "by": "Karin"}, "hold, why"),
        ("revert_run", "take_back", {"run_id": "", "step": "revert", "why": "", "by": ""}, "run_id, why, by"),
        ("release_source", "let_go", {"source": "hsa", "region": "", "why": "It is mended.", "by": "Karin"}, "region"),
    ],
)
def test_what_was_left_empty_is_asked_for_in_words(
    installation: Installation, job: str, step: str, config: dict[str, object], empty: str
) -> None:
    assert why_it_failed(launched(installation, job, step, config)).startswith(f"Fill in {empty} in the launchpad")


def test_a_run_of_the_inbox_tells_how_many_units_it_read(
    installation: Installation, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HJV_INBOX_LINGER_SECONDS", "0")
    now = datetime.now(UTC)
    two = [unit.hsa_id for unit in expectations(installation.nation) if unit.verdict == "visible"][:2]
    add_hints(connection, "hsa", two, "notification", now, received_at=now)
    result = launched(installation, "drain_inbox", "notifications", {"source": "hsa"})
    run = installation.instance.get_run_by_id(result.run_id)
    assert run is not None
    assert run.tags[UNITS] == "2"
