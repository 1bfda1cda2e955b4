"""An application in a process of its own, as the installation serves it, for as long as it is measured.

Here: starting it, and waiting until it answers. Not here: what it is asked (`delivery.py`, `receiver.py`).
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import sleep

import httpx

from hjv_pipelines.bench.installation import free_port, only_these
from hjv_pipelines.failures import HjvError

_START_SECONDS = 60


@contextmanager
def served(application: str, variables: Mapping[str, str], ready: str) -> Iterator[str]:
    """Serve an application in a process of its own, as the installation does, and give its address."""
    port = free_port()
    command = (sys.executable, "-m", "uvicorn", "--factory", application, "--port", str(port), "--no-access-log")
    with subprocess.Popen((*command, "--log-level", "warning"), env=only_these(variables)) as process:  # noqa: S603
        try:
            _wait_for(process, f"http://127.0.0.1:{port}", ready)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(process: subprocess.Popen[bytes], address: str, ready: str) -> None:
    for _ in range(_START_SECONDS * 20):
        if process.poll() is not None:
            break
        try:
            if httpx.get(address + ready, trust_env=False, timeout=2).is_success:
                return
        except httpx.HTTPError:
            sleep(0.05)
    raise HjvError(f"What is measured does not answer at {address}{ready}: see what it printed above.")
