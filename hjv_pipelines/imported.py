"""What a source answered, and what its import did, part by part: what was merged, what failed, what is held back.

Here: the result as a value. Not here: importing (`flow.py`).
"""

from dataclasses import dataclass
from datetime import datetime

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sources.source import Scope, Snapshot
from hjv_pipelines.store.guard.holds import Hold
from hjv_pipelines.store.ledger import Counts, ImportResult


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a source answered about some units, not merged yet; `import_id` is its import in the ledger."""

    import_id: int
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class FailedImport:
    """A part of an import that failed: the store keeps what it held of that part."""

    scope: Scope
    error: HjvError


@dataclass(frozen=True, slots=True)
class SourceImport:
    """What the import of one source did, part by part: one part, or one a region."""

    source: str
    scope: Scope
    results: tuple[ImportResult, ...]
    failures: tuple[FailedImport, ...]
    seconds: float

    @property
    def counts(self) -> dict[str, Counts]:
        """Return the counts by region."""
        counts: dict[str, Counts] = {}
        for result in self.results:
            for region, part in result.counts.items():
                counts[region] = counts.get(region, Counts()) + part
        return dict(sorted(counts.items()))

    @property
    def findings(self) -> dict[str, int]:
        """Return how many findings there were by rule."""
        findings: dict[str, int] = {}
        for result in self.results:
            for rule, number in result.findings.items():
                findings[rule] = findings.get(rule, 0) + number
        return dict(sorted(findings.items()))

    @property
    def held(self) -> tuple[Hold, ...]:
        """Return what the guard holds back."""
        return tuple(hold for result in self.results for hold in result.held)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what went wrong beside the merged parts without costing them, each with its part."""
        return tuple(f"{result.scope}: {warning}" for result in self.results for warning in result.warnings)

    @property
    def merged_regions(self) -> tuple[str, ...]:
        """Return the regions of which everything that came was merged."""
        held = {hold.region for hold in self.held}
        return tuple(key for result in self.results for key in result.scope.regions if key not in held)

    @property
    def as_of(self) -> datetime | None:
        """Return the oldest time that the merged parts speak of (UTC); None where none was merged."""
        return min((result.as_of for result in self.results), default=None)

    @property
    def changed_units(self) -> tuple[str, ...]:
        """Return the units whose cards may differ now."""
        return tuple(hsa_id for result in self.results for hsa_id in result.changed_units)
