"""Service contracts: which there are, and a question written in the words of one.

Here: WSDL and XSD files (`contracts/`) as zeep reads them, without network. Not here: sending the question
(`rivta.py`), and what a contract means; each source names its own.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from types import ModuleType
from typing import Protocol

from lxml import etree

from hjv_pipelines.failures import PermanentError


@dataclass(frozen=True, slots=True)
class Contract:
    """A service contract: its WSDL below `transport/contracts/`, and the binding `{namespace}local` in it.

    The WSDL also says which profile it is of, by the header that it declares: `LogicalAddress` in BP 2.1,
    `wsa:To` in BP 2.0. `worth_another_try` names the declared fault elements (`{namespace}local`) that pass.
    """

    wsdl: str
    binding: str
    operation: str
    worth_another_try: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """A SOAP request, ready to be sent."""

    action: str
    envelope: bytes


def write_question(contract: Contract, logical_address: str, parameters: dict[str, object]) -> Question:
    """Return the request of `contract`, addressed without surrounding white space: VP would find no route.

    Raises `PermanentError` when the parameters cannot be said in the contract's words.
    """
    operation = _operation(contract)
    try:
        message = operation.create(_soapheaders={"LogicalAddress": logical_address.strip()}, **parameters)
    except (_zeep().exceptions.Error, TypeError, ValueError) as error:
        raise PermanentError(f"{contract.operation} cannot be asked that: {error}.") from error
    envelope = etree.tostring(message.content, xml_declaration=True, encoding="UTF-8")
    return Question(operation.soapaction, envelope)


def namespace_of(contract: Contract) -> str:
    """Return the namespace of the question's element, by which the platform and PingForConfiguration know it."""
    return _operation(contract).soapaction.removesuffix(f":{contract.operation}")


class _Message(Protocol):
    content: etree._Element


class _Operation(Protocol):
    soapaction: str

    def create(self, **parameters: object) -> _Message: ...


@cache
def _operation(contract: Contract) -> _Operation:
    """Return zeep's reading of the contract's operation."""
    zeep = _zeep()
    wsdl = files("hjv_pipelines.transport").joinpath("contracts", contract.wsdl)
    client = zeep.Client(str(wsdl), settings=zeep.Settings(forbid_external=True))
    operation: _Operation = client.wsdl.bindings[contract.binding].get(contract.operation)
    return operation


def _zeep() -> ModuleType:
    """Return zeep, imported when it is needed (0.3 s), and without its types, which are not always right."""
    return import_module("zeep")
