"""What tests past one machine share: Redis as the broker."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import redis

from hjv_pipelines_tests.ports import free_port

REDIS = os.environ.get("HJV_TEST_REDIS") or shutil.which("redis-server")
"""Debian's package redis-server; `.ci/run` installs it."""


@contextmanager
def broker(host: str, folder: Path) -> Iterator[str]:
    """Give the address of a Redis that listens on `host` and keeps nothing."""
    port = free_port()
    command = (str(REDIS), "--port", str(port), "--bind", host, "--save", "", "--dir", str(folder))
    with subprocess.Popen((*command, "--protected-mode", "no"), stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(redis.Redis(host, port))
            yield f"redis://{host}:{port}/0"
        finally:
            process.terminate()


def _wait_for(client: redis.Redis) -> None:
    for _ in range(200):
        try:
            client.ping()
        except redis.ConnectionError:
            sleep(0.05)
        else:
            return
    raise AssertionError("Redis does not start.")
