"""The delivery as it is served: a real server on a free port of loopback, over a real database.

Here: serving, and the small nation of `nation.py`. Not here: promises.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from hjv_pipelines.delivery.app import create_app
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.delivery.nation import NOW, publish_nation


@contextmanager
def served(database_url: str, **settings: object) -> Iterator[httpx.Client]:
    """Serve the delivery over a database, at the moment `NOW`, and give a client that follows no redirect."""
    chosen = Settings.model_validate({"database_url": SecretStr(database_url), **settings})
    app = create_app(chosen, lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="package")
def delivery(database_server: str, migrated_template: str) -> Iterator[httpx.Client]:
    """Give a client of the delivery over the small nation."""
    with temporary_database(database_server, migrated_template) as database_url:
        publish_nation(database_url)
        with served(database_url) as client:
            yield client
