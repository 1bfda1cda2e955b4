"""Promised: programs start in their order, come back when they crash, and all stop together, leaving nothing."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest
import stamina

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.programs import Program
from hjv_pipelines.processes.readiness import start_in_order
from hjv_pipelines.processes.supervisor import Supervisor, log_of, supervised, write_configuration

MakeWeb = Callable[..., Program]

BENEATH = (Program("beneath", "Beneath", (sys.executable, "-c", "import time; time.sleep(600)")),)


def _tell_nobody(_ready: Program, _waiting: tuple[Program, ...]) -> None:
    """Nobody listens."""


def _family(supervisor: Supervisor) -> list[psutil.Process]:
    return psutil.Process(supervisor.process.pid).children(recursive=True)


def _answer(program: Program) -> int:
    assert program.address
    return httpx.get(program.address.url, trust_env=False).status_code


def test_a_stop_leaves_no_process(tmp_path: Path, web: MakeWeb, sleeper: Program) -> None:
    chosen = (web("web"), sleeper)
    with supervised(tmp_path, chosen, BENEATH, {}) as supervisor:
        start_in_order(supervisor, (*BENEATH, *chosen), _tell_nobody)
        family = _family(supervisor)
    assert len(family) == 4
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_a_program_starts_once_what_it_waits_for_answers(tmp_path: Path, web: MakeWeb) -> None:
    chosen = (web("second", after="first"), web("first"))
    order: list[str] = []
    with supervised(tmp_path, chosen, BENEATH, {}) as supervisor:
        start_in_order(supervisor, chosen, lambda ready, _waiting: order.append(ready.name))
        assert [_answer(program) for program in chosen] == [200, 200]
    assert order == ["first", "second"]


def test_a_program_that_is_killed_comes_back(tmp_path: Path, web: MakeWeb) -> None:
    program = web("web")
    with supervised(tmp_path, (program,), BENEATH, {}) as supervisor:
        start_in_order(supervisor, (program,), _tell_nobody)
        (running,) = [process for process in _family(supervisor) if "http.server" in process.cmdline()]
        running.kill()
        running.wait()
        for attempt in stamina.retry_context(on=httpx.ConnectError, timeout=60, attempts=200):
            with attempt:
                assert _answer(program) == 200


def test_a_program_that_cannot_start_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hjv_pipelines.processes.supervisor._ATTEMPTS", 0)
    broken = Program("broken", "The broken one", (sys.executable, "-c", "raise SystemExit('no such table')"))
    with (
        supervised(tmp_path, (broken,), BENEATH, {}) as supervisor,
        pytest.raises(HjvError, match=r"(?s)The broken one does not start.*no such table"),
    ):
        start_in_order(supervisor, (broken,), _tell_nobody)


def test_programs_are_told_their_environment_and_no_file_holds_it(tmp_path: Path) -> None:
    says = "import os, time; print(os.environ['HJV_DATABASE_URL'], flush=True); time.sleep(600)"
    teller = Program("teller", "Teller", (sys.executable, "-c", says))
    secret = {"HJV_DATABASE_URL": "postgresql://hjv:100%secret@db.example/hjv"}
    with supervised(tmp_path, (teller,), BENEATH, secret) as supervisor:
        start_in_order(supervisor, (teller,), _tell_nobody)
    assert log_of(tmp_path, "teller").read_text().strip() == secret["HJV_DATABASE_URL"]
    assert not [path for path in (tmp_path / "run").iterdir() if b"secret" in path.read_bytes()]


def test_the_configuration_is_for_its_owner_only(tmp_path: Path, sleeper: Program) -> None:
    assert write_configuration(tmp_path, (sleeper,), BENEATH).stat().st_mode & 0o077 == 0


def test_a_command_with_blanks_quotes_and_percent_signs_arrives_as_it_is(tmp_path: Path) -> None:
    words = ("two words", "it's", 'a "quote"', "100%", "%(here)s", ";")
    says = "import sys, time; print(sys.argv[1:], flush=True); time.sleep(600)"
    teller = Program("teller", "Teller", (sys.executable, "-c", says, *words))
    folder = tmp_path / "a folder"
    with supervised(folder, (teller,), BENEATH, dict(os.environ)) as supervisor:
        start_in_order(supervisor, (teller,), _tell_nobody)
    assert log_of(folder, "teller").read_text().strip() == str(list(words))


def test_a_data_folder_too_deep_for_a_socket_works(tmp_path: Path, sleeper: Program) -> None:
    with supervised(tmp_path / ("deep" * 40), (sleeper,), BENEATH, {}) as supervisor:
        assert set(supervisor.states()) == {"sleeper", "beneath"}
