"""The sandbox beside a command that needs it: used when it runs already, started for the command's time when not.

Here: making the nation when it is missing, and the sandbox's process. Not here: what it answers (`sandbox/`).
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import sleep

import httpx

from hjv_pipelines.failures import HjvError
from hjv_pipelines.settings import Settings

START_SECONDS = 30


@contextmanager
def sandbox(settings: Settings, progress: Callable[[str], None]) -> Iterator[None]:
    """Have the sandbox answer while the context lasts; nothing in live mode.

    `progress` is told in words what takes time. Raises `HjvError` when the sandbox does not start.
    """
    if settings.sources == "live":
        yield
        return
    ensure_nation(settings, progress)
    if _answers(settings):
        yield
        return
    command = (sys.executable, "-m", "hjv_pipelines.cli", "sandbox", "serve")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        progress("Starting the sandbox …")
        _wait_until_it_answers(settings, process)
        yield
    finally:
        process.terminate()
        process.wait()


def ensure_nation(settings: Settings, progress: Callable[[str], None]) -> None:
    """Make the synthetic nation in the data folder, unless one of the wanted size stands there."""
    from hjv_pipelines.sandbox.manifest import Manifest
    from hjv_pipelines.sandbox.nation import create_nation

    folder = settings.home / "sandbox"
    if (folder / "manifest.json").exists() and Manifest.load(folder).size == settings.sandbox_size:
        return
    create_nation(
        folder,
        settings.sandbox_size,
        now=datetime.now(UTC),
        progress=lambda units: progress(f"Making a synthetic Sweden: {units:,} units …"),
    )


def _wait_until_it_answers(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 10):
        if _answers(settings):
            return
        if process.poll() is not None:
            break
        sleep(0.1)
    raise HjvError("The sandbox does not start. Run `hjv sandbox serve` to see why.")


def _answers(settings: Settings) -> bool:
    try:
        address = f"http://{settings.host}:{settings.sandbox_port}/healthz"
        return httpx.get(address, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
