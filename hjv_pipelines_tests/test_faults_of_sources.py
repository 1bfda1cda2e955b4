"""Every fault of the wire, for every source: the import says what failed, and the card keeps what it had.

Traps 6, 7, 37, 42, 43, 45 and 46, end to end: a registered source is asked at an address that answers with a fault, by
the real pipeline over a store that holds the sandbox nation. No source is named here: one that is registered is tried.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import psycopg
import pytest

from hjv_pipelines.cards.explain import explain
from hjv_pipelines.cards.published import card_of, feed_position
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.freshness import missing_imports
from hjv_pipelines.imported import SourceImport
from hjv_pipelines.orchestration.presentation import presentation
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.sandbox.faults import Fault, Faults
from hjv_pipelines.settings import SANDBOX_PATHS, Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.ledger import complete_imports
from hjv_pipelines.timetable import timetable_row
from hjv_pipelines.transport import http
from hjv_pipelines.transport.patience import PATIENCE
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation
from hjv_pipelines_tests.wire import Drip, Reply, Request, Reset, Script, Server, envelope, fault, serving

SERVICES = [
    (source, setting)
    for source, registration in REGISTRATIONS.items()
    for setting in registration.addresses
    if setting in SANDBOX_PATHS
]
SOAP = [
    (source, setting)
    for source, setting in SERVICES
    if "soap" in presentation(source).kinds or setting == "hsa_unit_url"
]
FILES = [("hsa", "hsa_file_url")]
UNIT_BY_UNIT = [("hsa", "hsa_unit_url")]
"""Where an empty SOAP Body is an answer: there is no such unit (trap 43)."""

FOUR_MONTHS = timedelta(days=120)

HOLDINGS = """
SELECT e.hsa_id, e.source, e.coverage, e.region, e.content_hash, e.as_of FROM hjv.effective_documents e ORDER BY 1, 2, 3
"""
A_UNIT = """
SELECT c.hsa_id, e.region FROM hjv.cards c JOIN hjv.effective_documents e USING (hsa_id)
WHERE e.source = %s AND e.content_hash IS NOT NULL AND c.card_hash IS NOT NULL AND e.region = c.region
ORDER BY 1 LIMIT 1
"""
LAST_IMPORT = "SELECT outcome, error FROM hjv.imports ORDER BY import_id DESC LIMIT 1"


@dataclass(frozen=True)
class Nation:
    """A store that holds every source's word on the sandbox nation, and the settings that ask the sandbox."""

    settings: Settings
    database_url: str
    imported_at: datetime


@dataclass(frozen=True)
class Asked:
    """What came of asking a service at an address that answers with a fault."""

    done: SourceImport
    server: Server

    @property
    def error(self) -> TransientError | PermanentError:
        """The one failure that there was."""
        (failed,) = self.done.failures
        assert isinstance(failed.error, TransientError | PermanentError)
        return failed.error


@pytest.fixture(scope="module")
def nation(database_server: str, migrated_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    with (
        temporary_database(database_server, migrated_template) as database_url,
        served_nation(tmp_path_factory.mktemp("nation")) as settings,
    ):
        flow = pipeline(settings, database_url)
        for source in flow.source_names:
            assert not flow.import_source(source, Scope.nation(), RUN).failures
        flow.publish(Scope.nation(), RUN)
        yield Nation(settings, database_url, datetime.now(UTC))


def ask(nation: Nation, source: str, setting: str, *script: Script) -> Asked:
    """Ask for a unit, or for its region, with `script` in the service's place.

    Nothing of the store may change by it, nor anything of the unit's card but its age; and the ledger says why.
    """
    with connect(nation.database_url) as connection, serving(*script) as server:
        hsa_id, region = connection.execute(A_UNIT, (source,)).fetchone() or ("", "")
        scope = Scope(hsa_ids=(hsa_id,)) if setting == "hsa_unit_url" else Scope(regions=(region,))
        before = state(connection, hsa_id)
        flow = Pipeline.from_settings(nation.settings.model_copy(update={setting: server.url}), nation.database_url)
        done = flow.import_source(source, scope, RUN)
        flow.publish(scope, RUN)
        asked = Asked(done, server)
        assert state(connection, hsa_id) == before
        assert connection.execute(LAST_IMPORT).fetchone() == ("failed", str(asked.error))
        assert age(connection, hsa_id, source, at=nation.imported_at + FOUR_MONTHS) >= FOUR_MONTHS
    assert done.results == ()
    return asked


def state(connection: psycopg.Connection, hsa_id: str) -> tuple[object, ...]:
    """Return all that the store holds of documents, and what stands published of the unit and of everything."""
    return connection.execute(HOLDINGS).fetchall(), card_of(connection, hsa_id), feed_position(connection)


def age(connection: psycopg.Connection, hsa_id: str, source: str, *, at: datetime) -> timedelta:
    """Return how old the card says at a moment that the source's word is."""
    told = explain(connection, hsa_id, at, Policy()).sources
    return next(timedelta(seconds=one.age_seconds) for one in told if one.source == source)


def genuine(nation: Nation, setting: str, request: Request) -> bytes:
    """Return what the sandbox answers to a request."""
    url = getattr(nation.settings, setting) + request.path.removeprefix("/")
    headers = {name: value for name, value in request.headers.items() if name.lower() not in {"host", "content-length"}}
    answer = httpx.request(request.method, url, content=request.body, headers=headers, trust_env=False)
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize(("source", "setting"), SERVICES)
@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(Reply(b"<html><h1>Error</h1></html>", status=500), "HTTP 500", id="a page of HTML"),
        pytest.param(Reply(status=503, headers={"Retry-After": "7"}), "HTTP 503 Service Unavailable", id="down"),
        pytest.param(Reply(), ("no bytes at all", "an empty answer"), id="zero length"),
        pytest.param(Reset(), "the connection failed", id="reset"),
    ],
)
def test_a_failure_that_may_pass_is_told_and_tried_a_bounded_number_of_times(
    nation: Nation, waits: list[float], source: str, setting: str, script: Script, said: str | tuple[str, ...]
) -> None:
    asked = ask(nation, source, setting, script)
    assert isinstance(asked.error, TransientError)
    assert any(words in str(asked.error) for words in ([said] if isinstance(said, str) else said))
    assert len(asked.server.requests) == PATIENCE.tries
    if isinstance(script, Reply) and script.headers:
        assert waits == [7.0] * (PATIENCE.tries - 1)


