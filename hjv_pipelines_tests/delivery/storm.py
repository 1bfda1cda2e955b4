"""A storm over the delivery: publishers, a delivery and consumers, and who of them is killed when.

Here: the programs in processes of their own, killed with SIGKILL, and rounds of a storm that end in a pause. Not here:
what is published (`publishers.py`), how a consumer lives (`consumers.py`), and promises.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from time import sleep
from types import TracebackType
from typing import Self

from hjv_pipelines.delivery.client import DeliveryClient
from hjv_pipelines.delivery.mirror import Mirror
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.retention.feed import forget_feed
from hjv_pipelines_tests.delivery.consumers import follow
from hjv_pipelines_tests.delivery.publishers import publish_storm
from hjv_pipelines_tests.ports import free_port

CONSUMERS = 10
DELIVERY = (sys.executable, "-m", "uvicorn", "--factory", "hjv_pipelines.delivery.app:create_app")
PUBLISHER = (sys.executable, "-m", "hjv_pipelines_tests.delivery.publishers")
MINUTES_A_ROUND = 100

WRITING = "SELECT FROM pg_stat_activity WHERE pid = %s AND backend_xid IS NOT NULL"


class Storm:
    """Rounds over one database: the copies stand in `folder`, and `lived` counts what happened to whom."""

    def __init__(self, database_url: str, folder: Path, seed: int) -> None:
        self.copies = [folder / f"copy {number}" for number in range(CONSUMERS)]
        self.lived: Counter[str] = Counter()
        self._database_url = database_url
        self._chance = Random(seed)
        self._port = free_port()
        self._running = ExitStack()
        self._delivery = self._started()

    def __enter__(self) -> Self:
        """Give the storm."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the delivery."""
        self._delivery.kill()
        self._running.close()

    def round(self, number: int, changes: int) -> None:
        """Let ten consumers follow what two publishers and a third, which is killed, say and take back.

        The delivery is killed meanwhile, and what the feed held before may be forgotten. At the end there is a pause:
        nobody publishes, and every consumer has been told all.
        """
        first = MINUTES_A_ROUND * number
        calm = Event()
        with ThreadPoolExecutor(CONSUMERS + 2) as workers:
            following = [
                workers.submit(follow, self._address, copy, Random(self._chance.random()), calm.is_set)
                for copy in self.copies
            ]
            publishing = [
                workers.submit(publish_storm, self._database_url, self._chance.randrange(10**6), changes, first)
                for _ in range(2)
            ]
            try:
                self._kill_a_publisher(first)
                self._kill_the_delivery()
                if self._chance.random() < 1 / 3:
                    self._forget()
                for done in publishing:
                    done.result()
            finally:
                calm.set()
            for one in following:
                self.lived += one.result()

    def copies_that_differ(self, cards: Mapping[str, bytes]) -> list[Path]:
        """Return the copies that hold anything but these cards, byte for byte."""
        with DeliveryClient(self._address) as delivery:
            return [copy for copy in self.copies if self._held(copy, delivery) != cards]

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _held(self, copy: Path, delivery: DeliveryClient) -> dict[str, bytes]:
        with Mirror(copy, delivery) as mirror:
            return dict(mirror.bodies)

    def _started(self) -> subprocess.Popen[bytes]:
        told = {"HJV_DATABASE_URL": self._database_url, "HJV_DELIVERY_REQUESTS_PER_MINUTE": "1000000"}
        command = (*DELIVERY, "--port", str(self._port), "--log-level", "error")
        return self._running.enter_context(subprocess.Popen(command, env=os.environ | told))

    def _kill_the_delivery(self) -> None:
        """Kill the delivery in the midst of its answers; another stands where it stood."""
        sleep(self._chance.uniform(0.2, 1.0))
        self._delivery.kill()
        self._delivery.wait()
        self.lived["deliveries killed"] += 1
        self._delivery = self._started()

    def _kill_a_publisher(self, first_minute: int) -> None:
        """Kill a publisher that has begun to write and has not committed."""
        told = (self._chance.randrange(10**6), first_minute, first_minute + MINUTES_A_ROUND)
        command = (*PUBLISHER, self._database_url, *map(str, told))
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE) as publisher,
            connect(self._database_url) as connection,
        ):
            assert publisher.stdout
            serving = int(publisher.stdout.readline())
            sleep(self._chance.uniform(0.1, 1.0))
            while connection.execute(WRITING, (serving,)).fetchone() is None:
                assert publisher.poll() is None, "The publisher died by itself."
            publisher.kill()
        self.lived["publishers killed"] += 1

    def _forget(self) -> None:
        with connect(self._database_url) as connection:
            forget_feed(connection, datetime.now(UTC) + timedelta(days=365))
        self.lived["times forgotten"] += 1
