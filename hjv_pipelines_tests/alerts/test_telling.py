"""What is wrong is told once, again when it changes, and when it is over: on every channel, and never lost."""

from itertools import pairwise

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.alerts.cause import KINDS, Cause
from hjv_pipelines.alerts.ledger import last_look, newest_alerts, open_alerts
from hjv_pipelines.alerts.outbox import LONGEST_WAIT, Message, send_due, waiting_messages
from hjv_pipelines.alerts.telling import Difference, difference, tell
from hjv_pipelines.failures import TransientError
from hjv_pipelines_tests.alerts.causes import START, a_cause, at


def look(connection: psycopg.Connection, minutes: float, *causes: Cause) -> Difference:
    return tell(connection, causes, KINDS, ["log", "mail"], at(minutes))


def test_a_cause_is_told_once_while_it_stays(connection: psycopg.Connection) -> None:
    said: list[Message] = []
    for minute in range(10):
        look(connection, minute, a_cause())
        send_due(connection, {"mail": said.append}, at(minute))
    assert [(message.event, message.subject) for message in said] == [("opened", "hsa")]
    assert last_look(connection) == at(9)


def test_a_cause_that_changes_and_ends_is_told_so(connection: psycopg.Connection) -> None:
    said: list[Message] = []
    for minute, causes in enumerate([[a_cause()], [a_cause(essence="two")], [], [], [a_cause()]]):
        look(connection, minute, *causes)
        send_due(connection, {"mail": said.append}, at(minute))
    assert [message.event for message in said] == ["opened", "changed", "resolved", "opened"]
    assert [message.says for message in said][:3] == ["hsa is late: one.", "hsa is late: two.", "hsa is late: two."]
    (again,) = open_alerts(connection)
    assert again.opened_at == at(4)
    assert len(newest_alerts(connection, 10)) == 2


def test_what_could_not_be_looked_at_stays_as_it_is(connection: psycopg.Connection) -> None:
    look(connection, 0, a_cause(kind="silent"), a_cause(kind="held_back"))
    told = tell(connection, [], {"held_back"}, ["log"], at(1))
    assert [alert.kind for alert in told.resolved] == ["held_back"]
    assert [alert.kind for alert in open_alerts(connection)] == ["silent"]


def test_an_alert_and_its_messages_stand_or_fall_together(connection: psycopg.Connection) -> None:
    connection.execute("ALTER TABLE hjv.alert_messages ADD CHECK (channel <> 'mail')")
    with pytest.raises(psycopg.errors.CheckViolation):
        look(connection, 0, a_cause())
    assert open_alerts(connection) == []
    assert waiting_messages(connection) == []


def test_a_channel_that_fails_is_tried_again_later_and_later_and_loses_nothing(connection: psycopg.Connection) -> None:
    """Back-off from half a minute to a quarter of an hour; when it comes back, all is told in its order."""
    tries: list[float] = []
    said: list[str] = []
    broken = True

    def channel(message: Message) -> None:
        if broken:
            tries.append(minute)
            raise TransientError("The mail server does not answer.")
        said.append(message.event)

    look(connection, 0, a_cause())
    look(connection, 0, a_cause(essence="two"))
    minute = 0.0
    while minute < 120:
        failed = send_due(connection, {"mail": channel, "log": lambda _: None}, at(minute))
        assert not failed or "does not answer" in failed["mail"]
        minute += 0.5
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits[:5] == [0.5, 1, 2, 4, 8]
    assert set(waits[6:]) == {LONGEST_WAIT.total_seconds() / 60}
    (waiting,) = waiting_messages(connection)
    assert (waiting.channel, waiting.messages, waiting.since) == ("mail", 2, START)

    broken = False
    look(connection, 120)
    send_due(connection, {"mail": channel, "log": lambda _: None}, at(140))
    assert said == ["opened", "changed", "resolved"]
    assert waiting_messages(connection) == []


def test_a_message_that_is_never_taken_holds_up_no_other_alert(connection: psycopg.Connection) -> None:
    said: list[str] = []

    def channel(message: Message) -> None:
        if message.subject == "poison":
            raise TransientError("Too large.")
        said.append(message.subject)

    look(connection, 0, a_cause("poison"), a_cause("hsa"), a_cause("kka"))
    for minute in range(3):
        send_due(connection, {"mail": channel}, at(minute))
    assert said == ["hsa", "kka"]


def test_two_who_send_at_once_send_once(connection: psycopg.Connection, database_url: str) -> None:
    said: list[Message] = []
    look(connection, 0, a_cause())

    def channel(message: Message) -> None:
        with psycopg.connect(database_url, autocommit=True) as other:
            assert send_due(other, {"mail": said.append}, at(0)) == {}
        said.append(message)

    send_due(connection, {"mail": channel}, at(0))
    assert len(said) == 1


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["one", "two"])), max_size=6))
def test_whoever_hears_all_knows_what_is_wrong(looks: list[dict[str, str]]) -> None:
    """By the differences alone, one always has exactly the causes that there are, each in its newest essence."""
    from hjv_pipelines.alerts.ledger import Alert

    heard: dict[str, Alert] = {}
    for number, causes in enumerate(looks):
        told = difference(heard.values(), [a_cause(subject, essence) for subject, essence in causes.items()], KINDS)
        assert not {cause.subject for cause in told.opened} & set(heard)
        for cause in (*told.opened, *(cause for _, cause in told.changed)):
            heard[cause.subject] = Alert(
                number, cause.kind, cause.subject, cause.essence, "", "", "", START, START, None
            )
        for alert in told.resolved:
            del heard[alert.subject]
        assert {subject: alert.essence for subject, alert in heard.items()} == causes
