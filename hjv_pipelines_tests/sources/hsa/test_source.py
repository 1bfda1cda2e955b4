"""HSA is asked for regions by its file and for units by its service; a failure is never an empty answer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.hsa.source import HsaSource
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument, UnreadRecord
from hjv_pipelines.transport.pace import Pause
from hjv_pipelines_tests.sources.hsa.xml import PROFILE, document, record, unit, zipped
from hjv_pipelines_tests.wire import Reply, Request, Script, Server, envelope, fault, serving

NOON = datetime(2025, 11, 24, 11, 0, tzinfo=UTC)
STARTED = datetime(2025, 11, 24, 8, 59, 55, tzinfo=UTC)
"""When the file of these tests counts as true: it was begun at 10:00, local time."""

STOCKHOLM, SKANE, NOWHERE = "SE2321000016-E1", "SE2321000131-E2", "SE2321000131-E3"
NATION = zipped(
    document(
        record(STOCKHOLM, ("countyCode", "01")),
        record(SKANE, ("countyCode", "12")),
        record(NOWHERE),
        record("none"),
    )
)


class Held:
    """A directory of what the store holds: HSA-id → region."""

    def __init__(self, units: Mapping[str, str] | None = None) -> None:
        self._units = units or {}

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        """Tell those of a scope, all of them marked."""
        return self.held_units("hsa", scope)

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        """Tell those of a scope."""
        assert source == "hsa"
        return {hsa_id: region for hsa_id, region in self._units.items() if region in scope.regions}


@contextmanager
def asking(*script: Script, **settings: object) -> Iterator[tuple[HsaSource, Server]]:
    """Lend the source, and the server that it asks for everything."""
    with serving(*script) as server:
        yield (
            source_of(hsa_file_url=f"{server.url}/hsaunits.zip", hsa_unit_url=f"{server.url}/unit", **settings),
            server,
        )


def source_of(**settings: object) -> HsaSource:
    """Return the source at noon, in no hurry for nothing."""
    given = {"sources": "live", "hsa_unit_pause_seconds": 0.0, **settings}
    return HsaSource(Settings.model_validate(given), clock=lambda: NOON)


def ids(records: Iterator[UnitDocument | Refusal | UnreadRecord]) -> list[str | None]:
    """Return the ids of documents and refusals."""
    return [each.read().hsa_id if isinstance(each, UnreadRecord) else each.hsa_id for each in records]


def test_the_nation_is_all_that_the_file_holds() -> None:
    with asking(Reply(NATION)) as (source, _):
        snapshot = source.fetch(Scope.nation(), Held())
        assert ids(snapshot.records) == [STOCKHOLM, SKANE, NOWHERE, None]
    assert (snapshot.as_of, snapshot.fetched_at, snapshot.coverage) == (STARTED, NOON, "full")


def test_a_region_is_its_units_and_every_refusal() -> None:
    with asking(Reply(NATION)) as (source, _):
        assert ids(source.fetch(Scope(regions=("12-skane",)), Held()).records) == [SKANE, None]


def test_a_unit_that_moved_away_from_a_region_is_told_to_that_region() -> None:
    """Trap 5: Skåne still holds a unit that the file has in Stockholm."""
    with asking(Reply(NATION)) as (source, _):
        snapshot = source.fetch(Scope(regions=("12-skane",)), Held({STOCKHOLM: "12-skane"}))
        moved, *_ = snapshot.records
    assert isinstance(moved, UnitDocument)
    assert (moved.hsa_id, moved.region) == (STOCKHOLM, "01-stockholm")


def test_a_file_on_disk_is_as_good(tmp_path: Path) -> None:
    path = tmp_path / "hsaunits.zip"
    path.write_bytes(NATION)
    for address in (str(path), path.as_uri()):
        assert len(ids(source_of(hsa_file_url=address).fetch(Scope.nation(), Held()).records)) == 4


def test_nothing_is_left_behind_of_a_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap 50: also when nobody reads the snapshot to its end."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with asking(Reply(NATION)) as (source, _):
        snapshot = source.fetch(Scope.nation(), Held())
        next(snapshot.records)
        assert list(tmp_path.iterdir()) == []


def test_a_file_from_the_future_is_refused() -> None:
    """Trap 1: it would outlive every newer answer."""
    content = zipped(document(record(SKANE), started=(NOON + timedelta(minutes=5)).isoformat()))
    with asking(Reply(content)) as (source, _), pytest.raises(PermanentError, match="clocks"):
        source.fetch(Scope.nation(), Held())


@pytest.mark.usefixtures("waits")
def test_an_answer_of_nothing_is_a_failure() -> None:
    """Trap 7."""
    with asking(Reply(b"")) as (source, _), pytest.raises(TransientError):
        source.fetch(Scope.nation(), Held())


def test_a_missing_file_or_address_is_told() -> None:
    with pytest.raises(PermanentError, match="HJV_HSA_FILE_URL"):
        source_of(hsa_file_url="/nowhere/hsaunits.zip").fetch(Scope.nation(), Held())
    with pytest.raises(PermanentError, match="HJV_HSA_FILE_URL"):
        source_of().fetch(Scope.nation(), Held())
    with pytest.raises(PermanentError, match="HJV_HSA_UNIT_URL"):
        source_of().fetch(Scope(hsa_ids=(SKANE,)), Held())


def get_unit(request: Request) -> Reply:
    """Answer GetUnit: Skåne's unit is known, and no other."""
    asked = request.soap_body.findtext(f"{{{PROFILE}}}unitHsaId")
    found = unit(("unitHsaId", SKANE), ("unitName", "Björken"), ("countyCode", "12")) if asked == SKANE else ""
    return Reply(envelope(f'<GetUnitResponse xmlns="{PROFILE}">{found}</GetUnitResponse>'))


