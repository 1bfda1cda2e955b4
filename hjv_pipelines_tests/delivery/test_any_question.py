"""Whatever is asked, of every operation: an answer that the description tells of, and never an error of our own.

schemathesis makes the questions of the description: its examples, every parameter at and beyond its bounds, and words
of chance; and asks without a token, and with a wrong one, wherever one is needed.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hjv_pipelines_tests.delivery.examples import delivery_of_examples

HOW = Path(__file__).with_name("schemathesis.toml")
SCHEMATHESIS = (sys.executable, "-m", "schemathesis.cli", "--config-file", str(HOW), "run", "--no-color")


@pytest.fixture
def delivery(database_server: str, migrated_template: str) -> Iterator[httpx.Client]:
    """Give a client, with a token, of a delivery that answers nobody without one."""
    with delivery_of_examples(database_server, migrated_template) as client:
        yield client


@pytest.mark.slow
def test_every_question_has_an_answer_that_the_description_tells_of(delivery: httpx.Client, tmp_path: Path) -> None:
    token = f"Authorization: {delivery.headers['Authorization']}"
    asking = subprocess.run(
        [*SCHEMATHESIS, "--header", token, f"{delivery.base_url}/openapi.json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asking.returncode == 0, asking.stdout + asking.stderr
    assert "12 selected / 12 total" in asking.stdout
