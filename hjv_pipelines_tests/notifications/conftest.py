"""The receiver as it is served: a real server on a free port of loopback, over a real database, at one moment."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn

from hjv_pipelines.notifications.receiver import create_app
from hjv_pipelines.notifications.signature import HEADER, signed
from hjv_pipelines.settings import Settings

NOW = datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
SECRETS = {source: f"the secret of {source}, long enough" for source in ("hsa", "kka", "vaccinera")}


def settings_of(database_url: str, folder: Path, **changed: object) -> Settings:
    """Return settings with a secret for each source."""
    secrets = {f"notification_secret_{source}": secret for source, secret in SECRETS.items()}
    return Settings.model_validate({"database_url": database_url, "data_dir": folder, **secrets, **changed})


@contextmanager
def served(settings: Settings, clock: Callable[[], datetime] = lambda: NOW) -> Iterator[httpx.Client]:
    """Serve the receiver, at the moment `NOW` unless there is a clock, and give a client."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings, clock), log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def receiver(database_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """Give a client of the receiver over an empty inbox."""
    with served(settings_of(database_url, tmp_path)) as client:
        yield client


def post(receiver: httpx.Client, body: bytes, *, source: str = "hsa", **headers: str) -> httpx.Response:
    """Send a body, signed as it should be unless headers say otherwise."""
    usual = {"Content-Type": "application/json", HEADER: signed(SECRETS.get(source, ""), body, NOW)}
    return receiver.post(f"/v1/notifications/{source}", content=body, headers={**usual, **headers})
