"""What the tests of the processes share: a data folder, free ports, and small programs in the real ones' place."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hjv_pipelines.processes.programs import Address, Program
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests import ports


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Give what finds a port that nobody listens on."""
    return ports.free_port


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a data folder that a database server of another user may enter, which pytest's own are not."""
    with TemporaryDirectory(prefix="hjv-tests-") as folder:
        yield Path(folder).resolve()


@pytest.fixture
def settings(home: Path, free_port: Callable[[], int]) -> Settings:
    """Give settings with a data folder and ports of the test's own."""
    return Settings(
        data_dir=home,
        sandbox_size="small",
        ui_port=free_port(),
        delivery_port=free_port(),
        receiver_port=free_port(),
        sandbox_port=free_port(),
        code_server_port=free_port(),
    )


@pytest.fixture
def web(free_port: Callable[[], int]) -> Callable[..., Program]:
    """Give what makes a program that answers over HTTP."""

    def make(name: str, *, after: str | None = None) -> Program:
        port = str(free_port())
        return Program(
            name,
            name.capitalize(),
            (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", port),
            Address(f"http://127.0.0.1:{port}/", "ui_port"),
            after=after,
        )

    return make


@pytest.fixture
def sleeper() -> Program:
    """Give a program that does nothing until it is told to stop, and has a child of its own that does the same."""
    family = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    return Program("sleeper", "Sleeper", (sys.executable, "-c", family))
