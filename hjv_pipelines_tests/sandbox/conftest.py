"""What the sandbox's tests share: a nation of three units, served on a free port at noon."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from lxml import etree

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.faults import Fault, Faults, Service
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines_tests.sandbox.tiny import CONTRACTS, NOON, at, tiny_archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Give the archive of the hand-made nation."""
    return tiny_archive(tmp_path)


@pytest.fixture
def client(archive: Archive, tmp_path: Path) -> Iterator[httpx.Client]:
    """Give a client of the sandbox, which answers on real loopback HTTP."""
    with (
        running(create_app(archive, tmp_path, now=at(NOON))) as address,
        httpx.Client(base_url=address, timeout=timedelta(seconds=20).total_seconds()) as opened,
    ):
        yield opened


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[Service, Fault], None]:
    """Give what breaks a service of the sandbox, from outside its process."""
    return Faults(tmp_path).set


@pytest.fixture
def official() -> Callable[[str], etree.XMLSchema]:
    """Give what reads an official schema; skip where the official texts are not at hand."""

    def read(path: str) -> etree.XMLSchema:
        if not CONTRACTS.is_dir():
            pytest.skip("the official schemas are not at hand")
        return etree.XMLSchema(etree.parse(CONTRACTS / path))

    return read
