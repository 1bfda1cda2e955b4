"""A unit of the synthetic Sweden, as raw as HSA's file holds it.

Here: the record that the generator makes, the archive keeps and the servers write as XML. Every value stands
in the directory's own syntax, dirt included. Not here: what a correct import makes of it (`manifest.py`), and
how it is written on the wire.
"""

from dataclasses import dataclass, field, replace
from typing import Required, Self, TypeAlias, TypedDict

import orjson

Composite = dict[str, list[str]]
"""The children of a composite element, such as `unitFunction`: child name → values in document order."""

Profile = dict[str, list[str | Composite]]
"""The elements of the profile's `unit`: element name → values in document order."""

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
"""What JSON can hold."""

CONTAINER_ELEMENTS = (
    "hsaIdentity",
    "DN",
    "orgNo",
    "name",
    "publicName",
    "healthCareUnitIsArchived",
    "unitIsArchived",
)
"""The official elements of `hsaUnit` that the sandbox writes, in the schema's order."""

_NAME_IN_THE_CONTAINER = {"unitHsaId": "hsaIdentity", "unitName": "name"}
_CONTAINER_ONLY = {"DN", "orgNo", "healthCareUnitIsArchived", "unitIsArchived"}


class EServiceArea(TypedDict, total=False):
    """Whose residents may use an e-service (`C:eserviceAreaCode`)."""

    countycode: Required[list[str]]
    municipalityCode: list[str]
    municipalitySectionCode: list[str]


class EServiceRestrictions(TypedDict, total=False):
    """Who may use an e-service (`C:restrictions`). Gender: 1 man, 2 woman; `referal` is spelled so."""

    eserviceAreaCode: EServiceArea
    gender: str
    listing: Required[bool]
    referal: Required[bool]
    referalTypeId: str
    ageMin: int
    ageMax: int


class EService(TypedDict, total=False):
    """An e-service of a unit: `C:eServiceType` of GetAvailableEServices 1.0, fields in the schema's order."""

    commonName: Required[str]
    description: Required[str]
    resourceId: Required[str]
    securitylevel: str
    url: str
    restrictions: EServiceRestrictions


@dataclass(frozen=True, slots=True)
class SandboxUnit:
    """One record of the file, and the unit's e-services.

    `hsa_id` is spelled as in the file, `container` holds the official elements of `hsaUnit` in the schema's
    order (the archive flags and dates as XML text), `profile` the elements of the profile's `unit`, `told` what
    each other source says of the unit, by the source's name, in a shape of that source's own (`tellers.py`).
    """

    hsa_id: str
    container: dict[str, str]
    profile: Profile
    eservices: list[EService] = field(default_factory=list)
    told: dict[str, Json] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The HSA-id as a correct import normalises it: upper case, no blanks."""
        return normalised(self.hsa_id)

    def changed(self, elements: Profile) -> Self:
        """Return this unit with other values for `elements`; an empty list takes the element away.

        A name that stands in both places changes in both. An element that only the container has, such as
        `unitIsArchived`, takes one text.
        """
        official = {_NAME_IN_THE_CONTAINER.get(name, name): values for name, values in elements.items()}
        changed = {name: values for name, values in elements.items() if name not in _CONTAINER_ONLY}
        return replace(
            self,
            container={
                name: str(official[name][0]) if name in official else self.container[name]
                for name in CONTAINER_ELEMENTS
                if official.get(name, name in self.container)
            },
            profile={name: values for name, values in (self.profile | changed).items() if values},
        )

    def telling(self, source: str, says: Json) -> Self:
        """Return this unit as it is when `source` says this of it; `None` for nothing."""
        told = {**self.told, source: says}
        return replace(self, told={name: said for name, said in told.items() if said is not None})

    def to_json(self) -> bytes:
        """Return the unit as JSON, fields in the order in which they stand."""
        return orjson.dumps([self.hsa_id, self.container, self.profile, self.eservices, self.told])

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """Return the unit that `to_json` wrote."""
        return cls(*orjson.loads(body))


def normalised(hsa_id: str) -> str:
    """Return `hsa_id` in upper case and without blanks."""
    return "".join(hsa_id.split()).upper()
