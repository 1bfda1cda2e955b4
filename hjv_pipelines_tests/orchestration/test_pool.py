"""Trap 50: a worker goes on whichever of its children is killed."""

import os
import signal
from collections.abc import Iterator

import pytest

from hjv_pipelines.orchestration.broker import make_celery_app
from hjv_pipelines.orchestration.pool import SurvivingPool, TaskPool
from hjv_pipelines_tests.waiting import until

CHILDREN = 3


@pytest.fixture
def pool() -> Iterator[SurvivingPool]:
    pool = SurvivingPool(processes=CHILDREN)
    yield pool
    pool.terminate()


def test_children_that_are_killed_while_they_wait_for_a_task_keep_none_from_the_others(pool: SurvivingPool) -> None:
    assert pool.apply_async(abs, (-1,)).get(timeout=20) == 1
    killed = {child.pid for child in pool._pool}
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(pool._pool) == CHILDREN and killed.isdisjoint(child.pid for child in pool._pool))

    assert [pool.apply_async(abs, (-number,)).get(timeout=20) for number in range(2 * CHILDREN)] == [*range(6)]


def test_workers_use_that_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HJV_CELERY_BROKER", "HJV_CELERY_BACKEND"):
        monkeypatch.setenv(name, "sqla+postgresql+psycopg2://postgres@/postgres")
    module, _, name = make_celery_app().conf.worker_pool.partition(":")
    assert (module, name) == (TaskPool.__module__, TaskPool.__qualname__)
    assert TaskPool.BlockingPool is SurvivingPool
