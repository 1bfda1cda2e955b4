"""PingForConfiguration 1.0 to the letter, as every SOAP service of the sandbox answers it.

Here: its request and its answer. Not here: the envelope (`soap.py`), and the services (`app.py`).
"""

from collections.abc import Collection

from lxml import etree

from hjv_pipelines.sandbox.contract import Contract
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.markup import element, parent
from hjv_pipelines.sandbox.soap import platform_fault
from hjv_pipelines.timetable import STOCKHOLM

_RESPONDER = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"

_REQUEST = """
<xs:element name="PingForConfiguration">
  <xs:complexType>
    <xs:sequence>
      <xs:element name="serviceContractNamespace" type="xs:anyURI"/>
      <xs:element name="logicalAddress" type="xs:anyURI"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
</xs:element>
"""

_EXTENSION = '<x:version xmlns:x="urn:hjv-pipelines:sandbox:extension">not the version</x:version>'
"""An element of a foreign namespace: allowed, and passed over by a careful reader (trap 36)."""


def ping_for(contracts: Collection[Contract]) -> Contract:
    """Return the contract by which a service that answers `contracts` says that it is there.

    It knows no route to any other contract.
    """
    namespaces = {contract.namespace for contract in contracts}

    def answer(request: etree._Element, directory: Directory) -> str:
        asked = request.findtext(f"{{{_RESPONDER}}}serviceContractNamespace", "").strip()
        if asked not in namespaces:
            raise platform_fault("VP004", f"No service at this address answers {asked!r}.")
        configuration = parent("r:configuration", element("r:name", "system"), element("r:value", "sandbox"))
        return (
            f'<r:PingForConfigurationResponse xmlns:r="{_RESPONDER}">{element("r:version", "1.0")}'
            f"{element('r:pingDateTime', f'{directory.at.astimezone(STOCKHOLM):%Y%m%d%H%M%S}')}"
            f"{configuration}{_EXTENSION}</r:PingForConfigurationResponse>"
        )

    return Contract(_RESPONDER, _REQUEST, answer)
