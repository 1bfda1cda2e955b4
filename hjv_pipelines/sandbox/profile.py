"""The profile's `unit` element: what the public file of contact cards adds to HSA's official elements.

Here: a unit of the sandbox in the namespace of docs/contracts.md, values as they stand. Not here: where the
element is put (`hsa_file.py`, `hsa_unit.py`).
"""

from hjv_pipelines.sandbox.markup import element, parent
from hjv_pipelines.sandbox.unit import Composite, SandboxUnit

PROFILE = "urn:hjv-pipelines:profile:hsa-unit:1"
"""The namespace of the profile (docs/contracts.md)."""


def unit_element(unit: SandboxUnit, *more: str) -> str:
    """Return the `unit` element: the unit's own values in their order, then `more`, markup already."""
    values = (_value(name, value) for name, values in unit.profile.items() for value in values)
    return f'<unit xmlns="{PROFILE}">{"".join(values)}{"".join(more)}</unit>'


def _value(name: str, value: str | Composite) -> str:
    if isinstance(value, str):
        return element(name, value)
    return parent(name, *(element(child, text) for child, texts in value.items() for text in texts))
