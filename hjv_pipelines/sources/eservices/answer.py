"""GetAvailableEServicesResponse, read: the units that it names, with their e-services and what breaks a rule.

Here: where each element stands. An element is in the namespace of the schema that declares it, so that
`healthcare_facility` is there twice, one inside the other. Not here: the values (`values.py`), the asking
(`source.py`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.hsa_id import normalised
from hjv_pipelines.sources.eservices.record import EService, EServices
from hjv_pipelines.sources.eservices.values import DOMAIN, ServiceReader, finding
from hjv_pipelines.sources.source import Finding

RESPONDER = "{urn:riv:eservicesupply:eoffering:GetAvailableEServicesResponder:1}"


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What an answer says of one unit, at the place `where`. `hsa_id` is upper case, and empty where missing.

    `record` is `None` where the answer gives the unit no e-service.
    """

    hsa_id: str
    where: str
    record: EServices | None
    findings: tuple[Finding, ...]


def read_units(answer: _Element | None) -> Iterator[UnitAnswer]:
    """Yield the units of an answer, each once. Elements that the contract does not know are passed over.

    Raises `TransientError` for an empty Body, which this contract does not have, and `PermanentError` for the
    answer of another contract: neither says that a unit has no e-services.
    """
    if answer is None:
        raise TransientError("1177 e-tjänster answered with an empty SOAP Body. Trying again may help.")
    if answer.tag != f"{RESPONDER}GetAvailableEServicesResponse":
        raise PermanentError(
            f"1177 e-tjänster answered with {answer.tag}, not with GetAvailableEServicesResponse. "
            "Check HJV_ESERVICES_URL and HJV_ESERVICES_LOGICAL_ADDRESS."
        )
    elements: dict[str, list[_Element]] = {}
    places: dict[str, str] = {}
    for position, unit in enumerate(answer.iterchildren(f"{RESPONDER}availableEServices"), start=1):
        facility = unit.findtext(f"{RESPONDER}healthcare_facility/{DOMAIN}healthcare_facility") or ""
        hsa_id = normalised(facility)
        places.setdefault(hsa_id, f"availableEServices {position}")
        elements.setdefault(hsa_id, []).extend(unit.iterchildren(f"{RESPONDER}eservice"))
    for hsa_id, services in elements.items():
        if services:
            record, findings = _read_services(services)
            yield UnitAnswer(hsa_id, places[hsa_id], record, findings)
        else:
            yield UnitAnswer(hsa_id, places[hsa_id], None, ())


def _read_services(elements: Iterable[_Element]) -> tuple[EServices, tuple[Finding, ...]]:
    """Return a unit's usable e-services, sorted and each once, and the findings of all."""
    services: dict[str, EService] = {}
    findings: list[Finding] = []
    for element in elements:
        reader = ServiceReader(element)
        service = reader.read()
        findings += reader.findings
        if service is None:
            continue
        first = services.setdefault(service.resource_id, service)
        if first is not service and first != service:
            findings.append(finding("resourceId", "eservice_duplicate", service.resource_id, service.name))
    return EServices(services=tuple(services[key] for key in sorted(services))), tuple(findings)