def get_hsa_unit(request: Request) -> Reply:
    """Answer GetHsaUnit: Skåne's unit is known; any other is an empty Body."""
    responder = "urn:riv:orgmaster:hsa:GetHsaUnitResponder:1"
    known = request.soap_body.findtext(f"{{{responder}}}hsaIdentity") == SKANE
    found = f"<hsaIdentity>{SKANE}</hsaIdentity><name>Björken</name>"
    return Reply(envelope(f'<GetHsaUnitResponse xmlns="{responder}">{found}</GetHsaUnitResponse>' if known else ""))


def test_units_are_asked_for_one_by_one_and_an_unknown_one_is_not_named() -> None:
    """Trap 43: an empty response is an answer."""
    with asking(get_unit) as (source, server):
        snapshot = source.fetch(Scope(hsa_ids=(STOCKHOLM, SKANE)), Held())
        (found,) = snapshot.records
        assert [request.path for request in server.requests] == ["/unit", "/unit"]
    assert isinstance(found, UnitDocument)
    assert (found.record, found.region) == (HsaUnit(hsa_id=SKANE, name="Björken", county_code="12"), "12-skane")
    assert (snapshot.as_of, snapshot.coverage) == (NOON, "full")


def test_the_older_contract_covers_a_unit_in_part() -> None:
    """Traps 43 and 51: its unknown unit is an empty Body."""
    with asking(get_hsa_unit, hsa_unit_contract="GetHsaUnit") as (source, _):
        snapshot = source.fetch(Scope(hsa_ids=(STOCKHOLM, SKANE)), Held())
        assert ids(snapshot.records) == [SKANE]
    assert snapshot.coverage == "partial"


def test_an_answer_about_another_unit_is_refused() -> None:
    other = unit(("unitHsaId", SKANE), ("unitName", "Björken"))
    reply = Reply(envelope(f'<GetUnitResponse xmlns="{PROFILE}">{other}</GetUnitResponse>'))
    with asking(reply) as (source, _):
        (refusal,) = source.fetch(Scope(hsa_ids=(STOCKHOLM,)), Held()).records
    assert isinstance(refusal, Refusal)
    assert (refusal.hsa_id, refusal.findings[0].rule) == (STOCKHOLM, "hsa_id_unexpected")


def test_an_answer_of_another_contract_is_a_failure() -> None:
    with (
        asking(Reply(envelope('<Pong xmlns="urn:other"/>'))) as (source, _),
        pytest.raises(PermanentError, match="Pong"),
    ):
        list(source.fetch(Scope(hsa_ids=(SKANE,)), Held()).records)


def test_a_fault_is_a_failure_and_no_absence() -> None:
    """Traps 6 and 42."""
    with asking(fault("VP007 not authorised")) as (source, _), pytest.raises(PermanentError):
        list(source.fetch(Scope(hsa_ids=(SKANE,)), Held()).records)


def test_calls_wait_for_their_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """GetUnit 5.0: one thread, 50 ms between calls."""
    pauses: list[float] = []
    standing = partial(Pause, clock=lambda: 0.0, sleep=pauses.append)
    monkeypatch.setattr("hjv_pipelines.sources.hsa.source.Pause", standing)
    with asking(get_unit, hsa_unit_pause_seconds=0.05) as (source, _):
        list(source.fetch(Scope(hsa_ids=(SKANE, STOCKHOLM)), Held()).records)
    assert pauses == [0.05, 0.05]


def test_hsa_is_a_source() -> None:
    source: Source = source_of()
    assert (source.name, source.record, source.by_region) == ("hsa", HsaUnit, False)
