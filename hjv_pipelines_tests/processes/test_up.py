"""Promised: `hjv up` in an empty folder serves the UI and the cards, refuses a second start, and leaves nothing.

With HJV_LOG_FORMAT=json all that any of its processes logs are lines of JSON.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import psutil
import pytest

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.environment import environment
from hjv_pipelines.processes.up import up
from hjv_pipelines.settings import Settings

UP = (sys.executable, "-m", "hjv_pipelines.cli", "up")
ENDING_SECONDS = 90


def test_a_data_folder_that_the_supervisor_cannot_take_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(HjvError, match="set HJV_DATA_DIR"):
        up(Settings(data_dir=tmp_path / "100%"))


def _with(settings: Settings) -> Mapping[str, str]:
    told = environment(settings, "")
    asked = {name: told[name] for name in told if name.endswith(("_PORT", "_SIZE", "HJV_DATA_DIR"))}
    return os.environ | asked | {"HJV_LOG_FORMAT": "json"}


def _lines(log: Path) -> list[dict[str, str]]:
    """Return what a process logged."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def _running_in(settings: Settings) -> list[psutil.Process]:
    """Return the processes that know the data folder from their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HJV_DATA_DIR") == str(settings.home):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.slow
def test_one_command_runs_everything_and_a_stop_leaves_nothing(settings: Settings) -> None:
    with subprocess.Popen(UP, env=_with(settings), stdout=subprocess.PIPE, text=True) as up:
        try:
            assert up.stdout
            said = []
            for line in up.stdout:
                said.append(line)
                if "cards are published" in line:
                    break
            else:
                pytest.fail("".join(said))
            ui = httpx.get(f"http://127.0.0.1:{settings.ui_port}/server_info", trust_env=False)
            cards = httpx.get(f"http://127.0.0.1:{settings.delivery_port}/", trust_env=False)
            second = subprocess.run(UP, env=_with(settings), capture_output=True, text=True, check=False)
            family = _running_in(settings)
        finally:
            up.send_signal(signal.SIGTERM)
        assert up.wait(ENDING_SECONDS) == 0
    assert ui.json()["dagster_webserver_version"]
    assert cards.is_success
    assert second.returncode == 1
    assert f"already running in {settings.home}" in second.stderr
    assert len(family) > 10
    assert psutil.wait_procs(family, timeout=ENDING_SECONDS)[1] == []
    assert _running_in(settings) == []
    names = ("delivery", "receiver", "code-server", "ui", "daemon", "worker-imports", "worker-notifications")
    logged = {name: _lines(settings.home / "logs" / f"{name}.log") for name in names}
    assert all(logged.values())
    assert all({"time", "level", "logger", "message"} <= set(line) for lines in logged.values() for line in lines)
    imported = [line for line in logged["worker-imports"] if line["message"].startswith("Imported: ")]
    assert imported[0]["source"] == "hsa"
    assert all(line["run_id"] for line in imported)
