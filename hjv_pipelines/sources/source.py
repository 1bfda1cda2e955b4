"""The words that all sources share: scope, snapshot, unit document, finding.

Here: the types through which every source speaks to the store. Not here: anything that one source alone means.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, field_validator

from hjv_pipelines.regions import REGION_KEYS

LONGEST_VALUE = 200
"""So many characters of a broken value are kept: enough to find it by."""

LONGEST_MEND = 1000
"""So many characters say what to do; more come only where an input names something at great length."""

Coverage = Literal["full", "partial"]
"""Whether a document holds all that its source can say of a unit, or was given by a poorer service of it."""


class Record(BaseModel):
    """What a source says of a unit, typed. Subclass it: one class a source. Frozen; unknown fields are refused.

    The docstring under a field is its description, also in Dagster's catalogue.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Part(BaseModel):
    """A composite value inside a record. Frozen; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Finding(BaseModel):
    """A value that was dropped or noted, or the reason for which a record was refused.

    `field` is the source's own name of the value, `rule` the one it broke, `value` as it stood in the input
    (at most 200 characters), `mend` says who can put it right and where.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    rule: str
    value: str
    mend: str

    @field_validator("value")
    @classmethod
    def _showable(cls, value: str) -> str:
        return value[:LONGEST_VALUE].replace("\0", "␀")

    @field_validator("mend")
    @classmethod
    def _bounded(cls, mend: str) -> str:
        return mend[:LONGEST_MEND]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a fetch asks for: some regions whole, or some units.

    Exactly one of the two is given. The nation is all regions. A scope of regions is complete: a unit that the
    answer does not name is gone from that source there. A scope of units says nothing of other units.
    """

    regions: tuple[str, ...] = ()
    hsa_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a scope of both or of neither."""
        if bool(self.regions) == bool(self.hsa_ids):
            raise ValueError("a scope names regions or units, and not both")

    @classmethod
    def nation(cls) -> "Scope":
        """Return the scope of everything."""
        return cls(regions=REGION_KEYS)

    @property
    def is_complete(self) -> bool:
        """Tell whether an answer to this scope is also the signal of what is gone."""
        return bool(self.regions)

    def __str__(self) -> str:
        """Say the scope as a person would."""
        if self.hsa_ids:
            return self.hsa_ids[0] if len(self.hsa_ids) == 1 else f"{len(self.hsa_ids)} units"
        return "the nation" if self.regions == REGION_KEYS else ", ".join(self.regions)


@dataclass(frozen=True, slots=True)
class UnitDocument:
    """Everything that one source says about one HSA-id (upper case), with what had to be dropped from it.

    `region` is the key of the region where that source (or, for sources without a county, HSA) has the unit.
    """

    hsa_id: str
    region: str
    record: Record
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that could not be used at all. The unit it names, where it names one, stays as it was.

    `where` says where in the input it stood ("record 512", "line 3").
    """

    hsa_id: str | None
    where: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class UnreadRecord:
    """A record that nobody has read yet: the store may know from an earlier snapshot what it says.

    `reading` names its bytes and the code that would `read` them: the same name is always the same document.
    """

    reading: str
    read: Callable[[], UnitDocument | Refusal]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a source answered for a scope, at `as_of` (aware UTC: when the source held it, not when we read it).

    `records` is a stream that can be read once; it may raise `TransientError` or `PermanentError` at any record,
    and then nothing of the snapshot counts. They come unread all or none.
    """

    source: str
    scope: Scope
    as_of: datetime
    fetched_at: datetime
    records: Iterator[UnitDocument | Refusal | UnreadRecord]
    coverage: Coverage = "full"


class Directory(Protocol):
    """What is known already, as a source needs it to put its questions. The store answers it.

    It may be asked at any time until the last record is read.
    """

    def marked_units(self, scope: Scope) -> Mapping[str, str]:
        """Return HSA-id → region of the scope's units that HSA marks for Hitta vård (visible or not yet)."""
        ...

    def held_units(self, source: str, scope: Scope) -> Mapping[str, str]:
        """Return HSA-id → region of the units of which `source` has a document in the scope's regions."""
        ...


class Source(Protocol):
    """One of the upstream systems. Register an instance in `sources/registry.py`."""

    @property
    def name(self) -> str:
        """Its name in the timetable, the store, the CLI and Dagster: `hsa`, `eservices`, …."""
        ...

    @property
    def record(self) -> type[Record]:
        """The type of its records."""
        ...

    @property
    def by_region(self) -> bool:
        """Whether a national scope is asked for region by region, so that one that fails costs no other."""
        ...

    @property
    def regions(self) -> tuple[str, ...]:
        """The keys of the regions of which it has something to say: it is asked about no other."""
        ...

    def fetch(self, scope: Scope, directory: Directory) -> Snapshot:
        """Ask for `scope`. Raises `TransientError` or `PermanentError`, never an empty answer in their place.

        The directory can be asked until this returns, not while the records are read: the store is writing then.
        """
        ...
