"""A service contract as the sandbox keeps it: how a request must look, and how it is answered.

Here: what all SOAP services of the sandbox have in common. Not here: the contracts themselves (`hsa_unit.py`,
`get_hsa_unit.py`, `eservices.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.soap import SoapError, envelope


@dataclass(frozen=True, eq=False)
class Contract:
    """A contract: the `namespace` of its request, and `request`, that element as an XML schema declares it.

    `answer` makes the Body's markup from a valid request; an empty string leaves the Body empty.
    """

    namespace: str
    request: str
    answer: Callable[[etree._Element, Directory], str]

    def reply(self, request: etree._Element, directory: Directory) -> bytes:
        """Return the envelope that answers `request`; raises `SoapError` when that breaks the contract."""
        if not self.request_schema.validate(request):
            raise SoapError("Client", "The request breaks its contract.", str(self.request_schema.error_log))
        return envelope(self.answer(request, directory))

    @cached_property
    def request_schema(self) -> etree.XMLSchema:
        """The schema of a request, compiled."""
        return etree.XMLSchema(
            etree.fromstring(
                '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"'
                f' targetNamespace="{self.namespace}">{self.request}</xs:schema>'
            )
        )