@pytest.mark.parametrize(("source", "setting"), SERVICES)
def test_an_answer_that_drips_without_end_is_given_up(
    nation: Nation, waits: list[float], monkeypatch: pytest.MonkeyPatch, source: str, setting: str
) -> None:
    """Each byte comes soon enough, the last never: the whole exchange has a deadline. A second is a thousand here."""
    monkeypatch.setattr(http, "time", SimpleNamespace(monotonic=lambda: time.monotonic() * 1000))
    asked = ask(nation, source, setting, Drip())
    assert isinstance(asked.error, TransientError)
    assert "no complete answer within" in str(asked.error)
    assert len(asked.server.requests) == PATIENCE.tries


@pytest.mark.parametrize(("source", "setting"), SERVICES)
def test_an_answer_that_breaks_off_is_no_answer(nation: Nation, waits: list[float], source: str, setting: str) -> None:
    def broken_off(request: Request) -> Reply:
        whole = genuine(nation, setting, request)
        return Reply(whole[: len(whole) // 2], promised=len(whole))

    asked = ask(nation, source, setting, broken_off)
    assert isinstance(asked.error, TransientError)
    assert len(asked.server.requests) == PATIENCE.tries


@pytest.mark.parametrize(("source", "setting"), SERVICES)
def test_half_an_answer_that_looks_whole_on_the_wire_is_told_apart(
    nation: Nation, waits: list[float], source: str, setting: str
) -> None:
    """Its length is as promised: only what it holds tells (trap 37)."""

    def half(request: Request) -> Reply:
        whole = genuine(nation, setting, request)
        return Reply(whole[: len(whole) // 2])

    asked = ask(nation, source, setting, half)
    assert re.search(r"is not (XML|JSON)|is a damaged zip", str(asked.error))
    # A zip is opened when all of it is here: nobody fetches it again before somebody has looked at it.
    assert len(asked.server.requests) == (1 if (source, setting) in FILES else PATIENCE.tries)


@pytest.mark.parametrize(("source", "setting"), SERVICES)
def test_who_is_forbidden_asks_once(nation: Nation, waits: list[float], source: str, setting: str) -> None:
    """Trap 46."""
    asked = ask(nation, source, setting, Reply(status=403))
    assert isinstance(asked.error, PermanentError)
    assert "HTTP 403 Forbidden. We are not authorised there" in str(asked.error)
    assert (len(asked.server.requests), waits) == (1, [])


@pytest.mark.parametrize(("source", "setting"), SOAP)
def test_a_fault_of_the_platform_is_judged_by_its_code(
    nation: Nation, waits: list[float], source: str, setting: str
) -> None:
    """Both faultcodes say Server: VP007 stays until somebody orders the authorisation, VP009 may pass (trap 42)."""
    refused = ask(nation, source, setting, fault("VP007 [NTJP] Not authorised"))
    assert isinstance(refused.error, PermanentError)
    assert "VP007, we are not authorised for this logical address and contract" in str(refused.error)
    assert len(refused.server.requests) == 1
    unreached = ask(nation, source, setting, fault("VP009 [NTJP] No contact"))
    assert isinstance(unreached.error, TransientError)
    assert "VP009, the platform could not reach the producer" in str(unreached.error)
    assert len(unreached.server.requests) == PATIENCE.tries


@pytest.mark.parametrize(
    ("source", "setting"), [service for service in SERVICES if service not in FILES + UNIT_BY_UNIT]
)
def test_an_answer_without_content_is_an_outage_and_no_deletion(
    nation: Nation, waits: list[float], source: str, setting: str
) -> None:
    """HTTP 200 with an empty SOAP Body, or with a JSON object that says nothing (traps 6, 7, 43)."""
    asked = ask(nation, source, setting, Reply(envelope()) if (source, setting) in SOAP else Reply(b"{}"))
    assert re.search(r"answered with(out| an empty SOAP Body| something else)", str(asked.error))
    assert len(asked.server.requests) == 1


def test_yesterdays_file_again_changes_nothing_and_is_told_by_its_age(nation: Nation) -> None:
    """An old answer is no failure on the wire: it says nothing newer than what is held, and the deadline tells."""
    with connect(nation.database_url) as connection:
        hsa_id, _ = connection.execute(A_UNIT, ("hsa",)).fetchone() or ("", "")
        before = state(connection, hsa_id)
        faults = Faults(nation.settings.data_dir)
        faults.set("hsa_file", Fault("late", remaining=1))
        flow = pipeline(nation.settings, nation.database_url)
        done = flow.import_source("hsa", Scope.nation(), RUN)
        flow.publish(Scope.nation(), RUN)
        assert not done.failures
        assert sum(counts.changed + counts.removed for counts in done.counts.values()) == 0
        assert state(connection, hsa_id) == before
        imports = complete_imports(connection, "hsa")
    missing = missing_imports(timetable_row("hsa"), REGION_KEYS, imports, datetime.now(UTC))
    assert {one.region for one in missing} == set(REGION_KEYS)
    assert all("brought an old answer" in str(one) for one in missing)
