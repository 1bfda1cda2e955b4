"""A worker's children share a queue; whichever of them is killed, the others go on.

Where the broker is PostgreSQL, Celery's children take their tasks of one pipe, and guard it by semaphores. The idle
child that waits for the next task holds one. When that child is killed (by the kernel, for want of memory, say), nobody
lets go of it: all others wait for ever, and no run of the queue begins any more. Here: locks that end with their
holder. Not here: how a worker behaves otherwise (`broker.py`).
"""

import fcntl
from tempfile import TemporaryFile

from billiard.pool import Pool
from celery.concurrency import prefork


class LockOfTheLiving:
    """A lock among processes that the kernel takes from a holder that dies. It is handed on by fork alone."""

    def __init__(self) -> None:
        self._file = TemporaryFile(prefix="hjv-lock-")  # noqa: SIM115  it lives as long as the lock

    def acquire(self) -> None:
        """Wait until no other process holds it."""
        fcntl.lockf(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        """Let go of it."""
        fcntl.lockf(self._file, fcntl.LOCK_UN)

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class SurvivingPool(Pool):  # type: ignore[misc]
    """Billiard's pool with such locks on the queues of its children: of tasks, and of what became of them."""

    def _setup_queues(self) -> None:
        super()._setup_queues()
        self._inqueue._rlock = LockOfTheLiving()  # noqa: SLF001  billiard has no seam there
        self._outqueue._wlock = LockOfTheLiving()  # noqa: SLF001  likewise


class TaskPool(prefork.TaskPool):  # type: ignore[misc]
    """Celery's pool. One over Redis gives each child a pipe of its own, and needs no lock."""

    BlockingPool = SurvivingPool
