"""Promised: a second start on the same data folder is refused, and told who runs there and where it answers."""

import os
from pathlib import Path

import pytest

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.exclusive import alone

ADDRESSES = {"Dagster's UI": "http://127.0.0.1:3000"}


def test_a_second_start_is_told_since_when_who_and_where(tmp_path: Path) -> None:
    with alone(tmp_path, ADDRESSES), pytest.raises(HjvError) as refusal, alone(tmp_path, {}):
        pytest.fail("two are alone")
    sentence = str(refusal.value)
    assert f"already running in {tmp_path} since 2" in sentence
    assert f"(process {os.getpid()})" in sentence
    assert "http://127.0.0.1:3000" in sentence


def test_another_data_folder_is_another_installation(tmp_path: Path) -> None:
    with alone(tmp_path / "one", ADDRESSES), alone(tmp_path / "other", ADDRESSES):
        """Both run."""


def test_after_a_stop_the_next_one_starts(tmp_path: Path) -> None:
    with alone(tmp_path, ADDRESSES):
        """It ran."""
    with alone(tmp_path, ADDRESSES):
        """The next one runs."""


def test_a_refusal_leaves_the_first_one_s_word_about_itself(tmp_path: Path) -> None:
    with alone(tmp_path, ADDRESSES):
        with pytest.raises(HjvError), alone(tmp_path, {}):
            pytest.fail("two are alone")
        with pytest.raises(HjvError, match="3000"), alone(tmp_path, {}):
            pytest.fail("two are alone")
