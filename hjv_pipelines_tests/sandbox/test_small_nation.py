"""Promises of the served nation, dirt and all: valid in every contract, and no raw value lost on the way."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.clock import generation_served_at
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.eservices import GET_AVAILABLE_ESERVICES
from hjv_pipelines.sandbox.get_hsa_unit import GET_HSA_UNIT
from hjv_pipelines.sandbox.hsa_file import FileShelf
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.server import serve
from hjv_pipelines_tests.sandbox.tiny import NOON, get_available_eservices, get_hsa_unit

HSA, PROFILE = "{urn:riv:hsa:HsaWsResponder:3}", "{urn:hjv-pipelines:profile:hsa-unit:1}"
FILE_XSD = "hsa_FileGetHsaUnits_3/HsaCache.xsd"
UNIT_XSD = "orgmaster_hsa_GetHsaUnit_1.0/schemas/interactions/GetHsaUnitInteraction/GetHsaUnitResponder_1.0.xsd"
ESERVICES_XSD = (
    "eservicesupply_eoffering_GetAvailableEServices_1.0/schemas/interactions/"
    "GetAvailableEServicesInteraction/GetAvailableEServicesResponder_1.0.xsd"
)

Official = Callable[[str], etree.XMLSchema]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a small nation."""
    place = tmp_path_factory.mktemp("nation")
    create_nation(place, "small", now=NOON)
    return place


@pytest.fixture
def nation(folder: Path) -> Archive:
    """Give the archive of a small nation."""
    return open_nation(folder)


def written_file(nation: Archive, folder: Path) -> etree._Element:
    """Return the root of the nation's file."""
    path = FileShelf(nation, folder).file(generation_served_at(NOON, units=600))
    with ZipFile(path) as archive:
        return etree.fromstring(archive.read("hsaunits.xml"))


def element_as_text(element: etree._Element) -> str | list[tuple[str, str]]:
    """Return an element's text, or the names and texts of its children."""
    return [(etree.QName(child).localname, child.text or "") for child in element] or element.text or ""


def test_the_file_loses_no_raw_value(nation: Archive, folder: Path) -> None:
    """What the manifest promises of a value is about the value that a reader of the file sees."""
    records = written_file(nation, folder).iter(f"{HSA}hsaUnit")
    for record, unit in zip(records, nation.units(NOON), strict=True):
        (profile,) = record.findall(f"{PROFILE}unit")
        read = [(etree.QName(child).localname, element_as_text(child)) for child in profile]
        assert read == [
            (
                name,
                value if isinstance(value, str) else [(child, text) for child in value for text in value[child]],
            )
            for name, values in unit.profile.items()
            for value in values
        ]
        official = {etree.QName(child).localname: child.text or "" for child in record if child is not profile}
        assert official == unit.container


def test_the_file_is_valid(nation: Archive, folder: Path, official: Official) -> None:
    schema = official(FILE_XSD)
    root = written_file(nation, folder)
    for record in root.iter(f"{HSA}hsaUnit"):
        record.remove(record.findall(f"{PROFILE}unit")[0])
    schema.assertValid(root)


def test_get_hsa_unit_is_valid_for_every_unit(nation: Archive, official: Official) -> None:
    schema, directory = official(UNIT_XSD), Directory(nation, NOON)
    for unit in nation.units(NOON):
        (body,) = etree.fromstring(GET_HSA_UNIT.reply(question_in(get_hsa_unit(unit.hsa_id)), directory))
        for response in body:
            schema.assertValid(response)


def test_the_eservices_of_all_units_at_once_are_valid(nation: Archive, official: Official) -> None:
    schema, hsa_ids = official(ESERVICES_XSD), [unit.hsa_id for unit in nation.units(NOON)]
    request = question_in(get_available_eservices(*hsa_ids))
    (body,) = etree.fromstring(GET_AVAILABLE_ESERVICES.reply(request, Directory(nation, NOON)))
    (response,) = body
    schema.assertValid(response)
    offering = {unit.key for unit in nation.units(NOON) if unit.eservices}
    assert len(response) == len(offering) > 0


def test_a_new_nation_makes_the_old_files_void(tmp_path: Path) -> None:
    files = []
    for seed in (1, 2):
        create_nation(tmp_path, "small", seed=seed, now=NOON)
        files.append(etree.tostring(written_file(open_nation(tmp_path), tmp_path)))
    assert files[0] != files[1]


def test_a_folder_without_a_nation_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(HjvError, match="hjv sandbox create"):
        serve(tmp_path, "127.0.0.1", 0, tls_port=None)


def question_in(envelope: bytes) -> etree._Element:
    """Return the Body's first child of a request."""
    return etree.fromstring(envelope)[1][0]
