"""`hjv notify` and `hjv inbox`, run as a person runs them, against a receiver that is served."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.inbox.batches import finish, hand_out
from hjv_pipelines.store.inbox.troubles import fail
from hjv_pipelines_tests.notifications.conftest import served
from hjv_pipelines_tests.store.inbox.time import LEASE, RNG

A, B = "SE2321000016-A", "SE2321000016-B"

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hjv(database_url: str, tmp_path: Path) -> Iterator[Command]:
    """Give `hjv` of an installation in sandbox mode whose receiver is served."""
    settings = Settings.model_validate({"database_url": database_url, "data_dir": tmp_path})
    with served(settings, lambda: datetime.now(UTC)) as receiver:
        environment = {
            **os.environ,
            "HJV_DATABASE_URL": database_url,
            "HJV_DATA_DIR": str(tmp_path),
            "HJV_RECEIVER_PORT": str(receiver.base_url.port),
            "COLUMNS": "200",
        }

        def run(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
            command = (sys.executable, "-m", "hjv_pipelines.cli", *arguments)
            return subprocess.run(command, env={**environment, **changed}, capture_output=True, text=True, check=False)

        yield run


def test_notify_signs_as_the_source_does_and_the_inbox_shows_it(hjv: Command) -> None:
    answer = told(hjv("notify", "hsa", A.lower(), B, "--json"))
    assert (answer["hints"], answer["unknownHsaIds"]) == (2, [A, B])
    assert "2 hints" in hjv("notify", "kka", A, B).stdout

    assert {(hint["source"], hint["hsa_id"]) for hint in told(hjv("inbox", "list", "--json"))} == {
        *(("hsa", A), ("hsa", B)),
        *(("kka", A), ("kka", B)),
    }
    (hint,) = told(hjv("inbox", "list", "--source", "hsa", "--unit", A, "--state", "waiting", "--json"))
    assert (hint["origin"], hint["notification_id"]) == ("notification", answer["id"])
    assert told(hjv("inbox", "list", "--state", "done", "--json")) == []


def test_a_hint_that_was_set_aside_says_why_and_can_be_replayed(hjv: Command, connection: psycopg.Connection) -> None:
    hjv("notify", "hsa", A)
    batch = hand_out(connection, "hsa", 10, datetime.now(UTC), LEASE)
    assert batch is not None
    fail(connection, batch.batch_id, PermanentError("HSA refuses us."), datetime.now(UTC), RNG)

    listed = hjv("inbox", "list", COLUMNS="80").stdout.splitlines()
    assert any(A in line and "notification" in line and "set_aside" in line for line in listed)
    assert any(line.endswith("HSA refuses us.") for line in listed)
    assert told(hjv("inbox", "replay", "--unit", A, "--dry-run", "--json")) == {"hints": 1, "dry_run": True}
    assert told(hjv("inbox", "replay", "--until", "2020-01-01", "--json"))["hints"] == 0
    (hint,) = told(hjv("inbox", "list", "--state", "set_aside", "--json"))
    assert "1 hints wait" in hjv("inbox", "replay", str(hint["hint_id"])).stdout
    assert told(hjv("inbox", "list", "--json"))[0]["state"] == "waiting"


def test_the_inbox_alone_shows_how_much_waits_and_how_fast_it_went(
    hjv: Command, connection: psycopg.Connection
) -> None:
    assert "The inbox is empty" in hjv("inbox").stdout
    hjv("notify", "hsa", A, B)
    now = datetime.now(UTC)
    batch = hand_out(connection, "hsa", 1, now, LEASE)
    assert batch is not None
    finish(connection, batch.batch_id, now, now)
    shown = told(hjv("inbox", "show", "--json"))
    assert [(part["source"], part["state"], part["hints"]) for part in shown["depth"]] == [("hsa", "waiting", 1)]
    assert [(one["source"], one["hints"]) for one in shown["latency"]] == [("hsa", 1)]
    lines = hjv("inbox", COLUMNS="80").stdout.splitlines()
    assert [line.split()[:4] for line in lines if "p50" in line] == [["hsa", "notification", "1", "p50"]]
    assert not [line for line in lines if "…" in line]


@pytest.mark.parametrize(
    ("arguments", "changed", "sentence"),
    [
        (("notify", "hsa", "nonsense"), {}, "'nonsense' is not an HSA-id"),
        (("notify", "hsa", A), {"HJV_RECEIVER_PORT": "1"}, "No receiver answers"),
        (("notify", "hsa", A), {"HJV_SOURCES": "live", "HJV_DATA_DIR": "empty"}, "HJV_NOTIFICATION_SECRET_HSA"),
        (("notify", "hsa", A), {"HJV_NOTIFICATION_SECRET_HSA": "another"}, "refuses it (401)"),
        (("inbox", "list", "--unit", "x"), {}, "'x' is not an HSA-id"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(
    hjv: Command, arguments: tuple[str, ...], changed: dict[str, str], sentence: str
) -> None:
    failed = hjv(*arguments, **changed)
    assert failed.returncode == 1
    assert sentence in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("arguments", [("notify", "hsa"), ("notify", "listing", A), ("inbox", "replay")])
def test_wrong_usage_is_exit_2(hjv: Command, arguments: tuple[str, ...]) -> None:
    assert hjv(*arguments).returncode == 2


def test_doctor_tells_whose_notifications_would_be_refused(hjv: Command, tmp_path: Path) -> None:
    examined = {one["subject"]: one for one in json.loads(hjv("doctor", "--json", HJV_SOURCES="live").stdout)}
    assert examined["notifications of hsa"]["well"]  # its file stands in the data folder
    without = hjv("doctor", "--json", HJV_SOURCES="live", HJV_DATA_DIR=str(tmp_path / "empty"))
    lost = {one["subject"]: one for one in json.loads(without.stdout)}
    assert "HJV_NOTIFICATION_SECRET_KKA" in lost["notifications of kka"]["remedy"]


def told(process: subprocess.CompletedProcess[str]) -> Any:  # noqa: ANN401  JSON
    """Return the JSON that a command printed."""
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)
