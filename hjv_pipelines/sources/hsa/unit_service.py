"""HSA's single-unit services: GetUnit 5.0, or GetHsaUnit 1.0 where that is what there is.

Here: asking for units one by one, at the contract's pace. Not here: reading an answer (`unit_xml.py`,
`get_hsa_unit.py`) and the wire (`transport/rivta.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lxml.etree import _Element

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.sources.hsa.get_hsa_unit import RESPONDER, document_of_answer
from hjv_pipelines.sources.hsa.rules import finding
from hjv_pipelines.sources.hsa.unit_xml import PROFILE, document_of_unit
from hjv_pipelines.sources.source import Coverage, Refusal, UnitDocument
from hjv_pipelines.transport.rivta import Contract, RivtaClient


@dataclass(frozen=True, slots=True)
class UnitContract:
    """A contract for one unit: how it is asked, how much of a unit it covers, and how its answer is read.

    `parameters` makes the question of an HSA-id. `read` takes the answer's element and where it stood, and
    returns `None` where the answer holds no unit.
    """

    contract: Contract
    coverage: Coverage
    parameters: Callable[[str], dict[str, object]]
    answer: str
    read: Callable[[_Element, str], UnitDocument | Refusal | None]


def _read_unit(answer: _Element, where: str) -> UnitDocument | Refusal | None:
    unit = answer.find(f"{{{PROFILE}}}unit")
    return None if unit is None else document_of_unit(unit, where)


UNIT_CONTRACTS: Mapping[str, UnitContract] = MappingProxyType(
    {
        "GetUnit": UnitContract(
            Contract(
                wsdl="GetUnit_profile_1/interaction.wsdl",
                binding="{urn:hjv-pipelines:profile:hsa-unit:1:GetUnit:rivtabp21}GetUnitResponderBinding",
                operation="GetUnit",
            ),
            coverage="full",
            parameters=lambda hsa_id: {"unitHsaId": hsa_id},
            answer=f"{{{PROFILE}}}GetUnitResponse",
            read=_read_unit,
        ),
        "GetHsaUnit": UnitContract(
            Contract(
                wsdl="GetHsaUnit_1.0/interaction.wsdl",
                binding="{urn:riv:orgmaster:hsa:GetHsaUnit:1:rivtabp21}GetHsaUnitResponderBinding",
                operation="GetHsaUnit",
            ),
            coverage="partial",
            parameters=lambda hsa_id: {"hsaIdentity": hsa_id, "getParentInfo": False},
            answer=f"{{{RESPONDER}}}GetHsaUnitResponse",
            read=document_of_answer,
        ),
    }
)
"""The contracts by their names in `Settings.hsa_unit_contract`."""


@dataclass(frozen=True, slots=True)
class UnitService:
    """A single-unit service at `url`. `client` keeps the pace: one call at a time, a pause between."""

    client: RivtaClient
    unit_contract: UnitContract
    url: str
    logical_address: str

    def documents(self, hsa_ids: Iterable[str]) -> Iterator[UnitDocument | Refusal]:
        """Yield what the service says of each unit; nothing of a unit that it does not know.

        Raises `TransientError` or `PermanentError`.
        """
        for hsa_id in hsa_ids:
            answered = self._ask(hsa_id)
            if isinstance(answered, UnitDocument) and answered.hsa_id != hsa_id:
                breach = finding("hsa_id_unexpected", "unitHsaId", f"{hsa_id} / {answered.hsa_id}")
                yield Refusal(hsa_id, self.unit_contract.contract.operation, (breach,))
            elif answered is not None:
                yield answered

    def _ask(self, hsa_id: str) -> UnitDocument | Refusal | None:
        asked = self.unit_contract
        operation = asked.contract.operation
        answer = self.client.call(asked.contract, self.url, self.logical_address, **asked.parameters(hsa_id))
        if answer is None:
            return None
        if answer.tag != asked.answer:
            raise PermanentError(f"{operation} answered {answer.tag}, and not {asked.answer}. Check HJV_HSA_UNIT_URL.")
        return asked.read(answer, operation)
