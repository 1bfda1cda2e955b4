"""The complete file is taken whole or not at all, in bounded memory, and nothing in it is trusted."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from psutil import Process

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.hsa import file
from hjv_pipelines.sources.hsa.file import CODE_OF_READING, HsaFile
from hjv_pipelines.sources.hsa.zip_entry import LIMITS, Limits
from hjv_pipelines.sources.source import Refusal, UnitDocument
from hjv_pipelines_tests.sources.hsa.xml import OFFICIAL, PROFILE, container, document, record, zipped

UNIT = record("SE2321000131-E1")
SCHEMA = Path(__file__).parents[4] / "shared/contracts/hsa_FileGetHsaUnits_3/HsaCache.xsd"


def read(content: bytes, limits: Limits = LIMITS) -> list[UnitDocument | Refusal]:
    """Return all that the file in this zip holds."""
    return list(HsaFile(BytesIO(content), limits).documents())


def refused(content: bytes, limits: Limits = LIMITS) -> str:
    """Return the sentence with which the file is refused, after some of its units or none."""
    with pytest.raises(PermanentError) as refusal:
        read(content, limits)
    return str(refusal.value)


def test_every_unit_of_the_file_is_read_in_its_order() -> None:
    units = read(zipped(document(*(record(f"SE2321000131-E{number}") for number in range(5)))))
    assert [unit.hsa_id for unit in units] == [f"SE2321000131-E{number}" for number in range(5)]


def test_the_file_is_as_old_as_its_beginning_less_a_margin() -> None:
    """Traps 1 and 14: it holds the directory as it was at `startDate`, whenever it is fetched."""
    complete = HsaFile(BytesIO(zipped(document(UNIT, started="2025-11-24T10:00:00.000+01:00"))))
    assert complete.as_of == datetime(2025, 11, 24, 8, 59, 55, tzinfo=UTC)


@pytest.mark.parametrize("started", ["", "i morse", "2025-02-30T10:00:00Z"])
def test_a_file_that_does_not_say_how_old_it_is_is_refused(started: str) -> None:
    assert "startDate" in refused(zipped(document(UNIT, started=started)))


def test_a_refused_record_costs_no_other_and_says_where_it_stood() -> None:
    units = read(zipped(document(UNIT, record("none"), UNIT)))
    assert [isinstance(unit, Refusal) for unit in units] == [False, True, False]
    assert isinstance(units[1], Refusal)
    assert units[1].where == "record 2"


def readings(*records: str) -> list[str]:
    """Return the names of the records of a file."""
    return [unread.reading for unread in HsaFile(BytesIO(zipped(document(*records)))).records()]


def test_a_record_has_the_same_name_wherever_it_stands() -> None:
    other = record("SE2321000131-E2")
    (alone,) = readings(UNIT)
    assert readings(other, UNIT, other)[1] == alone


def test_a_record_that_differs_anywhere_has_another_name() -> None:
    records = [record("SE2321000131-E1", field) for field in (("street", "Å"), ("street", "A"), ("route", "A"))]
    assert len(set(readings(UNIT, *records))) == 4


def test_other_code_gives_every_record_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    before = readings(UNIT)
    monkeypatch.setattr(file, "code_version", lambda _: "other")
    assert readings(UNIT) != before


def test_the_code_that_names_a_reading_is_all_that_the_reading_imports() -> None:
    """A rule that changes must not leave yesterday's documents behind."""
    package = Path(file.__file__).parents[2]
    named = {path for pattern in CODE_OF_READING for path in package.glob(pattern)}
    code = "import sys, hjv_pipelines.sources.hsa.unit_xml; print(*sys.modules)"
    loaded = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True).stdout.split()
    ours = {package.joinpath(*name.split(".")[1:]) for name in loaded if name.startswith("hjv_pipelines.")}
    modules = {path.with_suffix(".py") for path in ours if not path.is_dir()}
    assert modules - named == {package / "failures.py"}


def test_a_file_without_units_is_refused() -> None:
    """Trap 7."""
    assert "no unit" in refused(zipped(document()))


@pytest.mark.parametrize("names", [("a.xml",), ("hsaunits.xml", "b.xml"), ("x/hsaunits.xml",)])
def test_a_zip_with_other_entries_is_refused(names: tuple[str, ...]) -> None:
    """Trap 37."""
    assert names[-1] in refused(zipped(document(UNIT), *names))


