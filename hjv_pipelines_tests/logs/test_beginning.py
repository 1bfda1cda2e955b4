"""Promised: a process logs JSON from its first line, whatever library sets up its log, and every line once."""

import json
import os
import subprocess
import sys

from hjv_pipelines.logs.beginning import START

PROGRAM = """
import logging
import uvicorn
from dagster._utils.log import configure_loggers, create_console_logger
uvicorn.Config("none")
configure_loggers()
logging.getLogger("uvicorn.error").info("by uvicorn")
logging.getLogger("dagster-webserver").info("by the UI")
logging.getLogger("dagster.daemon").info("by the daemon")
create_console_logger("dagster", "INFO").info("by a run")
logging.getLogger("hjv_pipelines.flow").info("by us")
raise ValueError("the end")
"""


def test_every_line_of_a_process_is_json_and_stands_once() -> None:
    environment = {**os.environ, "HJV_LOG_FORMAT": "json", "PYTHONPATH": str(START)}
    ended = subprocess.run(
        (sys.executable, "-c", PROGRAM),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert sorted(line["message"] for line in lines) == [
        *("The process ends by an error.", "by a run", "by the UI", "by the daemon", "by us", "by uvicorn"),
    ]
    (error,) = (line["error"] for line in lines if "error" in line)
    assert error.endswith("ValueError: the end")


def test_text_stays_text() -> None:
    environment = {**os.environ, "HJV_LOG_FORMAT": "text", "PYTHONPATH": str(START)}
    ended = subprocess.run(
        (sys.executable, "-c", "import logging; logging.getLogger('a').warning('as ever')"),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == "as ever\n"
