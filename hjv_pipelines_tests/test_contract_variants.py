"""The same answer in other clothes is read the same: prefixes, extensions, order, comments, codes that nobody knows.

Every SOAP service of the sandbox is asked through a server that changes its answer on the way, within what the schemas
allow. No source is named but where a contract's own words are needed (traps 25, 35, 36).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from lxml import etree

from hjv_pipelines.orchestration.presentation import presentation
from hjv_pipelines.sandbox.manifest import Expectation, expectations
from hjv_pipelines.settings import SANDBOX_PATHS, Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.sources.source import Refusal, Scope, UnitDocument
from hjv_pipelines_tests.nation import served_nation
from hjv_pipelines_tests.wire import SOAP, Reply, Request, serving

SERVICES = [
    (source, setting, choice)
    for source, registration in REGISTRATIONS.items()
    for setting in registration.addresses
    if setting in SANDBOX_PATHS and ("soap" in presentation(source).kinds or setting == "hsa_unit_url")
    for choice in {
        "hsa_unit_url": ({"hsa_unit_contract": "GetUnit"}, {"hsa_unit_contract": "GetHsaUnit"}),
        "offerings_url": (
            {"offerings_contract": "GetCareServiceOfferings"},
            {"offerings_contract": "GetHealthcareOfferings"},
        ),
    }.get(setting, ({},))
]

CODES = {
    "hsa_unit_url": "businessType",
    "eservices_url": "gender",
    "listing_url": "supportedListingTypes",
    "offerings_url": "code",
    "waiting_times_url": "reasonCode",
    "waiting_times_skane_url": "reasonCode",
}
"""An element of each service's answers that holds a code, or a word that no list fixes."""

FOREIGN = "urn:example:extension"

Change = Callable[[etree._Element], etree._Element]


def other_prefixes(element: etree._Element) -> etree._Element:
    """Return the same element with prefixes of our own, each declared where it is used."""
    namespace = etree.QName(element).namespace
    copy = etree.Element(element.tag, dict(element.attrib), nsmap={"a" if namespace == SOAP else "zz": namespace})
    copy.text, copy.tail = element.text, element.tail
    copy.extend([other_prefixes(child) for child in element.iterchildren("*")])
    return copy


def foreign_elements(element: etree._Element) -> etree._Element:
    """Return the element with foreign ones at the end of each that has children: one of every name that those have."""
    for parent in list(element.iter("*")):
        if etree.QName(parent).namespace != SOAP:
            for name in dict.fromkeys(etree.QName(child).localname for child in parent.iterchildren("*")):
                etree.SubElement(parent, f"{{{FOREIGN}}}{name}").text = "87"
    return element


def comments_and_blanks(element: etree._Element) -> etree._Element:
    """Return the element with a comment before each child, and indented."""
    for child in list(element.iter("*"))[1:]:
        child.addprevious(etree.Comment(" hejsan "))
    etree.indent(element)
    return element


def other_order(element: etree._Element) -> etree._Element:
    """Return the answer with what it repeats in reverse order; the profile's unit, whose order is free, wholly so."""
    (answer,) = element.find(f"{{{SOAP}}}Body")
    unit = answer.find("{urn:hjv-pipelines:profile:hsa-unit:1}unit")
    repeated = answer if unit is None else unit
    repeated[:] = reversed(repeated[:])
    return element


class Places:
    """A directory of the sandbox's units: all are marked, and nothing is held."""

    def __init__(self, units: list[Expectation]) -> None:
        self._units = {unit.hsa_id: unit.region for unit in units if unit.verdict == "visible"}

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        """Return the scope's units with their regions."""
        wanted = (scope.hsa_ids, scope.regions)
        return {hsa_id: region for hsa_id, region in self._units.items() if hsa_id in wanted[0] or region in wanted[1]}

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        """Return nothing."""
        return {}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with served_nation(tmp_path_factory.mktemp("nation")) as asking:
        yield asking


def read(settings: Settings, source: str, setting: str, choice: dict[str, str], change: Change) -> dict[str, Any]:
    """Return what is read of a source's answers when each went through `change`: HSA-id → record, without order."""
    units = list(expectations(settings.data_dir))
    clean = [unit for unit in units if unit.verdict == "visible" and not unit.dirt]
    told = next((unit for unit in clean if source in unit.told), clean[0])

    def changed(request: Request) -> Reply:
        headers = {"Content-Type": "text/xml", "SOAPAction": request.headers["SOAPAction"]}
        answer = httpx.post(getattr(settings, setting), content=request.body, headers=headers, trust_env=False)
        return Reply(etree.tostring(change(etree.fromstring(answer.content)), encoding="UTF-8", xml_declaration=True))

    with serving(changed) as server:
        asking = Settings.model_validate({**settings.model_dump(), **choice, setting: server.url})
        scope = Scope(hsa_ids=(told.hsa_id,)) if setting == "hsa_unit_url" else Scope(regions=(told.region,))
        records = list(REGISTRATIONS[source].build(asking).fetch(scope, Places(units)).records)
    assert not [record for record in records if isinstance(record, Refusal)]
    return {
        document.hsa_id: unordered(document.record.model_dump())
        for document in records
        if isinstance(document, UnitDocument)
    }


def unordered(value: object) -> object:
    """Return a record's content with every list in one order."""
    if isinstance(value, dict):
        return {name: unordered(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return sorted((unordered(inner) for inner in value), key=repr)
    return value


@pytest.mark.parametrize(("source", "setting", "choice"), SERVICES)
@pytest.mark.parametrize("change", [other_prefixes, foreign_elements, comments_and_blanks, other_order])
def test_an_answer_is_read_the_same_however_it_is_written(
    settings: Settings, source: str, setting: str, choice: dict[str, str], change: Change
) -> None:
    plain = read(settings, source, setting, choice, lambda element: element)
    assert plain
    assert read(settings, source, setting, choice, change) == plain


@pytest.mark.parametrize(("source", "setting", "choice"), SERVICES)
def test_a_code_that_no_list_knows_costs_no_unit(
    settings: Settings, source: str, setting: str, choice: dict[str, str]
) -> None:
    """Trap 25: it is a finding at most; the unit stays."""

    def unknown(element: etree._Element) -> etree._Element:
        for coded in element.iterfind(f".//{{*}}{CODES[setting]}"):
            coded.text = "X9Z"
        return element

    plain = read(settings, source, setting, choice, lambda element: element)
    assert read(settings, source, setting, choice, unknown).keys() == plain.keys()
