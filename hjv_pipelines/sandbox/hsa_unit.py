"""HSA's single-unit service: GetUnit 5.0, as the profile of docs/contracts.md assumes it.

Here: its request and its answer. Not here: the other choice, GetHsaUnit 1.0 (`get_hsa_unit.py`).
"""

from lxml import etree

from hjv_pipelines.sandbox.contract import Contract
from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.markup import element
from hjv_pipelines.sandbox.profile import PROFILE, unit_element
from hjv_pipelines.sandbox.unit import SandboxUnit

_REQUEST = """
<xs:element name="GetUnit">
  <xs:complexType>
    <xs:sequence>
      <xs:element name="unitHsaId" type="xs:string"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>
</xs:element>
"""

_FROM_THE_CONTAINER = ("DN", "orgNo", "unitIsArchived")
_MANDATORY = ("unitHsaId", "unitName")


def _answer(request: etree._Element, directory: Directory) -> str:
    unit = directory.unit(request.findtext(f"{{{PROFILE}}}unitHsaId", ""))
    found = _unit(unit) if unit is not None and _is_returned(unit) else ""
    return f'<GetUnitResponse xmlns="{PROFILE}">{found}</GetUnitResponse>'


def _is_returned(unit: SandboxUnit) -> bool:
    """GetUnit 5.0: an object that lacks a mandatory attribute is not returned."""
    return all(any(unit.profile.get(name, ())) for name in _MANDATORY)


def _unit(unit: SandboxUnit) -> str:
    official = (element(name, unit.container[name]) for name in _FROM_THE_CONTAINER if name in unit.container)
    return unit_element(unit, *official)


GET_UNIT = Contract(PROFILE, _REQUEST, _answer)
"""GetUnit 5.0. An unknown unit is an empty response, not a fault."""
