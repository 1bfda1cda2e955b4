"""Promised: a port that somebody else has is named before anything starts, with a way out."""

import os
import socket
from collections.abc import Callable
from dataclasses import replace

import pytest

from hjv_pipelines.failures import HjvError
from hjv_pipelines.processes.ports import refuse_taken_ports
from hjv_pipelines.processes.programs import Address, Program

MakeWeb = Callable[..., Program]


def test_free_ports_are_accepted(web: MakeWeb) -> None:
    refuse_taken_ports([web("one"), web("two")])


def test_a_taken_port_is_refused_with_its_program_its_holder_and_the_setting(web: MakeWeb) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        wanting = replace(web("ui"), address=Address(f"http://127.0.0.1:{port}/", "ui_port"))
        with pytest.raises(HjvError) as refusal:
            refuse_taken_ports([web("other"), wanting])
    sentence = str(refusal.value)
    assert f"Ui cannot listen on 127.0.0.1:{port}" in sentence
    assert f"process {os.getpid()}" in sentence
    assert "HJV_UI_PORT" in sentence
    assert "Other" not in sentence
