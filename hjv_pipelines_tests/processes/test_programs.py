"""Promised: what runs for which settings, where it answers, and that no secret stands on a command line."""

from itertools import chain
from pathlib import Path

from pydantic import SecretStr

from hjv_pipelines.processes.programs import foundation, programs
from hjv_pipelines.settings import Settings


def _names(settings: Settings) -> set[str]:
    return {program.name for program in (*foundation(settings), *programs(settings))}


def test_an_installation_on_the_embedded_database_keeps_it_and_the_sandbox_running(tmp_path: Path) -> None:
    assert _names(Settings(data_dir=tmp_path, sources="sandbox")) == {
        *("lifeline", "database", "sandbox"),
        *("delivery", "receiver", "code-server", "ui", "daemon", "worker-imports", "worker-notifications"),
    }


def test_a_live_installation_on_a_real_database_runs_neither(tmp_path: Path) -> None:
    real = SecretStr("postgresql://hjv:secret@db.example/hjv")
    names = _names(Settings(data_dir=tmp_path, sources="live", database_url=real))
    assert not names & {"database", "sandbox"}


def test_no_command_line_holds_the_database_s_password(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=SecretStr("postgresql://hjv:secret@db.example/hjv"))
    words = chain.from_iterable(program.command for program in (*foundation(settings), *programs(settings)))
    assert not [word for word in words if "secret" in word]


def test_the_code_server_stays_on_loopback_wherever_the_others_listen(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, host="0.0.0.0")  # noqa: S104  what is tested
    hosts = {program.name: program.address.host for program in programs(settings) if program.address}
    assert hosts["code-server"] == "127.0.0.1"
    assert hosts["ui"] == "0.0.0.0"  # noqa: S104


def test_every_command_can_be_run(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    for program in (*foundation(settings), *programs(settings)):
        assert Path(program.command[0]).is_file(), program.name


def test_whoever_waits_for_another_waits_for_one_that_there_is(tmp_path: Path) -> None:
    chosen = programs(Settings(data_dir=tmp_path))
    assert {program.after for program in chosen} - {None} <= {program.name for program in chosen}
