"""Promised: what the servers and an import log says what it is about, and nothing that was sent or signed with."""

from pathlib import Path

from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.delivery import conftest as delivery
from hjv_pipelines_tests.logs.written import Written, written_by
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation
from hjv_pipelines_tests.notifications import conftest as notifications
from hjv_pipelines_tests.notifications.test_receiver import body

LOGGERS = ("hjv_pipelines", "uvicorn")
UNIT = "SE2321000016-A1"


def about(written: Written, *names: str) -> list[tuple[str | None, ...]]:
    """Return what each line of ours says: its level, and what it is about."""
    return [
        tuple(line.get(name) for name in ("level", *names))
        for line in written.lines()
        if line["logger"].startswith("hjv_pipelines")
    ]


def test_the_receiver_logs_what_it_accepts_and_what_it_refuses(database_url: str, tmp_path: Path) -> None:
    settings = notifications.settings_of(database_url, tmp_path)
    with notifications.served(settings) as receiver, written_by(*LOGGERS) as written:
        assert notifications.post(receiver, body("n-1", (UNIT,))).status_code == 202
        assert notifications.post(receiver, body("n-2", (UNIT,)), source="kka").status_code == 202
        assert notifications.post(receiver, b'{"no": "such message"}').status_code == 422
        assert notifications.post(receiver, body(), **{notifications.HEADER: "t=1,v1=00"}).status_code == 401
    assert about(written, "source", "unit", "notification_id") == [
        ("INFO", "hsa", UNIT, "n-1"),
        ("INFO", "kka", UNIT, "n-2"),
        ("WARNING", "hsa", None, None),
        ("WARNING", "hsa", None, None),
    ]
    assert "such message" not in written.text.getvalue()
    assert not [secret for secret in notifications.SECRETS.values() if secret in written.text.getvalue()]


def test_the_delivery_logs_the_unit_at_which_it_fails(database_url: str) -> None:
    with connect(database_url) as administrator:
        administrator.execute("ALTER TABLE hjv.cards RENAME COLUMN failed_rules TO of_another_version")
    with delivery.served(database_url, replicas=1) as client, written_by(*LOGGERS) as written:
        assert client.get(f"/v1/cards/{UNIT}").status_code == 500
    assert about(written, "unit") == [("ERROR", UNIT)]


def test_an_import_logs_its_run_its_source_and_where(database_url: str, tmp_path: Path) -> None:
    with served_nation(tmp_path) as settings:
        flow = pipeline(settings, database_url)
        with written_by(*LOGGERS) as written:
            flow.import_source("hsa", Scope.nation(), RUN)
            flow.import_source("listing", Scope(("12-skane",)), RUN)
            flow.publish(Scope(("12-skane",)), RUN)
    assert about(written, "run_id", "source", "region") == [
        ("INFO", RUN.run_id, "hsa", None),
        ("INFO", RUN.run_id, "listing", "12-skane"),
        ("INFO", RUN.run_id, None, "12-skane"),
    ]


def test_an_import_that_fails_logs_why(database_url: str, tmp_path: Path) -> None:
    with served_nation(tmp_path) as settings:
        flow = pipeline(settings, database_url)
    with written_by(*LOGGERS) as written:
        flow.import_source("hsa", Scope(hsa_ids=(UNIT,)), RUN)
    assert about(written, "source", "unit")[-1] == ("WARNING", "hsa", UNIT)
    assert written.lines()[-1]["message"].startswith("Not imported: ")
