"""The sandbox nation as tests use it: served over real HTTP, imported by the real pipeline.

A small nation has some 600 units, every region, every kind of unit and every kind of dirt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hjv_pipelines.flow import Pipeline
from hjv_pipelines.sandbox.manifest import Size
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import SANDBOX_PATHS, Settings
from hjv_pipelines.store.ledger import Run

RUN = Run("test", "manual")


@contextmanager
def served_nation(folder: Path, size: Size = "small") -> Iterator[Settings]:
    """Make a nation in `folder`, serve it, and give settings whose sources ask it, without waiting."""
    create_nation(folder, size, now=datetime.now(UTC))
    app = create_app(open_nation(folder), folder, now=lambda: datetime.now(UTC))
    with running(app) as address:
        yield settings_asking(address, folder)


def settings_asking(address: str, folder: Path) -> Settings:
    """Return settings whose sources ask the sandbox at `address`, faster than the contracts allow."""
    urls = {name: address + path for name, path in SANDBOX_PATHS.items()}
    paces = {name: 1000.0 for name in Settings.model_fields if name.endswith("_calls_per_second")}
    return Settings.model_validate({"data_dir": folder, "hsa_unit_pause_seconds": 0.0, **paces, **urls})


def pipeline(settings: Settings, database_url: str) -> Pipeline:
    """Return the pipeline that `settings` describe, over the database."""
    return Pipeline.from_settings(settings, database_url)
