"""A region that fails costs no other: the others are published, the run fails, and says which and why."""

import re
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from hjv_pipelines.cards.published import region_figures
from hjv_pipelines.orchestration import failures
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.orchestration.installation import Installation, installed

FIRST, *OTHERS = REGION_KEYS


@pytest.fixture(scope="module")
def installation(
    database_server: str, migrated_template: str, nation: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Give an installation that knows HSA's units; the tests of this module share it."""
    with (
        temporary_database(database_server, migrated_template) as database_url,
        installed(database_url, nation, tmp_path_factory.mktemp("sandbox")) as fresh,
    ):
        assert fresh.launch("hsa_import").success
        yield fresh


@pytest.fixture(scope="module")
def one_region_refused(installation: Installation) -> dg.ExecuteInProcessResult:
    """Give the import of the e-services whose first call, and so first region, is refused (VP007)."""
    installation.faults.set("eservices", Fault("fault", code="VP007", remaining=1))
    return installation.launch("eservices_import")


def materialised_in(installation: Installation, result: dg.ExecuteInProcessResult, asset: str) -> set[str | None]:
    """Return the partitions of an asset that a run materialised."""
    materialisations = installation.instance.get_records_for_run(
        result.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
    )
    return {record.partition_key for record in materialisations.records if record.asset_key == dg.AssetKey(asset)}


def cards_with_services(installation: Installation) -> int:
    with connect(installation.database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash "
            "WHERE k.body::jsonb ? 'eservices'"
        ).fetchone()
    return int(row[0]) if row else 0


def failure_text(result: dg.ExecuteInProcessResult, step: str) -> str:
    failure = result.failure_data_for_node(step)
    assert failure is not None
    assert failure.user_failure_data is not None
    return str(failure.user_failure_data.description)


def test_the_run_fails_and_says_which_region_and_why(one_region_refused: dg.ExecuteInProcessResult) -> None:
    assert not one_region_refused.success
    first_line, *reasons = failure_text(one_region_refused, "eservices").splitlines()
    assert first_line.startswith("eservices failed for 1 of 22 regions")
    assert "materialise these regions" in first_line
    assert len(reasons) == 1
    assert FIRST in reasons[0]
    assert "VP007" in reasons[0]


def test_what_cannot_pass_is_not_tried_again(one_region_refused: dg.ExecuteInProcessResult) -> None:
    """Not authorised is permanent although the fault's code says Server (traps 42 and 46)."""
    assert not one_region_refused.retry_attempts_for_node("eservices")


def test_only_the_other_regions_are_materialised(
    installation: Installation, one_region_refused: dg.ExecuteInProcessResult
) -> None:
    assert materialised_in(installation, one_region_refused, "eservices") == set(OTHERS)


def test_their_cards_are_published(installation: Installation, one_region_refused: dg.ExecuteInProcessResult) -> None:
    assert set(OTHERS) <= materialised_in(installation, one_region_refused, "contact_cards")
    assert cards_with_services(installation) > 0


def test_the_region_that_failed_keeps_its_cards(
    installation: Installation, one_region_refused: dg.ExecuteInProcessResult
) -> None:
    """An outage is never a deletion (trap 6)."""
    assert not one_region_refused.success
    with connect(installation.database_url) as connection:
        visible = {figures.region: figures.visible for figures in region_figures(connection)}
    assert visible[FIRST] > 0


def test_every_check_is_judged_although_its_step_failed_or_never_began(
    installation: Installation, one_region_refused: dg.ExecuteInProcessResult
) -> None:
    """Dagster judges nothing behind a failed step, and shows all of that as failed."""
    judged = installation.verdicts(one_region_refused)
    assert {asset for asset, _ in judged} == {"eservices", "contact_cards"}
    assert {check for (_, check), passed in judged.items() if not passed} == {
        "no_region_is_left_failed",
        "every_region_was_imported_on_time",
    }


def test_materialising_the_failed_region_mends_it(
    installation: Installation, one_region_refused: dg.ExecuteInProcessResult
) -> None:
    assert not one_region_refused.success
    assert installation.launch("eservices_import", region=FIRST).success
    assert set(installation.materialised("eservices")) == set(REGION_KEYS)


def test_a_source_that_fails_as_a_whole_says_why_in_its_first_line(installation: Installation) -> None:
    installation.faults.set("hsa_file", Fault("forbidden", remaining=1))
    result = installation.launch("hsa_import")
    assert not result.success
    assert "403" in failure_text(result, "hsa_units").splitlines()[0]
    assert not materialised_in(installation, result, "hsa_units")
    assert not materialised_in(installation, result, "contact_cards")
    assert None not in installation.verdicts(result).values()


def test_a_failure_that_may_pass_is_tried_again_and_then_told_in_the_first_line(
    installation: Installation, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Traps 42 and 46: a page of HTML with HTTP 500, for as long as anybody asks."""
    monkeypatch.setattr(failures, "RETRIES", dg.RetryPolicy(max_retries=1, delay=0.01))
    installation.faults.set("vaccinera", Fault("500"))
    result = installation.launch("vaccinera_import")
    installation.faults.mend("vaccinera")
    assert result.retry_attempts_for_node("vaccination") == 1
    first_line = failure_text(result, "vaccination").splitlines()[0]
    assert re.fullmatch(r"Vaccinera at http://\S+: HTTP 500 .*\. Trying again later may help\.", first_line)
    assert waits
    assert not materialised_in(installation, result, "vaccination")
    assert None not in installation.verdicts(result).values()


def test_a_source_that_fails_does_not_hold_back_what_hsa_brought(
    database_url: str, nation: Path, tmp_path: Path
) -> None:
    """One run for everything: HSA answers, the e-services do not; the cards are published without them."""
    with installed(database_url, nation, tmp_path) as fresh:
        fresh.faults.set("eservices", Fault("forbidden"))
        result = fresh.launch("import_everything")
        assert not result.success
        assert "failed for 22 of 22 regions" in failure_text(result, "eservices")
        assert materialised_in(fresh, result, "contact_cards") == set(REGION_KEYS)
        assert None not in fresh.verdicts(result).values()
        with connect(database_url) as connection:
            assert all(figures.visible for figures in region_figures(connection))
