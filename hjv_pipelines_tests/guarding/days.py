"""A small nation over several days: each day HSA says something, it is imported by the real pipeline, and published.

Here: the days, what stands published, and what an operator does. Not here: what goes wrong on them, and promises.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from unittest.mock import patch

from typer.testing import CliRunner

from hjv_pipelines.cards.visibility import policy_of
from hjv_pipelines.cli import app
from hjv_pipelines.flow import Pipeline, guard_of
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.sandbox.unit import Profile, SandboxUnit
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import build_sources
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.guard.holds import Hold, holds
from hjv_pipelines.timetable import STOCKHOLM
from hjv_pipelines_tests.nation import RUN, settings_asking

SKANE, STOCKHOLM_REGION, HALLAND, GOTLAND = "12-skane", "01-stockholm", "13-halland", "09-gotland"

FIRST_NOON = datetime.now(STOCKHOLM).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=12)
"""Noon of the first day: HSA's file of 10:00 is served."""

CARDS = "SELECT hsa_id, card_hash FROM hjv.cards WHERE card_hash IS NOT NULL AND region = ANY(%s)"


@dataclass
class Days:
    """An installation on one of its days, at noon."""

    archive: Archive
    settings: Settings
    database_url: str
    noon: datetime = FIRST_NOON

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline that the settings describe, on this day."""
        sources, guard = build_sources(self.settings), guard_of(self.settings)
        return Pipeline(self.database_url, sources, policy_of(self.settings), lambda: self.noon, guard)

    @property
    def morning(self) -> datetime:
        """When HSA's administrators changed what today's file holds."""
        return self.noon - timedelta(hours=6)

    def tomorrow(self) -> None:
        """Let a day pass."""
        self.noon += timedelta(days=1)

    def units(self, county: str) -> list[SandboxUnit]:
        """Return HSA's units of a county."""
        return [unit for unit in self.archive.units(self.noon) if unit.profile.get("countyCode") == [county]]

    def say(self, units: Iterable[SandboxUnit], elements: Callable[[SandboxUnit], Profile]) -> None:
        """Let today's file say other `elements` of `units`."""
        for hsa_id, said in {unit.key: elements(unit) for unit in units}.items():
            self.archive.change(hsa_id, said, self.morning)

    def remove(self, units: Iterable[SandboxUnit]) -> None:
        """Let today's file name `units` no more."""
        for hsa_id in {unit.key for unit in units}:
            self.archive.remove(hsa_id, self.morning)

    def told(self, source: str = "hsa") -> tuple[Hold, ...]:
        """Import and publish what `source` says of the nation today; return what is held back."""
        imported = self.pipeline.import_source(source, Scope.nation(), RUN)
        self.pipeline.publish(Scope.nation(), RUN)
        assert {failure.scope for failure in imported.failures} == {Scope((hold.region,)) for hold in imported.held}
        return imported.held

    def cards(self, *regions: str) -> dict[str, str]:
        """Return the published cards of `regions`: HSA-id → hash."""
        with connect(self.database_url) as connection:
            return dict(connection.execute(CARDS, (list(regions),)).fetchall())

    def held(self) -> list[Hold]:
        """Return what waits for a decision."""
        with connect(self.database_url) as connection:
            return holds(connection)

    def hjv(self, *words: str) -> str:
        """Return what `hjv` prints; it must go well."""
        environment = {"HJV_DATABASE_URL": self.database_url, "HJV_DATA_DIR": str(self.settings.data_dir)}
        with patch.dict(os.environ, {**environment, "COLUMNS": "300"}):
            result = CliRunner().invoke(app, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output


def make_nation(folder: Path) -> None:
    """Write the nation of the first day."""
    create_nation(folder, "small", now=FIRST_NOON.astimezone(UTC))


@contextmanager
def days_of(nation: Path, folder: Path, database_url: str) -> Iterator[Days]:
    """Give an installation over a copy of `nation` in `folder`."""
    copytree(nation, folder / "sandbox")
    archive = open_nation(folder / "sandbox")
    days = Days(archive, Settings(), database_url)
    served = create_app(archive, folder / "sandbox", now=lambda: days.noon)
    with running(served) as address:
        days.settings = settings_asking(address, folder)
        yield days


def renamed(unit: SandboxUnit, hsa_id: str) -> SandboxUnit:
    """Return the unit under another HSA-id."""
    return replace(unit.changed({"unitHsaId": [hsa_id]}), hsa_id=hsa_id)
