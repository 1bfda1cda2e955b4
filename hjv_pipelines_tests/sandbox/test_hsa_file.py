"""Promises of HSA's complete file: it is valid, raw values survive, and it is as of its beginning."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
from lxml import etree

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.clock import generation_served_at
from hjv_pipelines.sandbox.hsa_file import FileShelf
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import SANDBOX_PATHS
from hjv_pipelines_tests.sandbox.tiny import DIRTY, FULL, NOON, UNITS, at

FILE = SANDBOX_PATHS["hsa_file_url"]
NAMESPACES = {"h": "urn:riv:hsa:HsaWsResponder:3", "p": "urn:hjv-pipelines:profile:hsa-unit:1"}


def unzipped(answer: httpx.Response) -> etree._Element:
    """Return the root of the zip's one entry."""
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["hsaunits.xml"]
        return etree.fromstring(archive.read("hsaunits.xml"))


def texts(root: etree._Element, path: str) -> list[str]:
    """Return the texts of the elements at `path`."""
    return [found.text or "" for found in root.iterfind(path, NAMESPACES)]


def test_without_the_profile_the_file_is_valid_against_the_official_schema(
    client: httpx.Client, official: Callable[[str], etree.XMLSchema]
) -> None:
    schema = official("hsa_FileGetHsaUnits_3/HsaCache.xsd")
    root = unzipped(client.get(FILE))
    for unit in root.findall(".//p:unit", NAMESPACES):
        parent = unit.getparent()
        assert parent is not None
        parent.remove(unit)
    schema.assertValid(root)


def test_every_record_stands_in_the_file_in_the_archives_order(client: httpx.Client) -> None:
    identities = texts(unzipped(client.get(FILE)), ".//h:hsaUnit/h:hsaIdentity")
    assert identities == [unit.hsa_id for unit in UNITS]


def test_raw_values_survive_as_they_stand(client: httpx.Client) -> None:
    """Markup, carriage returns and characters beyond ASCII come out of a parser as they went in."""
    (full, *_) = unzipped(client.get(FILE)).findall(".//p:unit", NAMESPACES)
    assert texts(full, "p:alternateName") == ["Björken", "BVC & VC <Björken>"]
    assert texts(full, "p:description") == ["Rad ett\r\nRad två"]
    assert texts(full, "p:unitFunction/p:telephoneHour") == ["1-5#08:00#10:00"]


def test_a_character_that_xml_cannot_carry_does_not_break_the_file(client: httpx.Client) -> None:
    """Trap 29: NUL has no place in XML 1.0, other control characters have."""
    (_, dirty, _) = unzipped(client.get(FILE)).findall(".//p:unit", NAMESPACES)
    assert texts(dirty, "p:unitName") == ["Smutsen\x85"]


def test_the_root_says_when_the_file_was_begun_and_finished(client: httpx.Client) -> None:
    """Trap 14: the time of truth is the beginning, 10:00 in Stockholm."""
    root = unzipped(client.get(FILE))
    assert texts(root, "h:startDate") == ["2025-11-24T10:00:00.000+01:00"]
    assert texts(root, "h:endDate") == ["2025-11-24T10:00:01.000+01:00"]


def test_a_change_after_ten_is_not_in_the_file_of_half_past_eleven(archive: Archive, tmp_path: Path) -> None:
    """Trap 1: the file shows the directory as it was when the file was begun."""
    change = datetime(2025, 11, 24, 9, 45, tzinfo=UTC)
    archive.change(FULL, {"unitName": ["Nya Björken"]}, change)
    half_past_eleven = datetime(2025, 11, 24, 10, 30, tzinfo=UTC)
    names = {}
    for moment in (half_past_eleven, half_past_eleven + timedelta(hours=4)):
        with running(create_app(archive, tmp_path, now=at(moment))) as address:
            names[moment] = texts(unzipped(httpx.get(address + FILE)), ".//p:unit/p:unitName")[0]
    assert list(names.values()) == ["Björkens vårdcentral", "Nya Björken"]


def test_a_removed_unit_is_gone_from_the_next_file(archive: Archive, tmp_path: Path) -> None:
    archive.remove(DIRTY, datetime(2025, 11, 24, 8, 59, tzinfo=UTC))
    with running(create_app(archive, tmp_path, now=at(NOON))) as address:
        identities = texts(unzipped(httpx.get(address + FILE)), ".//h:hsaIdentity")
    assert FULL in identities
    assert len(identities) == len(UNITS) - 1


def test_a_file_is_made_once_and_the_oldest_are_dropped(archive: Archive, tmp_path: Path) -> None:
    shelf = FileShelf(archive, tmp_path)
    days = [NOON + timedelta(days=day) for day in range(12)]
    paths = [shelf.file(generation_served_at(day, units=3)) for day in days]
    made = paths[-1].stat().st_mtime_ns
    assert shelf.file(generation_served_at(days[-1], units=3)).stat().st_mtime_ns == made
    kept = {path for path in paths if path.exists()}
    assert paths[-1] in kept
    assert len(kept) < len(paths)
    assert not list((tmp_path / "files").glob("*.part"))
