"""Trap 50: a worker goes on whichever of its children is killed."""

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

import pytest

from hjv_pipelines.orchestration.broker import make_celery_app
from hjv_pipelines.orchestration.pool import SurvivingPool, TaskPool
from hjv_pipelines_tests.waiting import until

CHILDREN = 3


def answers_after_all_were_killed() -> list[int]:
    """Kill every child of a pool while it waits for a task; return what their successors answer.

    As a service manager starts a worker: an ignored SIGTERM stays ignored, and its children could not be ended by it.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    pool = SurvivingPool(processes=CHILDREN)
    try:
        assert pool.apply_async(abs, (-1,)).get(timeout=20) == 1
        killed = {child.pid for child in pool._pool}
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(pool._pool) == CHILDREN and killed.isdisjoint(child.pid for child in pool._pool))
        return [pool.apply_async(abs, (-number,)).get(timeout=20) for number in range(2 * CHILDREN)]
    finally:
        pool.terminate()


def test_children_that_are_killed_while_they_wait_for_a_task_keep_none_from_the_others() -> None:
    # In a process of its own, as a worker is: children inherit how the tests before left the signals.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as worker:
        assert worker.submit(answers_after_all_were_killed).result() == [*range(2 * CHILDREN)]


def test_workers_use_that_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HJV_CELERY_BROKER", "HJV_CELERY_BACKEND"):
        monkeypatch.setenv(name, "sqla+postgresql+psycopg2://postgres@/postgres")
    module, _, name = make_celery_app().conf.worker_pool.partition(":")
    assert (module, name) == (TaskPool.__module__, TaskPool.__qualname__)
    assert TaskPool.BlockingPool is SurvivingPool
