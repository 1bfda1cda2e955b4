"""Promised: workers on several machines share a national import, and one that is killed costs nothing but time.

They share nothing but the database and the broker: each has a data folder, a DAGSTER_HOME and, where that is possible,
a network of its own. Needs Redis (Debian's package redis-server, or `HJV_TEST_REDIS`); `.ci/run` installs it.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import dagster as dg
import pytest

from hjv_pipelines.cards.published import region_figures
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.manifest import expectations
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.cluster.broker import REDIS, broker
from hjv_pipelines_tests.cluster.cluster import Cluster, cluster
from hjv_pipelines_tests.cluster.machines import machines
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.nation import RUN, settings_asking

pytestmark = [
    pytest.mark.skipif(REDIS is None, reason="no Redis here: apt-get install redis-server, or HJV_TEST_REDIS"),
    pytest.mark.slow,
]

ASSETS = ("hsa_units", "eservices", "contact_cards")
REGIONS_PER_RUN = 2
PATIENCE_SECONDS = 1800


@contextmanager
def installed(nation: Path, database_url: str, folder: Path, *workers: str) -> Iterator[Cluster]:
    """Give an installation over the nation that stands in `nation`, with a worker on each machine."""
    app = create_app(open_nation(nation), folder, now=lambda: datetime.now(UTC))
    with machines(*workers) as (here, *others), running(app, here.address) as address:
        asking = settings_asking(address, folder).model_copy(update={"cards_regions_per_run": REGIONS_PER_RUN})
        with broker(here.address, folder) as redis:
            shared = {**environment(asking, database_url), "HJV_CELERY_BROKER": redis}
            with cluster(here, others, shared, folder) as made:
                yield made


def under_way(cluster: Cluster, machine: str) -> list[dg.DagsterRun]:
    """Return the runs that a machine's worker is in the middle of, after some have ended well on both."""
    began, ended = (
        {run.run_id for run in cluster.runs(status)}
        for status in (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.SUCCESS)
    )
    enough = all(cluster.runs_of(name) & ended for name in cluster.workers)
    begun = [run for run in cluster.runs() if enough and run.run_id in began & cluster.runs_of(machine)]
    return [run for run in begun if not has_materialised(cluster, run)]


def has_materialised(cluster: Cluster, run: dg.DagsterRun) -> bool:
    """Tell whether a run has made what it is for: a backfill that wants nothing more of it does not have it retried."""
    made = dg.DagsterEventType.ASSET_MATERIALIZATION
    return bool(cluster.instance.get_records_for_run(run.run_id, of_type=made).records)


def lost_with(cluster: Cluster, machine: str) -> bool:
    """Kill a machine's worker if it is in the middle of a run; tell whether it was."""
    cluster.signal(machine, signal.SIGSTOP)
    if under_way(cluster, machine):
        cluster.signal(machine, signal.SIGKILL)
        return True
    cluster.signal(machine, signal.SIGCONT)
    return False


def survived(nation: Path, database_url: str, folder: Path) -> None:
    """Import the nation with two workers, kill one of them in the middle, and look at the cards."""
    with installed(nation, database_url, folder, "one", "two") as spread:
        backfill = spread.backfill(*ASSETS)
        spread.work_until(lambda: lost_with(spread, "one"), PATIENCE_SECONDS)
        (lost,) = under_way(spread, "one")
        spread.work_until(lambda: spread.is_complete(backfill), PATIENCE_SECONDS)
        told = spread.instance.get_run_by_id(lost.run_id)
        assert told is not None
        assert told.status is dg.DagsterRunStatus.FAILURE
        assert told.tags["dagster/auto_retry_run_id"] in spread.runs_of("two")
        assert numbers(database_url) == expected(nation)
        shared = cards(database_url)
        publish_anew(database_url)
        assert cards(database_url) == shared


def test_a_worker_that_is_killed_costs_no_card(database_url: str, tmp_path: Path) -> None:
    nation = tmp_path / "nation"
    create_nation(nation, "small", now=datetime.now(UTC))
    survived(nation, database_url, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_so_it_is_with_the_nation_and_two_workers_are_faster_than_one(
    database_server: str, migrated_template: str, tmp_path: Path
) -> None:
    nation = tmp_path / "nation"
    create_nation(nation, "national", now=datetime.now(UTC))
    seconds = {}
    for workers in (("one",), ("one", "two")):
        folder = tmp_path / str(len(workers))
        folder.mkdir()
        with temporary_database(database_server, migrated_template) as database_url:
            seconds[len(workers)] = took(nation, database_url, folder, *workers)
    sys.stdout.write(f"\nSeconds of the cards' backfill, by the number of workers: {seconds}.\n")
    with temporary_database(database_server, migrated_template) as database_url:
        survived(nation, database_url, tmp_path)


def took(nation: Path, database_url: str, folder: Path, *workers: str) -> int:
    """Return how many seconds the nation's cards took, of documents that stand in the store, with these workers."""
    with installed(nation, database_url, folder, *workers) as spread:
        documents = spread.backfill(*(asset for asset in ASSETS if asset != "contact_cards"))
        spread.work_until(lambda: spread.is_complete(documents), PATIENCE_SECONDS)
        began = monotonic()
        published = spread.backfill("contact_cards")
        spread.work_until(lambda: spread.is_complete(published), PATIENCE_SECONDS)
        return round(monotonic() - began)


def numbers(database_url: str) -> dict[str, int]:
    """Return the number of cards by region."""
    with connect(database_url) as connection:
        return {figures.region: figures.visible for figures in region_figures(connection)}


def expected(nation: Path) -> dict[str, int]:
    """Return the number of cards by region that the sandbox's manifest expects."""
    visible = [unit.region for unit in expectations(nation) if unit.verdict == "visible"]
    return {region: visible.count(region) for region in REGION_KEYS}


def cards(database_url: str) -> dict[str, str | None]:
    """Return what every card is, by unit: the hash of its content, or that it is hidden."""
    with connect(database_url) as connection:
        return dict(connection.execute("SELECT hsa_id, card_hash FROM hjv.cards").fetchall())


def publish_anew(database_url: str) -> None:
    """Forget all cards, and let this one process make them from the same documents."""
    with connect(database_url) as connection:
        connection.execute("TRUNCATE hjv.cards CASCADE")
    Pipeline.from_settings(Settings(), database_url).publish(Scope(REGION_KEYS), RUN)
