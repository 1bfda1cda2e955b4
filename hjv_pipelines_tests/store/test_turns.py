"""The promise: a source is asked at the contract's pace, however many of our processes ask it."""

import sys
from itertools import pairwise
from subprocess import PIPE, Popen

import psycopg
import pytest

from hjv_pipelines.store.turns import turns_of

# Tells when each call would go out, by the clock that all processes of a machine share, and waits for none.
PROCESS = """
import sys, time
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.turns import turns_of
from hjv_pipelines.transport.pace import Pace, in_turn

turns = [0.0]
with connect(sys.argv[1]) as connection, in_turn(turns_of(connection, "kka")):
    pace = Pace(1 / 60, sleep=lambda seconds: turns.append(time.time() + seconds))
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(10):
        with pace.turn():
            pass
print(*turns[1:], flush=True)
"""


def test_two_processes_keep_one_pace_together(database_url: str) -> None:
    """Only the first of their twenty calls goes out at once, and each later one has a minute of its own."""
    asking = [Popen([sys.executable, "-c", PROCESS, database_url], stdin=PIPE, stdout=PIPE, text=True) for _ in "ab"]
    for process in asking:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    told = [process.communicate("go\n", timeout=60)[0] for process in asking]
    waiting = sorted(float(turn) for turns in told for turn in turns.split())
    assert [round((turn - waiting[0]) / 60) for turn in waiting] == list(range(19))


def test_turns_in_a_row_are_a_distance_apart_for_whoever_takes_them(connection: psycopg.Connection) -> None:
    turns = turns_of(connection, "kka")
    taken = [turns(60) for _ in range(3)]
    assert [round((later - sooner) / 60, 1) for sooner, later in pairwise(taken)] == [1.0, 1.0]
    assert taken[0] <= 0


def test_one_source_waits_for_no_other(connection: psycopg.Connection) -> None:
    turns_of(connection, "kka")(60)
    assert turns_of(connection, "eservices")(60) <= 0


@pytest.mark.parametrize("ahead", ["1 hour", "1 year"])
def test_a_clock_that_was_set_back_stops_nobody_for_long(connection: psycopg.Connection, ahead: str) -> None:
    connection.execute("INSERT INTO hjv.turns VALUES ('kka', now() + %s::interval)", (ahead,))
    assert turns_of(connection, "kka")(0.5) <= 50
