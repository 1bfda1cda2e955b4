"""The delivery as it is served: a real server on a free port of loopback, over a real database.

Here: serving, and the small nation of `nation.py`. Not here: promises.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from pydantic import SecretStr

from hjv_pipelines.delivery.app import create_app
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.delivery.nation import NOW, publish_nation
from hjv_pipelines_tests.replicas import REPLICAS, in_turn


@contextmanager
def served(database_url: str, replicas: int = REPLICAS, **settings: object) -> Iterator[httpx.Client]:
    """Serve the delivery over a database, at the moment `NOW`, and give a client that follows no redirect."""
    chosen = Settings.model_validate({"database_url": SecretStr(database_url), **settings})
    with in_turn([create_app(chosen, lambda: NOW) for _ in range(replicas)]) as client:
        yield client


@pytest.fixture(scope="package")
def delivery(database_server: str, migrated_template: str) -> Iterator[httpx.Client]:
    """Give a client of the delivery over the small nation."""
    with temporary_database(database_server, migrated_template) as database_url:
        publish_nation(database_url)
        with served(database_url) as client:
            yield client
