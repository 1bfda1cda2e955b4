"""Several sources in one run, and one of them fails: the others' cards are published in that run, once, and it says so.

The moment is 01:00, when four sources are imported together.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import dagster as dg
import pytest

from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.conftest import name_of, temporary_database
from hjv_pipelines_tests.orchestration.installation import Installation, installed, value

ELSEWHERE, FIRST, *OTHERS = REGION_KEYS
SOURCES = ("listing", "patient_survey", "waiting_times", "waiting_times_skane")
SHARED = (*SOURCES, "contact_cards")

FailedNight = tuple[Installation, dg.ExecuteInProcessResult]
Install = Callable[[Path], AbstractContextManager[Installation]]

MORE_THAN_ONCE = """
SELECT hsa_id FROM hjv.feed JOIN hjv.publications USING (publication_id) WHERE run_id = %(run_id)s
GROUP BY hsa_id HAVING count(*) > 1
"""


@pytest.fixture(scope="module")
def install(
    database_server: str, migrated_template: str, nation: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Install]:
    """Give what makes an installation that knows HSA's units and nothing else."""
    with temporary_database(database_server, migrated_template) as after_hsa:
        with installed(after_hsa, nation, tmp_path_factory.mktemp("hsa")) as fresh:
            assert fresh.launch("hsa_import").success

        @contextmanager
        def make(folder: Path) -> Iterator[Installation]:
            with (
                temporary_database(database_server, name_of(after_hsa)) as database_url,
                installed(database_url, nation, folder) as fresh,
            ):
                yield fresh

        yield make


@pytest.fixture(scope="module")
def one_region_refused(install: Install, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FailedNight]:
    """Give a night in which the first source's first region is refused (VP007)."""
    with install(tmp_path_factory.mktemp("region")) as fresh:
        fresh.faults.set("listing", Fault("fault", code="VP007", remaining=1))
        yield fresh, fresh.launch("timetable_import", assets=SHARED)


@pytest.fixture(scope="module")
def one_source_refused(install: Install, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FailedNight]:
    """Give a night in which the last source fails whole."""
    with install(tmp_path_factory.mktemp("source")) as fresh:
        fresh.faults.set("waiting_times_skane", Fault("forbidden"))
        yield fresh, fresh.launch("timetable_import", assets=SHARED)


@pytest.fixture(params=["one_region_refused", "one_source_refused"])
def failed_night(request: pytest.FixtureRequest) -> FailedNight:
    """Give each of the two nights."""
    night: FailedNight = request.getfixturevalue(request.param)
    return night


def materialised_in(night: FailedNight, asset: str) -> list[str | None]:
    installation, result = night
    materialisations = installation.instance.get_records_for_run(
        result.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
    )
    return [record.partition_key for record in materialisations.records if record.asset_key == dg.AssetKey(asset)]


def failure_text(night: FailedNight, step: str) -> str:
    failure = night[1].failure_data_for_node(step)
    assert failure is not None
    assert failure.user_failure_data is not None
    return str(failure.user_failure_data.description)


def cards_with(installation: Installation, *sections: str) -> int:
    with connect(installation.database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM hjv.cards c JOIN hjv.contents k ON k.content_hash = c.card_hash "
            "WHERE k.body::jsonb ?& %s",
            (list(sections),),
        ).fetchone()
    return int(row[0]) if row else 0


def test_the_run_fails_and_names_the_region(one_region_refused: FailedNight) -> None:
    assert not one_region_refused[1].success
    first_line, reason = failure_text(one_region_refused, "listing").splitlines()
    assert first_line.startswith("listing failed for 1 of 21 regions")
    assert FIRST in reason
    assert "VP007" in reason


def test_the_run_fails_and_names_the_source(one_source_refused: FailedNight) -> None:
    assert not one_source_refused[1].success
    assert "403" in failure_text(one_source_refused, "waiting_times_skane").splitlines()[0]


def test_the_other_sources_steps_run(failed_night: FailedNight) -> None:
    _, result = failed_night
    ended = [result.is_node_success(source) for source in SOURCES]
    assert ended.count(True) == len(SOURCES) - 1
    assert not result.is_node_success("contact_cards")


def test_what_came_is_published_in_that_run(failed_night: FailedNight) -> None:
    installation, _ = failed_night
    assert cards_with(installation, "listing", "patient_survey", "waiting_times") > 0


def test_every_card_is_published_once(failed_night: FailedNight) -> None:
    """Though several sources changed it: the last step to end publishes for all of them."""
    installation, result = failed_night
    with connect(installation.database_url) as connection:
        assert connection.execute(MORE_THAN_ONCE.encode(), {"run_id": result.run_id}).fetchall() == []


def test_the_cards_are_materialised_once_in_every_region(failed_night: FailedNight) -> None:
    assert sorted(map(str, materialised_in(failed_night, "contact_cards"))) == sorted(REGION_KEYS)


def test_only_the_region_that_failed_is_not_materialised(one_region_refused: FailedNight) -> None:
    assert sorted(map(str, materialised_in(one_region_refused, "listing"))) == [ELSEWHERE, *OTHERS]
    assert sorted(map(str, materialised_in(one_region_refused, "waiting_times"))) == sorted(REGION_KEYS)


def test_a_source_that_failed_whole_is_not_materialised(one_source_refused: FailedNight) -> None:
    assert materialised_in(one_source_refused, "waiting_times_skane") == []
    assert sorted(map(str, materialised_in(one_source_refused, "listing"))) == sorted(REGION_KEYS)


def test_when_hsa_fails_the_others_are_asked_about_the_units_known_before(install: Install, tmp_path: Path) -> None:
    with install(tmp_path) as fresh:
        fresh.faults.set("hsa_file", Fault("forbidden"))
        result = fresh.launch("timetable_import", assets=["hsa_units", "listing", "contact_cards"])
        assert not result.success
        assert result.is_node_success("listing")
        assert cards_with(fresh, "listing") > 0


def test_nobody_is_asked_before_hsa_ever_told_of_a_unit(installation: Installation) -> None:
    """Asked about no unit, a source would have told everything, and the first import would be over."""
    result = installation.launch("listing_import", region=FIRST)
    assert not result.success
    assert "import hsa first" in failure_text((installation, result), "listing")


def test_a_retry_asks_only_for_what_failed_and_the_cards_wait_for_it(install: Install, tmp_path: Path) -> None:
    """VP009 may pass: the step is tried again, and the other sources are imported meanwhile."""
    with install(tmp_path) as fresh:
        fresh.faults.set("listing", Fault("fault", code="VP009", remaining=4))
        night = fresh, fresh.launch("timetable_import", assets=SHARED)
        assert night[1].success
        assert night[1].retry_attempts_for_node("listing") == 1
        with connect(fresh.database_url) as connection:
            asked = connection.execute(
                "SELECT regions[1], outcome FROM hjv.imports WHERE source = 'listing' ORDER BY import_id"
            ).fetchall()
            assert asked == [(FIRST, "failed"), *((region, "done") for region in OTHERS), (FIRST, "done")]
            assert connection.execute(MORE_THAN_ONCE.encode(), {"run_id": night[1].run_id}).fetchall() == []
        assert set(materialised_in(night, "contact_cards")) == set(REGION_KEYS)
        skane = fresh.materialised("listing")["12-skane"]
        assert value(skane, "added") == value(skane, "dagster/partition_row_count") != 0
