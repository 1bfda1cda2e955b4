"""What the parts stand on: the nation, its file, databases; each made when first wanted, and once.

Here: that, and the rounds. Not here: the measuring, and the whole installation (`installation.py`).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from hjv_pipelines.bench.answers import served_answers
from hjv_pipelines.bench.databases import temporary
from hjv_pipelines.bench.installation import Installation, empty_folder, installed
from hjv_pipelines.bench.progress import Bars
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.processes.sandbox import ensure_nation
from hjv_pipelines.sandbox.clock import generation_served_at
from hjv_pipelines.sandbox.hsa_file import FileShelf
from hjv_pipelines.sandbox.manifest import Manifest
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import SANDBOX_PATHS, Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import database
from hjv_pipelines.store.ledger import Run
from hjv_pipelines.store.migrate import migrate

Size = Literal["small", "national"]

RUN = Run("bench", "manual")


class Workshop:
    """The place of one run of the bench: the `size` of its nation, how many `rounds` and notification `trials`.

    `folder` keeps the nation for the next run. `floors` holds, by part, the floors in seconds that were measured so
    far, for a part whose own floor is their sum.
    """

    def __init__(self, folder: Path, size: Size, rounds: int, trials: int, bars: Bars, closing: ExitStack) -> None:
        self.size = size
        self.trials = trials
        self.bars = bars
        self.floors: dict[str, float] = {}
        self._rounds = rounds
        self._closing = closing
        self._installed = closing.enter_context(ExitStack())
        # What the environment says of an installation must not be measured, let alone written to.
        chosen = {"data_dir": folder / size, "sandbox_size": size, "sources": "sandbox", "database_url": None}
        self.settings = Settings().model_copy(update={**dict.fromkeys(SANDBOX_PATHS), **chosen})

    def rounds(self, what: str) -> Iterator[int]:
        """Give the rounds, with a bar that says what is measured."""
        return self.bars.track(range(self._rounds), what)

    @cached_property
    def nation(self) -> Path:
        """The folder of the synthetic nation."""
        with self.bars.doing("Making the nation"):
            ensure_nation(self.settings, lambda _: None)
        return self.settings.home / "sandbox"

    @cached_property
    def units(self) -> int:
        """How many units the nation has."""
        return Manifest.load(self.nation).units

    @cached_property
    def hsa_file(self) -> Path:
        """HSA's complete file of the nation, as the sandbox would serve it now."""
        archive = open_nation(self.nation)
        with self.bars.doing("Writing HSA's file"):
            generation = generation_served_at(datetime.now(UTC), units=archive.counts()["units"])
            return FileShelf(archive, self.nation).file(generation)

    @cached_property
    def answers(self) -> Path:
        """The folder of the answers that the sources have given so far, by service; they are given again as they were.

        The sandbox behind them is asked only what was never asked before.
        """
        return self._served[0]

    @cached_property
    def asking(self) -> Settings:
        """Settings whose sources ask those answers, and read HSA's file from disk, without any pace."""
        urls = {name: self._served[1] + path for name, path in SANDBOX_PATHS.items()}
        paces = {name: 1000.0 for name in Settings.model_fields if name.endswith("_calls_per_second")}
        unpaced = {**urls, **paces, "hsa_unit_pause_seconds": 0.0, "hsa_file_url": str(self.hsa_file)}
        return self.settings.model_copy(update=unpaced)

    @cached_property
    def migrated(self) -> str:
        """A database with our tables and nothing in them, to copy."""
        url = self._closing.enter_context(temporary(self._server))
        migrate(url)
        return url

    @cached_property
    def imported(self) -> str:
        """A database that holds what every source says, and no card yet, to copy."""
        url = self._closing.enter_context(temporary(self._server, self.migrated))
        pipeline = Pipeline.from_settings(self.asking, url)
        for name in self.bars.track(pipeline.source_names, "Importing every source"):
            pipeline.import_source(name, Scope.nation(), RUN)
        return url

    @cached_property
    def published(self) -> str:
        """A database with every card published."""
        url = self._closing.enter_context(temporary(self._server, self.imported))
        with self.bars.doing("Publishing the cards"):
            Pipeline.from_settings(self.asking, url).publish(Scope.nation(), RUN)
        return url

    @cached_property
    def installation(self) -> Installation:
        """An installation of the nation that was started for us, in a data folder that was empty but for its file."""
        assert self.hsa_file  # noqa: S101  it is written before the clock starts
        folder = empty_folder(self.settings.home / "installation", self.nation)
        settings = self.settings.model_copy(update={"data_dir": folder})
        with self.bars.doing("Starting an installation and importing the nation"):
            return self._installed.enter_context(installed(settings))

    def restart(self, **chosen: object) -> Installation:
        """Start the installation again with other settings, over what it holds, and return it."""
        settings = self.installation.settings.model_copy(update=chosen)
        self.stop()
        with self.bars.doing("Starting the installation again"):
            self.installation = self._installed.enter_context(installed(settings))
        return self.installation

    def stop(self) -> None:
        """Stop the installation where one runs, so that another has the machine to itself."""
        self._installed.close()

    def copy_of(self, template: str) -> AbstractContextManager[str]:
        """Give a database like the one at `template`, for the context's time."""
        return temporary(self._server, template)

    @cached_property
    def _served(self) -> tuple[Path, str]:
        folder = Path(self._closing.enter_context(TemporaryDirectory(prefix="hjv-bench-")))
        return folder, self._closing.enter_context(served_answers(self.nation, folder))

    @cached_property
    def _server(self) -> str:
        # A folder that the server's own user may enter, whoever owns the checkout.
        folder = self._closing.enter_context(TemporaryDirectory(prefix="hjv-bench-"))
        settings = self.settings.model_copy(update={"data_dir": Path(folder)})
        return self._closing.enter_context(database(settings))
