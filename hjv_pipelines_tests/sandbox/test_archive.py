"""The archive shows the directory as it was at any moment, whatever has happened since."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.unit import EService, SandboxUnit

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
THEN = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
BEFORE, AFTER = THEN - timedelta(microseconds=1), THEN + timedelta(microseconds=1)


def unit(hsa_id: str, name: str = "Vårdcentralen Eken", eservices: list[EService] | None = None) -> SandboxUnit:
    return SandboxUnit(
        hsa_id=hsa_id,
        container={"hsaIdentity": hsa_id, "DN": f"ou={name},c=SE", "name": name, "publicName": name},
        profile={"unitHsaId": [hsa_id], "unitName": [name], "telephoneNumber": ["08123456"]},
        eservices=eservices or [],
    )


BOOKING = EService(commonName="Boka tid", description="Boka.", resourceId="17")
A, B, C = unit("SE2321000016-A", eservices=[BOOKING]), unit("SE2321000016-B"), unit("se2321000016 -c")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "nation.sqlite", [A, B, C], BEGINNING)


def names(archive: Archive, at: datetime) -> list[str]:
    return [each.container["name"] for each in archive.units(at)]


def test_units_come_back_as_they_were_in_file_order(archive: Archive) -> None:
    assert list(archive.units(THEN)) == [A, B, C]


def test_nothing_stands_there_before_the_beginning(archive: Archive) -> None:
    assert list(archive.units(BEGINNING - timedelta(seconds=1))) == []


def test_a_unit_is_found_in_whatever_way_its_id_is_spelled(archive: Archive) -> None:
    assert archive.unit("se2321000016-b", THEN) == B
    assert archive.unit("SE2321000016-C", THEN) == C


def test_an_unknown_unit_is_none(archive: Archive) -> None:
    assert archive.unit("SE2321000016-X", THEN) is None


def test_a_change_holds_from_its_moment_on_and_not_before(archive: Archive) -> None:
    """Trap 1: the file as of 10:00 does not know of a change at 10:45."""
    archive.change(B.hsa_id, {"unitName": ["Nya Eken"], "publicName": ["Nya Eken"]}, THEN)
    assert names(archive, BEFORE) == ["Vårdcentralen Eken"] * 3
    assert names(archive, THEN) == ["Vårdcentralen Eken", "Nya Eken", "Vårdcentralen Eken"]


def test_a_change_leaves_other_elements_alone(archive: Archive) -> None:
    archive.change(B.hsa_id, {"mail": ["eken@vard.example"]}, THEN)
    changed = archive.unit(B.hsa_id, AFTER)
    assert changed is not None
    assert changed.profile == {**B.profile, "mail": ["eken@vard.example"]}
    assert changed.container == B.container


def test_an_empty_change_takes_the_element_away(archive: Archive) -> None:
    archive.change(B.hsa_id, {"telephoneNumber": []}, THEN)
    changed = archive.unit(B.hsa_id, AFTER)
    assert changed is not None
    assert "telephoneNumber" not in changed.profile


def test_an_official_element_changes_in_the_container_in_the_order_of_the_schema(archive: Archive) -> None:
    archive.change(B.hsa_id, {"unitIsArchived": ["true"]}, THEN)
    archive.change(B.hsa_id, {"orgNo": ["232100-0016"]}, AFTER)
    changed = archive.unit(B.hsa_id, AFTER)
    assert changed is not None
    assert list(changed.container) == ["hsaIdentity", "DN", "orgNo", "name", "publicName", "unitIsArchived"]
    assert "unitIsArchived" not in changed.profile


def test_a_removed_unit_is_gone_from_its_moment_on(archive: Archive) -> None:
    archive.remove(A.hsa_id, THEN)
    assert archive.unit(A.hsa_id, BEFORE) == A
    assert archive.unit(A.hsa_id, THEN) is None
    assert list(archive.units(AFTER)) == [B, C]


def test_a_new_unit_stands_last(archive: Archive) -> None:
    """Trap 4: a unit that was first seen after the file's moment is not in the file."""
    new = unit("SE2321000016-NEW")
    archive.add([new], THEN)
    assert list(archive.units(BEFORE)) == [A, B, C]
    assert list(archive.units(THEN)) == [A, B, C, new]


def test_records_that_repeat_an_id_stay_apart(archive: Archive) -> None:
    """Trap 19: one id on two records."""
    other = unit(A.hsa_id, "En annan")
    archive.add([other], THEN)
    assert list(archive.units(THEN)) == [A, B, C, other]
    assert archive.unit(A.hsa_id, THEN) == A
    assert archive.counts() == {"records": 4, "units": 3, "versions": 4}


def test_eservices_are_told_of_the_units_that_have_any(archive: Archive) -> None:
    assert archive.eservices(["se2321000016-a", B.hsa_id, "SE2321000016-X"], THEN) == {A.key: [BOOKING]}


def test_eservices_change_as_units_do(archive: Archive) -> None:
    archive.offer(A.hsa_id, [], THEN)
    assert archive.eservices([A.hsa_id], BEFORE) == {A.key: [BOOKING]}
    assert archive.eservices([A.hsa_id], AFTER) == {}


def test_a_change_to_an_unknown_unit_is_refused(archive: Archive) -> None:
    with pytest.raises(LookupError, match="SE2321000016-X"):
        archive.change("SE2321000016-X", {"unitName": ["Nytt"]}, THEN)


def test_history_is_not_rewritten(archive: Archive) -> None:
    archive.change(B.hsa_id, {"unitName": ["Nytt"]}, AFTER)
    with pytest.raises(ValueError, match="later moment"):
        archive.change(B.hsa_id, {"unitName": ["Nyare"]}, THEN)
    with pytest.raises(ValueError, match="later moment"):
        archive.remove(B.hsa_id, THEN)


def test_a_reading_under_way_does_not_see_a_change(archive: Archive) -> None:
    reading = archive.units(AFTER)
    assert next(reading) == A
    archive.change(B.hsa_id, {"unitName": ["Nytt"]}, THEN)
    assert list(reading) == [B, C]


def test_an_archive_that_is_not_there_is_an_error_and_not_an_empty_nation(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="unable to open"):
        Archive(tmp_path / "nothing.sqlite").counts()
    assert not list(tmp_path.iterdir())
