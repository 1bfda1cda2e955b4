"""What the orchestration's tests share: a small nation, and installations over it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hjv_pipelines.sandbox.nation import create_nation
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.orchestration.installation import Installation, installed


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a small nation, written once."""
    folder = tmp_path_factory.mktemp("nation")
    create_nation(folder, "small", now=datetime.now(UTC))
    return folder


@pytest.fixture
def installation(database_url: str, nation: Path, tmp_path: Path) -> Iterator[Installation]:
    """Give a fresh installation, which holds nothing yet."""
    with installed(database_url, nation, tmp_path) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def imported(
    database_server: str, migrated_template: str, nation: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Give an installation that imported the nation from every source; tests of a module share it."""
    with (
        temporary_database(database_server, migrated_template) as database_url,
        installed(database_url, nation, tmp_path_factory.mktemp("sandbox")) as fresh,
    ):
        assert fresh.launch("import_everything").success
        yield fresh
