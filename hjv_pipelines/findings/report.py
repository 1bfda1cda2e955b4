"""A region's report of findings: what is wrong, at which unit, since when, who mends it and how.

Here: gathering it, in the order in which it is read: by who mends, then by what is wrong. Not here: how it looks
(`rendering.py`), and when it is made (`orchestration/`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import psycopg

from hjv_pipelines.findings.words import RuleWords, field_label, mender, words_of
from hjv_pipelines.regions import Region, region
from hjv_pipelines.store.open_findings import Choice, KeptFinding, page_of_findings

NAMES = """
SELECT d.hsa_id, k.body::json -> 'record' ->> 'name'
FROM hjv.documents d JOIN hjv.contents k USING (content_hash)
WHERE d.source = 'hsa' AND d.coverage = 'full' AND d.hsa_id = ANY(%s)
"""

MOST_FINDINGS = 1_000_000
"""More than any region can have."""


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding with its unit's `name` in HSA (empty where there is none), and the Swedish name of its field."""

    finding: KeptFinding
    name: str
    field: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Everything that breaks one rule of a source, in the order of the units' names."""

    source: str
    rule: str
    words: RuleWords
    found: tuple[ReportedFinding, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What one kind of people can mend: `mender` says who and where; the most frequent fault comes first."""

    mender: str
    faults: tuple[Fault, ...]

    @property
    def number(self) -> int:
        """Return how many findings there are to mend."""
        return sum(len(fault.found) for fault in self.faults)


@dataclass(frozen=True, slots=True)
class RegionReport:
    """What is wrong in `region` at `made_at` (UTC), the largest task first."""

    region: Region
    made_at: datetime
    tasks: tuple[Task, ...]

    @property
    def number(self) -> int:
        """Return how many findings there are."""
        return sum(task.number for task in self.tasks)

    @property
    def units(self) -> int:
        """Return how many units have any."""
        found = (one.finding.hsa_id for task in self.tasks for fault in task.faults for one in fault.found)
        return len({hsa_id for hsa_id in found if hsa_id})


def report_of(connection: psycopg.Connection, region_key: str, now: datetime) -> RegionReport:
    """Return what is wrong now in a region."""
    findings = page_of_findings(connection, Choice(regions=(region_key,)), limit=MOST_FINDINGS)
    names: dict[str, str] = dict(
        connection.execute(NAMES, (sorted({finding.hsa_id for finding in findings}),)).fetchall()
    )
    reported = [ReportedFinding(one, names.get(one.hsa_id, ""), field_label(one.field)) for one in findings]
    tasks = (Task(who, _faults(found)) for who, found in _grouped(reported))
    return RegionReport(region(region_key), now, tuple(sorted(tasks, key=lambda task: (-task.number, task.mender))))


def _grouped(reported: Iterable[ReportedFinding]) -> Iterable[tuple[str, list[ReportedFinding]]]:
    tasks: dict[str, list[ReportedFinding]] = {}
    for one in reported:
        tasks.setdefault(mender(one.finding.source, one.finding.rule), []).append(one)
    return tasks.items()


def _faults(found: list[ReportedFinding]) -> tuple[Fault, ...]:
    ordered = sorted(found, key=lambda one: (*_fault(one), one.name.casefold(), one.finding.hsa_id, one.field))
    faults = [
        Fault(source, rule, words_of(rule), tuple(alike)) for (source, rule), alike in groupby(ordered, key=_fault)
    ]
    return tuple(sorted(faults, key=lambda fault: (-len(fault.found), fault.source, fault.rule)))


def _fault(one: ReportedFinding) -> tuple[str, str]:
    return one.finding.source, one.finding.rule
