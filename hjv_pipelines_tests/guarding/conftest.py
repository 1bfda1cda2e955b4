"""What the guard's promises share: a nation that was imported on its first day."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hjv_pipelines_tests.conftest import name_of, temporary_database
from hjv_pipelines_tests.guarding.days import Days, days_of, make_nation


@pytest.fixture(scope="session")
def first_day(
    database_server: str, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """Give the nation's folder, and the name of a database that holds it, imported and published."""
    nation = tmp_path_factory.mktemp("nation")
    make_nation(nation)
    with temporary_database(database_server, migrated_template) as url:
        with days_of(nation, tmp_path_factory.mktemp("first"), url) as days:
            assert days.told("hsa") == days.told("vaccinera") == ()
        yield nation, name_of(url)


@pytest.fixture
def days(database_server: str, first_day: tuple[Path, str], tmp_path: Path) -> Iterator[Days]:
    """Give an installation on its second day."""
    nation, template = first_day
    with temporary_database(database_server, template) as url, days_of(nation, tmp_path, url) as fresh:
        fresh.tomorrow()
        yield fresh
