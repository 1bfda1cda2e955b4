"""The receiver as it is served: a real server on a free port of loopback, over a real database, at one moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from hjv_pipelines.notifications.receiver import create_app
from hjv_pipelines.notifications.signature import HEADER, signed
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.replicas import REPLICAS, in_turn

NOW = datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
SECRETS = {source: f"the secret of {source}, long enough" for source in ("hsa", "kka", "vaccinera")}


def settings_of(database_url: str, folder: Path, **changed: object) -> Settings:
    """Return settings with a secret for each source."""
    secrets = {f"notification_secret_{source}": secret for source, secret in SECRETS.items()}
    return Settings.model_validate({"database_url": database_url, "data_dir": folder, **secrets, **changed})


@contextmanager
def served(
    settings: Settings, clock: Callable[[], datetime] = lambda: NOW, replicas: int = REPLICAS
) -> Iterator[httpx.Client]:
    """Serve the receiver, at the moment `NOW` unless there is a clock, and give a client."""
    with in_turn([create_app(settings, clock) for _ in range(replicas)]) as client:
        yield client


@pytest.fixture
def receiver(database_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """Give a client of two receivers over one empty inbox."""
    with served(settings_of(database_url, tmp_path), replicas=2) as client:
        yield client


def post(receiver: httpx.Client, body: bytes, *, source: str = "hsa", **headers: str) -> httpx.Response:
    """Send a body, signed as it should be unless headers say otherwise."""
    usual = {"Content-Type": "application/json", HEADER: signed(SECRETS.get(source, ""), body, NOW)}
    return receiver.post(f"/v1/notifications/{source}", content=body, headers={**usual, **headers})
