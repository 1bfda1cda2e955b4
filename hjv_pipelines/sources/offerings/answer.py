"""An answer of Utbud, read: the units that it names, with their care services and what breaks a rule.

Here: where each element stands, and whose a care service is: every performing organisation's that has an HSA-id.
Not here: the values (`values.py`), the asking (`source.py`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from lxml.etree import _Element

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.sources.offerings.record import CareService, Offerings
from hjv_pipelines.sources.offerings.rules import finding
from hjv_pipelines.sources.offerings.values import CareServiceReader
from hjv_pipelines.sources.offerings.words import HSA_ID_ROOT, Words
from hjv_pipelines.sources.source import Finding, Refusal
from hjv_pipelines.sources.xml_values import first_texts


@dataclass(slots=True)
class UnitAnswer:
    """What answers say of one unit (`hsa_id` in upper case), first at the place `where`."""

    hsa_id: str
    where: str
    services: list[CareService] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def record(self) -> Offerings | None:
        """Return the unit's record, each care service once and in a fixed order.

        `None` where it offers nothing now, and there is nothing to tell of it either.
        """
        kept: dict[str, CareService] = {}
        for service in _in_order(self.services):
            key = service.service_id or service.model_dump_json()
            first = kept.setdefault(key, service)
            if first is not service and first != service:
                self.findings.append(finding("careServiceId", "offering_duplicate", key, service.type.code))
        if not kept and not self.findings:
            return None
        return Offerings(services=tuple(kept.values()))


@dataclass(frozen=True, slots=True)
class Answer:
    """All that an answer says: what each unit offers, what could not be used at all, and how many `posts` it has."""

    units: tuple[UnitAnswer, ...]
    refusals: tuple[Refusal, ...]
    posts: int


def read_answers(elements: Iterable[_Element | None], words: Words) -> Answer:
    """Return what several answers say together. Elements that the contract does not know are passed over.

    Raises `TransientError` for an empty Body, which these contracts do not have, and `PermanentError` for the answer
    of another contract: neither says that a unit offers nothing.
    """
    units: dict[str, UnitAnswer] = {}
    refusals: list[Refusal] = []
    posts = 0
    for element in elements:
        for service in _care_services(element, words):
            posts += 1
            where = f"careService {posts}"
            reader = CareServiceReader(service, words.domain)
            hsa_ids = list(_performing_units(service, words.domain))
            if not hsa_ids:
                refusals.append(_without_unit(service, where, reader.label, words.domain))
                continue
            care_service = reader.read()
            for hsa_id in dict.fromkeys(hsa_ids):
                unit = units.setdefault(hsa_id, UnitAnswer(hsa_id, where))
                unit.findings += reader.findings
                if care_service is not None:
                    unit.services.append(care_service)
    return Answer(tuple(units.values()), tuple(refusals), posts)


def _care_services(answer: _Element | None, words: Words) -> Iterator[_Element]:
    if answer is None:
        raise TransientError("Utbud answered with an empty SOAP Body. Trying again may help.")
    if answer.tag != words.answer:
        raise PermanentError(
            f"Utbud answered with {answer.tag}, not with {words.contract.operation}Response. "
            "Check HJV_OFFERINGS_URL, HJV_OFFERINGS_LOGICAL_ADDRESS and HJV_OFFERINGS_CONTRACT."
        )
    return answer.iterchildren(f"{words.responder}careService")


def _performing_units(service: _Element, domain: str) -> Iterator[str]:
    """Yield the HSA-ids of the units that give a care service; ids of other kinds are passed over."""
    for organisation in service.iterchildren(f"{domain}performingOrganization"):
        for identity in organisation.iterchildren(f"{domain}id"):
            said = first_texts(identity, domain)
            if said.get("root", "").strip() == HSA_ID_ROOT:
                hsa_id = spelled_in(said.get("extension", ""))
                if hsa_id is not None:
                    yield hsa_id


def _without_unit(service: _Element, where: str, label: str, domain: str) -> Refusal:
    said = service.findtext(f"{domain}performingOrganization/{domain}id/{domain}extension") or ""
    return Refusal(None, where, (finding("performingOrganization/id", "offering_unit", said, label),))


def _in_order(services: Iterable[CareService]) -> Iterator[CareService]:
    """Yield the care services by type and id; what else they say is written out only for those that share both."""
    for _, alike in groupby(sorted(services, key=_type_and_id), key=_type_and_id):
        of_one_id = tuple(alike)
        yield from sorted(of_one_id, key=CareService.model_dump_json) if len(of_one_id) > 1 else of_one_id


def _type_and_id(service: CareService) -> tuple[str, str]:
    return service.type.code, service.service_id or ""