def test_an_empty_zip_is_refused() -> None:
    """Trap 37."""
    empty = BytesIO()
    ZipFile(empty, "w").close()
    assert "nothing" in refused(empty.getvalue())


@pytest.mark.parametrize("content", [b"", b"<html>Sorry</html>", b"PK\x03\x04"])
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    """Trap 37."""
    assert "damaged zip" in refused(content)


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_truncated_zip_is_refused(kept: float) -> None:
    """Trap 37."""
    whole = zipped(document(*[UNIT] * 500))
    assert "damaged zip" in refused(whole[: int(len(whole) * kept)])


def test_a_flipped_bit_is_found_even_where_the_xml_stays_well_formed() -> None:
    """Trap 37: the checksum is looked at."""
    stored = BytesIO()
    with ZipFile(stored, "w") as archive:
        archive.writestr("hsaunits.xml", document(UNIT))
    assert "damaged zip" in refused(
        stored.getvalue().replace(b"vardcentral", b"vardcentrel").replace(b"rkens", b"rkenz")
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    """Trap 37."""
    assert "zip bomb" in refused(zipped(document(UNIT, "<!--" + " " * 5_000_000 + "-->")))


def test_a_file_that_unpacks_to_more_than_we_take_is_refused() -> None:
    """Traps 37 and 41: the limit says what to do when the directory has grown."""
    assert "raise the limit" in refused(zipped(document(UNIT)), replace(LIMITS, unpacked=100))


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        "<!DOCTYPE r>",
    ],
)
def test_a_document_type_is_refused(declaration: str) -> None:
    """Trap 38: external entities, entity bombs, a DTD on the network."""
    content = document(UNIT).decode().replace("?>", f"?>{declaration}", 1).replace("Björkens", "&f;")
    assert "document type" in refused(zipped(content.encode()))


def test_a_huge_text_is_refused_and_not_dropped() -> None:
    """Trap 39."""
    huge = record("SE2321000131-E2", ("description", "å" * 6_000_000))
    assert "more than 8,388,608 bytes" in refused(zipped(document(UNIT, huge)), replace(LIMITS, ratio=2000))


@pytest.mark.parametrize("spoilt", ["</hsaUnits>", "</FileGetHsaUnitsResponse>", "</unit>"])
def test_a_file_that_is_not_well_formed_to_its_end_counts_for_nothing(spoilt: str) -> None:
    content = document(UNIT, UNIT).decode().replace(spoilt, "")
    assert "not well-formed" in refused(zipped(content.encode()))


@pytest.mark.parametrize("character", ["\x00", "\x01", "&#0;"])
def test_a_character_that_xml_forbids_makes_the_file_no_file(character: str) -> None:
    """Trap 29: NUL."""
    content = document(UNIT).decode().replace("Björkens", character)
    assert "not well-formed" in refused(zipped(content.encode()))


@pytest.mark.parametrize("root", ["html", f'FileGetHsaUnitsResponse xmlns="{PROFILE}"'])
def test_another_root_or_another_namespace_is_refused(root: str) -> None:
    assert "begins with" in refused(zipped(f"<{root}/>".encode()))


def test_a_large_file_takes_little_memory() -> None:
    """80 MB of XML; a hundred thousand units are several times that."""
    units = [record(f"SE2321000131-E{number}", ("description", "x" * 16_000)) for number in range(5000)]
    packed = BytesIO(zipped(document(*units)))
    del units
    complete = HsaFile(packed, replace(LIMITS, ratio=2000))
    process = Process()
    before = process.memory_info().rss
    most = max(process.memory_info().rss for _ in complete.documents())
    assert most - before < 20_000_000


@pytest.mark.skipif(not SCHEMA.exists(), reason="the official schema is not at hand")
def test_what_these_tests_call_official_is_official() -> None:
    official = container(("hsaIdentity", "SE2321000131-E1"), ("DN", "ou=Björken,c=SE"), ("orgNo", "232100-0131"))
    etree.XMLSchema(file=str(SCHEMA)).assertValid(etree.fromstring(document(official)))
    (unit,) = read(zipped(document(official.replace("</orgNo>", "</orgNo><name>Björken</name>"))))
    assert isinstance(unit, UnitDocument)
    assert OFFICIAL == "urn:riv:hsa:HsaWsResponder:3"
